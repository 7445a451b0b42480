import Annotation
import ClinicalText
import FoundationEssentials

/// Prodigy's tasks, one a line, as `ner.manual` writes them (https://prodi.gy/docs/api-interfaces#ner_manual).
///
/// `token_start` and `token_end` are inclusive. Prodigy keeps members that it does not know, so that nothing but rejected
/// suggestions is lost: attributes stand in their span as members of their own, the note's labels under `labels`, comments
/// under `comments`, the parts of a discontinuous span under `fragments`. Notes in which spans overlap have the view
/// `spans_manual`. Several annotators of a note are told apart by `_annotator_id`.
public enum ProdigyJSONL {
    /// Members of a span that no attribute may be named after.
    private static let spanMembers: Set<String> = [
        "start", "end", "text", "label", "token_start", "token_end", "source", "score", "fragments",
    ]

    /// Writes finished and skipped records; the others are counted.
    ///
    /// - Throws: ``BadInput`` for a number that JSON cannot hold.
    public static func write(_ records: [LabelRecord], report: inout LossReport) throws(BadInput) -> String {
        report.add(.pending, records.count { $0.answer == .pending })
        var tasks: [JSONValue] = []
        for record in records where record.answer != .pending { tasks.append(task(record, &report)) }
        return try LabelsJSONL.lines(tasks)
    }

    private static func task(_ record: LabelRecord, _ report: inout LossReport) -> JSONValue {
        let text = NoteText(record.text)
        let spans = record.spans.map(\.content.span)
        let marked = MarkedTokens(of: text, for: spans)
        report.add(.divided, marked.divided)
        report.add(.rejected, record.rejected.count)
        let tokens = marked.tokens.enumerated().map { index, token in
            JSONValue.object([
                "text": .string(text[token]), "start": .integer(Int64(token.start.value)),
                "end": .integer(Int64(token.end.value)), "id": .integer(Int64(index)),
                "ws": .bool(text.scalar(at: token.end) == " "),
            ])
        }
        let overlap = zip(spans.sorted(), spans.sorted().dropFirst()).contains { $0.overlaps($1) }
        var task: [String: JSONValue] = [
            "id": .string(record.id), "text": .string(record.text), "meta": .object(record.meta),
            "tokens": .array(tokens), "spans": .array(record.spans.map { span($0, marked, &report) }),
            "answer": .string(record.answer.rawValue), "_annotator_id": .string(record.annotator),
            "_view_id": .string(overlap ? "spans_manual" : "ner_manual"),
            "_input_hash": .integer(hash(record.text)), "_task_hash": .integer(hash("spans\n" + record.text)),
        ]
        if task["meta"]?["id"] == nil {
            task["meta"] = .object(record.meta.merging(["id": .string(record.id)]) { old, _ in old })
        }
        if !record.labels.isEmpty { task["labels"] = .object(record.labels) }
        if let model = record.model { task["model"] = .string(model) }
        if !record.comments.isEmpty { task["comments"] = .array(record.comments.map(comment)) }
        return .object(task)
    }

    private static func span(
        _ span: LabelRecord.Span, _ marked: MarkedTokens, _ report: inout LossReport
    ) -> JSONValue {
        let content = span.content
        var members: [String: JSONValue] = [
            "start": .integer(Int64(content.span.start.value)), "end": .integer(Int64(content.span.end.value)),
            "text": .string(content.text), "label": .string(content.label),
        ]
        if let range = marked.tokens(in: content.span) {
            members["token_start"] = .integer(Int64(range.lowerBound))
            members["token_end"] = .integer(Int64(range.upperBound))
        }
        if let fragments = content.fragments {
            report.add(.joined)
            members["fragments"] = .array(
                fragments.map { .array([.integer(Int64($0.start.value)), .integer(Int64($0.end.value))]) })
        }
        if let source = span.source { members["source"] = .string(source.rawValue) }
        if let score = span.score { members["score"] = .number(score) }
        for (name, value) in span.attributes {
            if spanMembers.contains(name) { report.add(.attribute) } else { members[name] = .string(value) }
        }
        return .object(members)
    }

