import Annotation
import ClinicalText

/// CoNLL files in the BIO scheme (IOB2): a token a line, three columns with tabs between them.
///
///     -DOCSTART-	note-17	O
///
///     Denies	0-6	O
///     chest	7-12	B-Sign_symptom
///     pain	13-17	I-Sign_symptom
///
/// The token stands first and the tag last, as in CoNLL-2003, where most readers look for them; `start-end` between the two
/// lets spans be read back exactly. White space and `%` of names
/// of notes and labels are percent-encoded. A blank line ends a sentence,
/// and never falls inside a span.
public enum CoNLL {
    private static let documentStart = "-DOCSTART-"
    private static let separator = "\t"

    /// Writes finished records; the others are counted, and what has no place among the tags.
    ///
    /// - Parameters:
    ///   - records: one finished record a note at most.
    ///   - file: where they come from, for errors.
    ///   - report: counts what is lost.
    /// - Throws: ``BadInput`` if several annotators finished the same note.
    public static func write(
        _ records: [LabelRecord], file: String, report: inout LossReport
    ) throws(BadInput) -> String {
        let finished = report.finished(records)
        try Readings.single(finished, file: file)
        return finished.map { document($0, &report) }.joined()
    }

    private static func document(_ record: LabelRecord, _ report: inout LossReport) -> String {
        let text = NoteText(record.text)
        let spans = flat(record.spans, &report)
        let marked = MarkedTokens(of: text, for: spans.map(\.span))
        report.add(.divided, marked.divided)
        report.add(.comment, record.comments.count)
        report.add(.noteLabel, record.labels.count)
        report.add(.rejected, record.rejected.count)

        var tags = [String](repeating: "O", count: marked.tokens.count)
        for content in spans {
            guard let range = marked.tokens(in: content.span) else {
                report.add(.blank)
                continue
            }
            let first = marked.tokens[range.lowerBound].start
            if first != content.span.start || marked.tokens[range.upperBound].end != content.span.end {
                report.add(.trimmed)
            }
            for index in range {
                tags[index] = (index == range.lowerBound ? "B-" : "I-") + PercentCoding.encode(content.label)
            }
        }

        let sentences = Sentence.spans(of: text).map(\.start)
        var lines = [[documentStart, PercentCoding.encode(record.id), "O"].joined(separator: separator), ""]
        var next = 0
        for (index, token) in marked.tokens.enumerated() {
            var isFirst = false
            while next < sentences.count, sentences[next] <= token.start {
                isFirst = true
                next += 1
            }
            if isFirst, index > 0, !tags[index].hasPrefix("I-") { lines.append("") }
            lines.append(
                [text[token], "\(token.start.value)-\(token.end.value)", tags[index]].joined(separator: separator))
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// Spans of which no two overlap: the longest first, then the one that starts first.
    private static func flat(_ spans: [LabelRecord.Span], _ report: inout LossReport) -> [SpanContent] {
        var kept: [SpanContent] = []
        let byLength = spans.sorted {
            ($1.content.span.count, $0.content.span.start) < ($0.content.span.count, $1.content.span.start)
        }
        for span in byLength {
            if span.content.fragments != nil {
                report.add(.inParts)
            } else if kept.contains(where: { $0.span.overlaps(span.content.span) }) {
                report.add(.overlapping)
            } else {
                report.add(.attribute, span.attributes.count)
                kept.append(span.content)
            }
        }
        return kept.sorted { $0.span < $1.span }
    }

    /// Reads a file of this form back, with the notes that it is about.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    ///   - notes: the notes, among which each document's is found by its name.
    ///   - annotator: whose the spans are.
    /// - Throws: ``BadInput`` with `file:line` for a line of another form, or with a list of tokens that are not in the note.
    public static func read(
        _ bytes: [UInt8], file: String, notes: [Note], annotator: String
    ) throws(BadInput) -> [LabelRecord] {
        let byID = Dictionary(notes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var misfits = Misfits()
        var records: [LabelRecord] = []
        var current: (note: Note, spans: [SpanContent])?
        func close() {
            guard let (note, spans) = current else { return }
            let contents = spans.map { LabelRecord.Span(content: SpanContent($0.span, in: note.text, label: $0.label)) }
            records.append(
                LabelRecord(
                    id: note.id, text: note.text.string, spans: contents, answer: .accept, annotator: annotator,
                    digest: note.digest, meta: note.meta))
        }
        let content = String(decoding: bytes, as: UTF8.self)
        var number = 0
        for line in content.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty { continue }
            let location = SourceLocation(file, line: number)
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 3 else {
                throw BadInput(location, "a line has three columns: token, start-end, tag")
            }
            if columns[0] == documentStart {
                close()
                let id = PercentCoding.decode(columns[1])
                guard let note = byID[id] else { throw BadInput(location, "the note '\(id)' is not among the notes") }
                current = (note, [])
                continue
            }
            guard let note = current?.note else { throw BadInput(location, "a token before the first -DOCSTART-") }
            guard let span = span(columns[1]) else { throw BadInput(location, "'\(columns[1])' is not start-end") }
            misfits.add(
                SpanContent(span: span, text: columns[0], label: columns[2]).misfit(in: note.text), at: "line \(number)"
            )
            guard columns[2] != "O" else { continue }
            let label = PercentCoding.decode(columns[2].dropFirst(2))
            guard columns[2].hasPrefix("B-") || columns[2].hasPrefix("I-"), !label.isEmpty else {
                throw BadInput(location, "the tag '\(columns[2])' is not O, B-… or I-…")
            }
            let count = current?.spans.count ?? 0
            if columns[2].hasPrefix("I-"), let last = current?.spans.last, last.label == label {
                current?.spans[count - 1].span = TextSpan(last.span.start, span.end)
            } else {
                current?.spans.append(SpanContent(span: span, text: "", label: label))
            }
        }
        close()
        try misfits.check(file)
        return records
    }

    private static func span(_ column: String) -> TextSpan? {
        let numbers = column.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let start = numbers[0], let end = numbers[1] else { return nil }
        return TextSpan(start, end)
    }
}
