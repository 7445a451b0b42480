import Annotation
import ClinicalText

extension Brat {
    /// Reads a folder of `.txt` and `.ann` files back.
    ///
    /// - Parameters:
    ///   - folder: the folder; those in it are read too.
    ///   - annotator: whose the spans are.
    /// - Throws: ``BadInput`` with `file:line` for a line that is none of brat's, or with a list of what does not fit.
    public static func read(_ folder: String, annotator: String) throws(BadInput) -> [LabelRecord] {
        var records: [LabelRecord] = []
        for note in try NoteReader.read([folder]) {
            let file = "\(folder)/\(note.id).ann"
            records.append(
                try read(note, annotations: try NoteReader.bytes(of: file), file: file, annotator: annotator))
        }
        return records
    }

    /// Reads the annotations of one note.
    ///
    /// Relations, events, equivalences and normalisations are passed over: chartmark has no place for them.
    ///
    /// - Parameters:
    ///   - note: the text, named by its path in the folder.
    ///   - annotations: the `.ann` file.
    ///   - file: its name, for errors.
    ///   - annotator: whose the spans are.
    /// - Throws: ``BadInput`` with `file:line` for a line that is none of brat's, or with a list of what does not fit.
    public static func read(
        _ note: Note, annotations: [UInt8], file: String, annotator: String
    ) throws(BadInput) -> LabelRecord {
        var misfits = Misfits()
        var spans: [(id: String, span: LabelRecord.Span)] = []
        var attributes: [(target: String, name: String, value: String)] = []
        var remarks: [(target: String, text: String)] = []
        var number = 0
        let lines = String(decoding: annotations, as: UTF8.self).unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines {
            number += 1
            if line.isEmpty { continue }
            let location = SourceLocation(file, line: number)
            let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            let words = columns.count > 1 ? columns[1].split(separator: " ").map(String.init) : []
            switch columns[0].first {
            case "T":
                guard columns.count == 3, let label = words.first, let parts = parts(columns[1].dropFirst(label.count))
                else {
                    throw BadInput(location, "a span is: id, tab, label and offsets, tab, words")
                }
                let content = content(parts, label: label, in: note.text)
                misfits.add(content.misfit(in: note.text), at: "line \(number)")
                if content.misfit(in: note.text) == nil, !surface(parts, note.text).utf8.elementsEqual(columns[2].utf8)
                {
                    misfits.add("\(label): the note has other words there", at: "line \(number)")
                }
                spans.append((columns[0], LabelRecord.Span(content: content)))
            case "A", "M":
                guard words.count == 2 || words.count == 3 else {
                    throw BadInput(location, "an attribute is: id, tab, name, span and value")
                }
                attributes.append((words[1], words[0], words.count == 3 ? words[2] : "true"))
            case "#":
                guard words.count == 2, columns.count == 3 else {
                    throw BadInput(location, "a note is: id, tab, kind and span, tab, words")
                }
                remarks.append((words[1], columns[2]))
            case "R", "E", "N", "*": continue
            default: throw BadInput(location, "not a line of brat's standoff")
            }
        }
        try misfits.check(file)
        for (target, name, value) in attributes {
            if let index = spans.firstIndex(where: { $0.id == target }) { spans[index].span.attributes[name] = value }
        }
        return LabelRecord(
            id: id(of: note.id), text: note.text.string, spans: spans.map(\.span), answer: .accept,
            annotator: annotator,
            digest: note.digest,
            comments: remarks.compactMap { target, text in
                spans.first { $0.id == target }.map { spanned in
                    let span = spanned.span.content.span
                    return LabelRecord.Remark(start: span.start.value, end: span.end.value, text: text)
                }
            })
    }

    /// The name of the note at a path of the folder.
    private static func id(of path: String) -> String { PercentCoding.decode(path) }

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

    /// One span of the parts; those between which the text has nothing but line ends were one before.
    private static func content(_ parts: [TextSpan], label: String, in text: NoteText) -> SpanContent {
        var joined: [TextSpan] = []
        for part in parts {
            if let last = joined.last, last.end <= part.start, isLineEnd(TextSpan(last.end, part.start), in: text) {
                joined[joined.count - 1] = TextSpan(last.start, part.end)
            } else {
                joined.append(part)
            }
        }
        let whole = TextSpan(joined.first?.start ?? ScalarOffset(0), joined.last?.end ?? ScalarOffset(0))
        return SpanContent(span: whole, text: text[whole], label: label, fragments: joined.count > 1 ? joined : nil)
    }

    private static func isLineEnd(_ gap: TextSpan, in text: NoteText) -> Bool {
        var isLineEnd = text.holds(gap)
        text.forEachScalar(in: gap) { _, scalar in isLineEnd = isLineEnd && lineEnds.contains(scalar) }
        return isLineEnd
    }
}