    private static func comment(_ remark: LabelRecord.Remark) -> JSONValue {
        var members: [String: JSONValue] = ["text": .string(remark.text)]
        if let start = remark.start { members["start"] = .integer(Int64(start)) }
        if let end = remark.end { members["end"] = .integer(Int64(end)) }
        return .object(members)
    }

    /// A signed number of 32 bits: the same text, the same number.
    private static func hash(_ text: String) -> Int64 {
        let digits = TextDigest(of: Array(text.utf8)).hex.prefix(8)
        return Int64(Int32(bitPattern: UInt32(digits, radix: 16) ?? 0))
    }
}

extension ProdigyJSONL {
    /// A task, of which only `text` is needed.
    private struct Task: Decodable {
        var id: JSONValue?
        var text: String
        var spans: [JSONValue]?
        var answer: String?
        var labels: [String: JSONValue]?
        var comments: [LabelRecord.Remark]?
        var model: String?
        var meta: [String: JSONValue]?
        var _annotator_id: String?
    }

    /// Reads tasks and checks each span against its text.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    ///   - annotator: whose the tasks are that do not say.
    ///   - report: counts tasks that were answered with `reject`.
    /// - Throws: ``BadInput`` with `file:line` for a line that is no task, or with a list of what does not fit.
    public static func read(
        _ bytes: [UInt8], file: String, annotator: String, report: inout LossReport
    ) throws(BadInput) -> [LabelRecord] {
        var misfits = Misfits()
        var records: [LabelRecord] = []
        for (line, task) in try JSONLines.decode(bytes, file: file, as: Task.self) {
            guard let answer = LabelRecord.Answer(rawValue: task.answer ?? "accept"), answer != .pending else {
                report.add(.answer)
                continue
            }
            let text = NoteText(task.text)
            var spans: [LabelRecord.Span] = []
            for value in task.spans ?? [] {
                guard let span = span(value, text) else {
                    throw BadInput(
                        SourceLocation(file, line: line), "a span needs numbers 'start' and 'end' and a 'label'")
                }
                misfits.add(span.content.misfit(in: text), at: "line \(line)")
                spans.append(span)
            }
            let named = task.id ?? task.meta?["id"]
            let note = Note(id: named?.stringValue ?? named?.intValue.map(String.init), text: text)
            var meta = task.meta ?? [:]
            if meta["id"]?.stringValue == note.id { meta["id"] = nil }
            records.append(
                LabelRecord(
                    id: note.id, text: task.text, spans: spans, labels: task.labels ?? [:], answer: answer,
                    annotator: task._annotator_id ?? annotator, model: task.model, digest: note.digest,
                    comments: task.comments ?? [], meta: meta))
        }
        try misfits.check(file)
        return records
    }

    private static func span(_ value: JSONValue, _ text: NoteText) -> LabelRecord.Span? {
        guard let start = value["start"]?.intValue, let end = value["end"]?.intValue,
            let label = value["label"]?.stringValue
        else { return nil }
        let span = TextSpan(start, end)
        let fragments = value["fragments"]?.arrayValue?.compactMap { pair -> TextSpan? in
            guard let pair = pair.arrayValue, pair.count == 2, let start = pair[0].intValue, let end = pair[1].intValue
            else { return nil }
            return TextSpan(start, end)
        }
        let attributes = (value.objectValue ?? [:]).filter { !spanMembers.contains($0.key) }.compactMapValues(
            \.stringValue)
        return LabelRecord.Span(
            content: SpanContent(
                span: span, text: value["text"]?.stringValue ?? text[span], label: label, fragments: fragments),
            attributes: attributes, source: value["source"]?.stringValue.flatMap(SpanSource.init),
            score: value["score"]?.doubleValue)
    }
}
