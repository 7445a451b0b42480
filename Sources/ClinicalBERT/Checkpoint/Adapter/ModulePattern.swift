/// A regular expression for the paths of modules, as keys of `rank_pattern` and `alpha_pattern` are (PEFT,
/// `get_pattern_key`).
///
/// The part of Python's `re` that such keys are written in: characters, `.`, `[…]`, `\d`, `\w`, `\s` and escaped marks,
/// groups, `|`, `*`, `+`, `?`, `^`, `$`. Matched by sets of places, so that no pattern takes long.
struct ModulePattern: Sendable {
    private indirect enum Node: Sendable {
        case scalar(@Sendable (UInt8) -> Bool)
        case alternatives([[Node]])
        case repeated(Node, minimum: Int, isEndless: Bool)
        case start
        case end
    }

    private let alternatives: [[Node]]

    /// Longer patterns are refused: paths of modules have fifty characters.
    private static let longest = 1_000
    private static let deepest = 32

    /// - Returns: `nil` for what is no such pattern.
    init?(_ pattern: String) {
        var rest = Array(pattern.utf8)[...]
        guard rest.count <= Self.longest, let parsed = Self.alternatives(&rest, depth: 0), rest.isEmpty else {
            return nil
        }
        alternatives = parsed
    }

    /// Whether the whole of `path`, or what follows one of its points, is of this pattern.
    func matches(_ path: String) -> Bool {
        guard path.utf8.count <= Self.longest else { return false }
        let text = Array(path.utf8)
        let starts = Set([0] + text.indices.filter { text[$0] == UInt8(ascii: ".") }.map { $0 + 1 })
        return Self.ends(alternatives, text, starts).contains(text.count)
    }

    private static func ends(_ alternatives: [[Node]], _ text: [UInt8], _ starts: Set<Int>) -> Set<Int> {
        alternatives.reduce(into: []) { all, nodes in
            all.formUnion(nodes.reduce(starts) { ends($1, text, $0) })
        }
    }

    private static func ends(_ node: Node, _ text: [UInt8], _ starts: Set<Int>) -> Set<Int> {
        switch node {
        case .scalar(let holds): return Set(starts.filter { $0 < text.count && holds(text[$0]) }.map { $0 + 1 })
        case .alternatives(let alternatives): return ends(alternatives, text, starts)
        case .start: return starts.intersection([0])
        case .end: return starts.intersection([text.count])
        case .repeated(let node, let minimum, let isEndless):
            var last = ends(node, text, starts)
            var all = minimum == 0 ? starts.union(last) : last
            while isEndless, !last.isEmpty {
                // What was reached before leads nowhere new.
                last = ends(node, text, last).subtracting(all)
                all.formUnion(last)
            }
            return all
        }
    }

    private static func alternatives(_ rest: inout ArraySlice<UInt8>, depth: Int) -> [[Node]]? {
        guard depth < deepest else { return nil }
        var all: [[Node]] = [[]]
        while let byte = rest.first, byte != UInt8(ascii: ")") {
            rest.removeFirst()
            if byte == UInt8(ascii: "|") {
                all.append([])
                continue
            }
            guard let node = node(byte, &rest, depth: depth) else { return nil }
            all[all.count - 1].append(repeated(node, &rest))
        }
        return all
    }

    private static func repeated(_ node: Node, _ rest: inout ArraySlice<UInt8>) -> Node {
        switch rest.first {
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            let mark = rest.removeFirst()
            return .repeated(
                node, minimum: mark == UInt8(ascii: "+") ? 1 : 0, isEndless: mark != UInt8(ascii: "?"))
        default: return node
        }
    }

    private static func node(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>, depth: Int) -> Node? {
        switch byte {
        case UInt8(ascii: "."): return .scalar { _ in true }
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "("):
            if rest.starts(with: "?:".utf8) { rest.removeFirst(2) }
            guard let inner = alternatives(&rest, depth: depth + 1), rest.first == UInt8(ascii: ")") else { return nil }
            rest.removeFirst()
            return .alternatives(inner)
        case UInt8(ascii: "["): return set(&rest)
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst(), let holds = escape(escaped) else { return nil }
            return .scalar(holds)
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "]"):
            return nil
        default: return .scalar { $0 == byte }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func escape(_ byte: UInt8) -> (@Sendable (UInt8) -> Bool)? {
        switch byte {
        case UInt8(ascii: "d"): return { (0x30...0x39).contains($0) }
        case UInt8(ascii: "w"): return { isWord($0) }
        case UInt8(ascii: "s"): return { $0 == 0x20 }
        default:
            guard !isWord(byte) else { return nil }
            return { $0 == byte }
        }
    }

    /// `[a-z0-9_]`, after its opening bracket.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Node? {
        let isNegated = rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !ranges.isEmpty {
                let all = ranges
                return .scalar { byte in all.contains { $0.contains(byte) } != isNegated }
            }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = rest.popFirst() else { return nil }
                guard escaped != UInt8(ascii: "d") else {
                    ranges.append(0x30...0x39)
                    continue
                }
                guard !isWord(escaped) else { return nil }
                ranges.append(escaped...escaped)
            } else if rest.count >= 2, rest.first == UInt8(ascii: "-"), rest.dropFirst().first != UInt8(ascii: "]") {
                rest.removeFirst()
                guard let last = rest.popFirst(), last >= byte else { return nil }
                ranges.append(byte...last)
            } else {
                ranges.append(byte...byte)
            }
        }
        return nil
    }
}
