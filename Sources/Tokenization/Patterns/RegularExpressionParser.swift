/// What of a pattern is not understood.
struct PatternError: Error, Hashable {
    let reason: String
}

/// Reads the patterns that ``RegularExpression`` matches.
struct RegularExpressionParser {
    private let scalars: [UInt32]
    private var index = 0
    private var depth = 0
    private var nodes = 0
    private var ignoresCase = false

    /// Deeper groups are refused: published patterns have two, and matching goes as deep.
    private static let deepest = 16
    /// More parts are refused: published patterns have some thirty, and matching goes as deep as they are many.
    private static let mostNodes = 256
    /// A larger count is refused, as Oniguruma does.
    private static let largestCount = 100_000

    static func parse(_ pattern: String) throws(PatternError) -> RegularExpression {
        var parser = RegularExpressionParser(pattern)
        let alternatives = try parser.alternatives()
        guard parser.index == parser.scalars.count else { throw PatternError(reason: "')' without '('") }
        let expression = RegularExpression(alternatives: alternatives)
        guard expression.alternatives.allSatisfy({ width($0) > 0 }) else {
            throw PatternError(reason: "it matches the empty text")
        }
        return expression
    }

    private init(_ pattern: String) { scalars = pattern.unicodeScalars.map(\.value) }

    /// The fewest characters that a sequence matches.
    private static func width(_ nodes: [RegularExpression.Node]) -> Int {
        nodes.reduce(0) { sum, node in
            switch node {
            case .scalars(_, let minimum, _, _): min(largestCount, sum + minimum)
            case .group(let alternatives, let isOptional):
                isOptional ? sum : min(largestCount, sum + (alternatives.map(width).min() ?? 0))
            case .lookAhead: sum
            }
        }
    }

    private var next: Character? {
        index < scalars.count ? Unicode.Scalar(scalars[index]).map(Character.init) : nil
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        guard scalars[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    private mutating func alternatives() throws(PatternError) -> [[RegularExpression.Node]] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw PatternError(reason: "groups nest deeper than \(Self.deepest)") }
        var alternatives: [[RegularExpression.Node]] = [[]]
        while let character = next, character != ")" {
            if take("|") {
                alternatives.append([])
            } else {
                nodes += 1
                guard nodes <= Self.mostNodes else {
                    throw PatternError(reason: "it has more than \(Self.mostNodes) parts")
                }
                alternatives[alternatives.count - 1].append(try node())
            }
        }
        return alternatives
    }

    private mutating func node() throws(PatternError) -> RegularExpression.Node {
        guard take("(") else {
            let set = try atom()
            let (minimum, maximum, greed) = try quantifier()
            return .scalars(set, minimum: minimum, maximum: maximum, greed)
        }
        let outer = ignoresCase
        defer { ignoresCase = outer }
        var look: Bool?
        if take("?=") {
            look = false
        } else if take("?!") {
            look = true
        } else if take("?i:") {
            ignoresCase = true
        } else if !take("?:"), next == "?" {
            throw PatternError(reason: "a group of this kind is not supported")
        }
        let inner = try alternatives()
        guard take(")") else { throw PatternError(reason: "'(' without ')'") }
        if let look { return .lookAhead(inner, isNegated: look) }
        let (minimum, maximum, greed) = try quantifier()
        guard maximum == 1, greed == .greedy else { throw PatternError(reason: "a repeated group is not supported") }
        return .group(inner, isOptional: minimum == 0)
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int, RegularExpression.Greed) {
        var bounds = (1, 1)
        if take("?") {
            bounds = (0, 1)
        } else if take("*") {
            bounds = (0, Int.max)
        } else if take("+") {
            bounds = (1, Int.max)
        } else if take("{") {
            let first = number()
            let second = take(",") ? number() ?? Int.max : first ?? 0
            guard take("}"), first ?? 0 <= Self.largestCount, second >= first ?? 0,
                second == Int.max || second <= Self.largestCount, next != "+", next != "?"
            else { throw PatternError(reason: "a count in braces is not supported") }
            return (first ?? 0, second, .greedy)
        } else {
            return (1, 1, .greedy)
        }
        let greed: RegularExpression.Greed = take("+") ? .possessive : take("?") ? .lazy : .greedy
        guard next.map({ !"*+?{".contains($0) }) ?? true else {
            throw PatternError(reason: "a repeated repetition is not supported")
        }
        return (bounds.0, bounds.1, greed)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let character = next, character.isASCII, character.isNumber, digits.count < 7 {
            digits.append(character)
            index += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(PatternError) -> ScalarSet {
        if take("[") { return try bracket() }
        if take(".") { return ScalarSet([.anythingButNewline]) }
        guard let character = next, !"^$*+?{".contains(character) else {
            throw PatternError(reason: "'\(next.map(String.init) ?? "")' is not supported here")
        }
        return ScalarSet([try item(inBrackets: false)], ignoresCase: ignoresCase)
    }

    private mutating func bracket() throws(PatternError) -> ScalarSet {
        let isNegated = take("^")
        var items: [ScalarSet.Item] = []
        while !take("]") {
            guard next != nil, next != "[", !take("&&") else {
                throw PatternError(reason: "a set that is not closed, or has sets inside")
            }
            let item = try item(inBrackets: true)
            if next == "-", index + 1 < scalars.count, scalars[index + 1] != 0x5D {
                index += 1
                guard case .range(let first) = item, case .range(let last) = try self.item(inBrackets: true),
                    first.lowerBound <= last.upperBound
                else { throw PatternError(reason: "a range that is none") }
                items.append(.range(first.lowerBound...last.upperBound))
            } else {
                items.append(item)
            }
        }
        return ScalarSet(items, isNegated: isNegated, ignoresCase: ignoresCase)
    }

    private mutating func item(inBrackets: Bool) throws(PatternError) -> ScalarSet.Item {
        guard index < scalars.count else { throw PatternError(reason: "it ends too early") }
        let scalar = scalars[index]
        index += 1
        guard scalar == 0x5C else { return .range(scalar...scalar) }
        guard let escaped = next else { throw PatternError(reason: "it ends in '\\'") }
        index += 1
        func single(_ scalar: UInt32) -> ScalarSet.Item { .range(scalar...scalar) }
        switch escaped {
        case "s": return .space
        case "S": return .not(.space)
        case "d": return .categories([.decimalNumber])
        case "D": return .not(.categories([.decimalNumber]))
        case "w": return inBrackets ? .wordInBrackets : .word
        case "W": return .not(inBrackets ? .wordInBrackets : .word)
        case "p", "P":
            guard take("{") else { throw PatternError(reason: "\\p without a name") }
            let isNegated = take("^") != (escaped == "P")
            var name = ""
            while let character = next, character != "}" {
                name.append(character)
                index += 1
            }
            guard take("}"), let categories = ScalarSet.categories(name) else {
                throw PatternError(reason: "\\p{\(name)} is not supported")
            }
            return isNegated ? .not(.categories(categories)) : .categories(categories)
        case "r": return single(0x0D)
        case "n": return single(0x0A)
        case "t": return single(0x09)
        case "f": return single(0x0C)
        case "v": return single(0x0B)
        case _ where escaped.isASCII && (escaped.isLetter || escaped.isNumber):
            throw PatternError(reason: "\\\(escaped) is not supported")
        default: return single(scalars[index - 1])
        }
    }
}
