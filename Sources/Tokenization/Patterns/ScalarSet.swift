/// A set of code points as patterns write it: `[^\s\p{L}]`, `\d`, a character.
struct ScalarSet: Sendable {
    indirect enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case space
        /// `\w` on its own.
        case word
        /// `\w` in brackets.
        case wordInBrackets
        case anythingButNewline
        case categories(Set<Unicode.GeneralCategory>)
        case not(Item)

        func contains(_ scalar: UInt32) -> Bool {
            switch self {
            case .range(let range): range.contains(scalar)
            case .space: ScalarClass.isWhitespace(scalar)
            case .word: ScalarClass.isOnigurumaWord(scalar, inBrackets: false)
            case .wordInBrackets: ScalarClass.isOnigurumaWord(scalar, inBrackets: true)
            case .anythingButNewline: scalar != 0x0A
            case .categories(let categories): categories.contains(ScalarClass.known(scalar) ?? .unassigned)
            case .not(let item): !item.contains(scalar)
            }
        }
    }

    private let items: [Item]
    private let isNegated: Bool
    private let ignoresCase: Bool
    /// The answers for ASCII, of which text mostly is.
    private let ascii: [Bool]

    init(_ items: [Item], isNegated: Bool = false, ignoresCase: Bool = false) {
        self.items = items
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
        ascii = (UInt32(0)..<0x80).map { Self.contains($0, items, isNegated, ignoresCase) }
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? ascii[Int(scalar)] : Self.contains(scalar, items, isNegated, ignoresCase)
    }

    private static func contains(_ scalar: UInt32, _ items: [Item], _ isNegated: Bool, _ ignoresCase: Bool) -> Bool {
        let variants = ignoresCase ? cases(of: scalar) : [scalar]
        return items.contains { item in variants.contains { item.contains($0) } } != isNegated
    }

    /// A code point and those that differ from it in case alone.
    private static func cases(of scalar: UInt32) -> [UInt32] {
        guard let properties = Unicode.Scalar(scalar)?.properties else { return [scalar] }
        let mapped = [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
        }
        // An upper-case form may have another lower-case form: long s.
        let again = mapped.compactMap { Unicode.Scalar($0)?.properties.lowercaseMapping.unicodeScalars.first?.value }
        return [scalar] + mapped + again
    }

    /// The categories that `\p{name}` names, or `nil`.
    static func categories(_ name: String) -> Set<Unicode.GeneralCategory>? {
        let all: [(String, Unicode.GeneralCategory)] = [
            ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
            ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
            ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
            ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation),
            ("Pi", .initialPunctuation), ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol),
            ("Sc", .currencySymbol), ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator),
            ("Zl", .lineSeparator), ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format),
        ]
        guard name.count == 2 || ["L", "M", "N", "P", "S", "Z"].contains(name) else { return nil }
        let found = all.filter { $0.0.hasPrefix(name) }.map(\.1)
        return found.isEmpty ? nil : Set(found)
    }
}
