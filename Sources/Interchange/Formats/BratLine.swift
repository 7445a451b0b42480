import ClinicalText

/// A line of brat's standoff (https://brat.nlplab.org/standoff.html), taken apart.
enum BratLine: Hashable {
    case span(id: String, label: String, parts: [TextSpan], surface: String)
    case attribute(id: String, name: String, target: String, value: String?)
    case relation(id: String, label: String, arguments: [Record.Relation.Argument])
    case event(id: String, label: String, trigger: String, arguments: [Record.Relation.Argument])
    case equivalence(label: String, targets: [String])
    case reference(id: String, kind: String, target: String, reference: Record.Reference)
    case remark(id: String, kind: String, target: String, text: String)

    /// The kind of remark that people write.
    static let annotatorNotes = "AnnotatorNotes"

    /// Reads a line.
    ///
    /// - Throws: ``BadInput`` with `file:line` for one that is none of brat's.
    init(_ line: String, _ location: SourceLocation) throws(BadInput) {
        let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        let words = columns.count > 1 ? columns[1].split(separator: " ").map(String.init) : []
        let id = columns[0]
        let text = columns.count > 2 ? columns[2] : nil
        switch id.first {
        case "T":
            guard let text, let label = words.first, let parts = Self.parts(columns[1].dropFirst(label.count)) else {
                throw BadInput(location, "a span is: id, tab, label and offsets, tab, words")
            }
            self = .span(id: id, label: label, parts: parts, surface: text)
        case "A", "M":
            guard words.count == 2 || words.count == 3 else {
                throw BadInput(location, "an attribute is: id, tab, name, span and value")
            }
            self = .attribute(id: id, name: words[0], target: words[1], value: words.count == 3 ? words[2] : nil)
        case "R":
            guard let label = words.first, let arguments = Self.arguments(words.dropFirst()), !arguments.isEmpty else {
                throw BadInput(location, "a relation is: id, tab, name and role:span for each argument")
            }
            self = .relation(id: id, label: label, arguments: arguments)
        case "E":
            guard let arguments = Self.arguments(words[...]), let head = arguments.first else {
                throw BadInput(location, "an event is: id, tab, name:span and role:span for each argument")
            }
            self = .event(
                id: id, label: head.role, trigger: head.target, arguments: Array(arguments.dropFirst()))
        case "*":
            guard words.count > 1 else { throw BadInput(location, "an equivalence is: *, tab, name and spans") }
            self = .equivalence(label: words[0], targets: Array(words.dropFirst()))
        case "N":
            guard words.count == 3, let colon = words[2].firstIndex(of: ":") else {
                throw BadInput(location, "a normalisation is: id, tab, kind, span and source:code, tab, words")
            }
            self = .reference(
                id: id, kind: words[0], target: words[1],
                reference: Record.Reference(
                    source: String(words[2][..<colon]), code: String(words[2][words[2].index(after: colon)...]),
                    text: text ?? ""))
        case "#":
            guard words.count == 2, let text else {
                throw BadInput(location, "a note is: id, tab, kind and span, tab, words")
            }
            self = .remark(id: id, kind: words[0], target: words[1], text: text)
        default: throw BadInput(location, "not a line of brat's standoff")
        }
    }

    /// Reads `Arg1:T3 Arg2:T1`.
    private static func arguments(_ words: ArraySlice<String>) -> [Record.Relation.Argument]? {
        var arguments: [Record.Relation.Argument] = []
        for word in words {
            guard let colon = word.firstIndex(of: ":") else { return nil }
            arguments.append(.init(role: String(word[..<colon]), target: String(word[word.index(after: colon)...])))
        }
        return arguments
    }

    /// Reads `0 5;9 12`.
    private static func parts(_ column: some StringProtocol) -> [TextSpan]? {
        var parts: [TextSpan] = []
        for part in column.split(separator: ";") {
            let numbers = part.split(separator: " ").map { Int($0) }
            guard numbers.count == 2, let start = numbers[0], let end = numbers[1] else { return nil }
            parts.append(TextSpan(start, end))
        }
        return parts.isEmpty ? nil : parts
    }

    /// The line as brat writes it.
    var description: String {
        func list(_ arguments: [Record.Relation.Argument]) -> String {
            arguments.map { " \($0.role):\($0.target)" }.joined()
        }
        switch self {
        case .span(let id, let label, let parts, let surface):
            let places = parts.map { "\($0.start.value) \($0.end.value)" }.joined(separator: ";")
            return "\(id)\t\(label) \(places)\t\(surface)"
        case .attribute(let id, let name, let target, let value):
            return "\(id)\t\(name) \(target)" + (value.map { " \($0)" } ?? "")
        case .relation(let id, let label, let arguments): return "\(id)\t\(label)\(list(arguments))"
        case .event(let id, let label, let trigger, let arguments):
            return "\(id)\t\(label):\(trigger)\(list(arguments))"
        case .equivalence(let label, let targets): return "*\t\(label) \(targets.joined(separator: " "))"
        case .reference(let id, let kind, let target, let reference):
            return "\(id)\t\(kind) \(target) \(reference.source):\(reference.code)\t\(reference.text)"
        case .remark(let id, let kind, let target, let text): return "\(id)\t\(kind) \(target)\t\(text)"
        }
    }

    /// The line's own name; `nil` for an equivalence, which has none.
    var id: String? {
        switch self {
        case .span(let id, _, _, _), .attribute(let id, _, _, _), .relation(let id, _, _), .event(let id, _, _, _),
            .reference(let id, _, _, _), .remark(let id, _, _, _):
            id
        case .equivalence: nil
        }
    }
}
