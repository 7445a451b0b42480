import Annotation
import ClinicalText

/// A text with inline marks, taken apart.
struct MarkedNote {
    /// What a mark says of its words.
    private struct Mark {
        var isSection = false
        /// A label, its key, or a kind of section.
        var name = ""
        var attribute: String?
        var id: String?
        var targets: [String] = []
        var line: Int
        /// The first of its words, in code points of the note.
        var start: Int
        var end = 0
    }

    /// Between the note's labels and its text.
    private static let divider = "---"
    /// More lines than a note has labels: further down a line of dashes is the note's own.
    private static let mostHeadLines = 20

    private let file: String
    private var labels: [(name: String, value: String)] = []
    private var text = String.UnicodeScalarView()
    private var marks: [Mark] = []

    /// - Throws: ``BadInput`` with `file:line` for a mark that does not end, has no label or no words.
    init(_ source: String, _ file: String) throws(BadInput) {
        self.file = file
        let (labels, body, firstLine) = Self.head(of: source)
        self.labels = labels
        try read(body, firstLine)
    }

    /// The labels above the divider; none where there is no divider or what is above are no labels.
    private static func head(
        of source: String
    ) -> (labels: [(name: String, value: String)], body: Substring.UnicodeScalarView, firstLine: Int) {
        let whole = source[...].unicodeScalars
        var rest = whole
        var labels: [(name: String, value: String)] = []
        for line in 1...mostHeadLines {
            guard let end = rest.firstIndex(of: "\n") else { break }
            let words = String(rest[..<end]).trimmed
            rest = rest[rest.index(after: end)...]
            if words == divider { return (labels, rest, line + 1) }
            let parts = words.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, !words.unicodeScalars.contains(InlineMarks.open) else { break }
            labels.append((String(parts[0]).trimmed, String(parts[1]).trimmed))
        }
        return ([], whole, 1)
    }

    private mutating func read(_ body: Substring.UnicodeScalarView, _ firstLine: Int) throws(BadInput) {
        var line = firstLine
        var count = 0
        var openMarks: [Mark] = []
        var index = body.startIndex
        while index < body.endIndex {
            let scalar = body[index]
            index = body.index(after: index)
            switch scalar {
            case InlineMarks.open:
                guard let colon = body[index...].firstIndex(of: ":"),
                    let mark = Self.mark(body[index..<colon], line, count)
                else { throw BadInput(SourceLocation(file, line: line), "⟦ begins no mark such as ⟦Label:words⟧") }
                openMarks.append(mark)
                index = body.index(after: colon)
            case InlineMarks.close:
                guard var mark = openMarks.popLast() else {
                    throw BadInput(SourceLocation(file, line: line), "⟧ ends no mark")
                }
                guard count > mark.start else {
                    throw BadInput(SourceLocation(file, line: mark.line), "a mark has no words")
                }
                mark.end = count
                marks.append(mark)
            default:
                if scalar == "\n" { line += 1 }
                text.append(scalar)
                count += 1
            }
        }
        if let mark = openMarks.last {
            throw BadInput(SourceLocation(file, line: mark.line), "a mark does not end: ⟧ is missing")
        }
    }

    /// What stands before the colon; `nil` if it is not what a mark begins with.
    private static func mark(_ head: Substring.UnicodeScalarView, _ line: Int, _ start: Int) -> Mark? {
        var mark = Mark(line: line, start: start)
        if head.first == "@" {
            mark.isSection = true
            mark.name = String(head.dropFirst())
            return isName(mark.name) ? mark : nil
        }
        let signs: [Unicode.Scalar] = [".", "#", ">"]
        var parts: [(sign: Unicode.Scalar?, words: String)] = [(nil, "")]
        for scalar in head {
            if signs.contains(scalar) {
                parts.append((scalar, ""))
            } else {
                parts[parts.count - 1].words.unicodeScalars.append(scalar)
            }
        }
        for (sign, words) in parts {
            switch sign {
            case ".": mark.attribute = words
            case "#": mark.id = words
            case ">": mark.targets = words.split(separator: ",").map(String.init)
            default: mark.name = words
            }
            guard isName(words) || sign == ">" && !mark.targets.isEmpty else { return nil }
        }
        return mark
    }

    private static func isName(_ words: String) -> Bool {
        !words.isEmpty
            && words.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace && scalar != InlineMarks.open && scalar != InlineMarks.close
                    && scalar != ","
            }
    }

    /// The record of the note.
    ///
    /// - Throws: ``BadInput`` with `file:line` for an attribute that the label does not take, and a number that names no span.
    func record(id: String, _ schema: LabelSchema?) throws(BadInput) -> Record {
        let note = NoteText(String(text))
        var record = Record(id: id, text: note)
        for (name, value) in labels { record.labels[name] = .string(value) }
        let sections = marks.filter(\.isSection)
        if !sections.isEmpty {
            record.meta["sections"] = .array(
                sections.map { section in
                    .object([
                        "start": .integer(Int64(section.start)), "end": .integer(Int64(section.end)),
                        "label": .string(section.name),
                    ])
                })
        }
        let spans = marks.filter { !$0.isSection }.sorted { ($0.start, -$0.end) < ($1.start, -$1.end) }
        let ids = Set(spans.compactMap(\.id))
        for mark in spans {
            let key = mark.name.count == 1 ? mark.name.first : nil
            let label = key.flatMap { schema?.spanLabel(on: $0)?.label } ?? mark.name
            let span = TextSpan(mark.start, mark.end)
            record.spans.append(
                Record.Span(
                    id: mark.id, content: SpanContent(span: span, text: note[span], label: label),
                    attributes: try attributes(mark, label, schema)))
            // 0 belongs to nothing, where a rule of the corpus would say otherwise.
            for target in mark.targets where target != "0" {
                guard ids.contains(target) else {
                    throw BadInput(SourceLocation(file, line: mark.line), "no span is named #\(target.printable)")
                }
                let id = mark.id ?? "at \(mark.start)"
                record.spans[record.spans.count - 1].id = id
                record.relations.append(
                    Record.Relation(
                        label: Self.belongsTo,
                        arguments: [.init(role: "Arg1", target: id), .init(role: "Arg2", target: target)]))
            }
        }
        return record
    }

    /// What a mark with `>` says.
    private static let belongsTo = "of"

    private func attributes(
        _ mark: Mark, _ label: String, _ schema: LabelSchema?
    ) throws(BadInput) -> [String: String] {
        guard let given = mark.attribute else { return [:] }
        let attribute = schema?.attributes.first { $0.labels?.contains(label) ?? true }
        guard let attribute, let value = attribute.values.first(where: { $0.key == given || $0.value == given }) else {
            throw BadInput(
                SourceLocation(file, line: mark.line),
                "'.\(given.printable)' is no value that \(InlineMarks.schemaFile) has for the label "
                    + "'\(label.printable)'")
        }
        return [attribute.name: value.value]
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let start = unicodeScalars.firstIndex { !isSpace($0) } ?? unicodeScalars.endIndex
        let end = unicodeScalars.lastIndex { !isSpace($0) }.map(unicodeScalars.index(after:)) ?? start
        return String(unicodeScalars[start..<end])
    }
}
