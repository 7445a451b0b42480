import Annotation
import ClinicalText

/// Prodigy's tasks, one a line, as `ner.manual`, `spans.manual`, `textcat` and `choice` write them
/// (https://prodi.gy/docs/api-interfaces).
///
/// `token_start` and `token_end` are inclusive. Prodigy keeps members that it does not know, so that nothing but rejected
/// suggestions is lost: attributes stand in their span as members of their own, the note's labels under `labels`, comments
/// under `comments`, the parts of a discontinuous span under `fragments`. Notes in which spans overlap have the view
/// `spans_manual`. Several annotators of a note are told apart by `_annotator_id`. Hashes that came with a task stay.
///
/// A task of `textcat` becomes a note label of its `label` with the value `accept` or `reject`, a task of `choice` the note
/// label `choice` with what was accepted.
public enum ProdigyJSONL {
    /// Members of a span that no attribute may be named after.
    static let spanMembers: Set<String> = [
        "id", "start", "end", "text", "label", "token_start", "token_end", "source", "score", "fragments", "references",
        "attributes",
    ]
    /// The note label of `choice`.
    static let choice = "choice"
    static let binaryView = "classification"

    /// Writes tasks.
    struct Writer: RecordWriter {
        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard record.answer != .pending else { return report.add(.pending, in: record.id) }
            report.add(record, lacking: [.rejected])
            for task in ProdigyJSONL.tasks(record, &report) { try output.append(task, to: "") }
        }
    }

    private static func tasks(_ record: Record, _ report: inout LossReport) -> [[UInt8]] {
        let native = record.native[Format.prodigy.rawValue]?.objectValue ?? [:]
        let isBinary = native["_view_id"]?.stringValue == binaryView && record.spans.isEmpty
        let values = record.labels.compactMapValues(\.stringValue)
        guard isBinary, !values.isEmpty, values.values.allSatisfy({ ["accept", "reject"].contains($0) }) else {
            return [task(record, native, &report)]
        }
        return values.sorted { $0.key < $1.key }.map { name, value in
            JSONText.line(
                .members(
                    head(record, native) + [
                        ("label", .string(name)), ("answer", .string(record.answer == .ignore ? "ignore" : value)),
                    ] + tail(record, native, view: binaryView)))
        }
    }

    private static func task(
        _ record: Record, _ native: [String: JSONValue], _ report: inout LossReport
    ) -> [UInt8] {
        if let options = native["options"], record.spans.isEmpty {
            let accepted = record.labels[choice].map(Record.values) ?? []
            return JSONText.line(
                .members(
                    head(record, native) + [
                        ("options", OrderedJSON(options)), ("accept", .array(accepted.map(OrderedJSON.string))),
                        ("answer", .string(record.answer.rawValue)),
                    ] + tail(record, native.filter { $0.key != "options" }, view: "choice")))
        }
        let spans = record.spans.map(\.content.span)
        let marked = MarkedTokens(of: record.text, for: spans)
        report.add(.divided, marked.divided, in: record.id)
        let sorted = spans.sorted()
        let overlap = zip(sorted, sorted.dropFirst()).contains { $0.overlaps($1) }
        let relations = relations(record, marked, &report)
        var members: [(String, OrderedJSON?)] = [
            ("spans", .array(record.spans.map { span($0, record, marked, &report) }))
        ]
        if !relations.isEmpty { members.append(("relations", .array(relations))) }
        if !record.labels.isEmpty { members.append(("labels", OrderedJSON(.object(record.labels)))) }
        if !record.comments.isEmpty {
            members.append(("comments", .array(record.comments.map(LabelsJSONL.comment))))
        }
        members.append(("answer", .string(record.answer.rawValue)))
        members += tail(
            record, native, view: relations.isEmpty ? (overlap ? "spans_manual" : "ner_manual") : "relations")
        // The tokens are most of a task, and a tree of them takes five times as long as their bytes.
        var bytes = [UInt8(ascii: "{")]
        JSONText.append(members: head(record, native), to: &bytes)
        bytes += #","tokens":["#.utf8
        append(marked.tokens, of: record.text, to: &bytes)
        bytes += "],".utf8
        JSONText.append(members: members, to: &bytes)
        bytes += "}\n".utf8
        return bytes
    }

    private static let textKey = Array(#"{"text":"#.utf8)
    private static let startKey = Array(#","start":"#.utf8)
    private static let endKey = Array(#","end":"#.utf8)
    private static let idKey = Array(#","id":"#.utf8)
    private static let beforeSpace = Array(#","ws":true}"#.utf8)
    private static let beforeOther = Array(#","ws":false}"#.utf8)

    /// Appends `{"text":"chest","start":7,"end":12,"id":1,"ws":true}` for each token.
    private static func append(_ tokens: [TextSpan], of text: NoteText, to bytes: inout [UInt8]) {
        var walk = ScalarWalk(text)
        for (index, token) in tokens.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let start = walk.byte(of: token.start)
            let end = walk.byte(of: token.end)
            bytes += textKey
            JSONText.append(utf8: text.utf8[start..<end], to: &bytes)
            bytes += startKey
            JSONText.append(token.start.value, to: &bytes)
            bytes += endKey
            JSONText.append(token.end.value, to: &bytes)
            bytes += idKey
            JSONText.append(index, to: &bytes)
            bytes += end < text.utf8.count && text.utf8[end] == 0x20 ? beforeSpace : beforeOther
        }
    }

    private static func head(_ record: Record, _ native: [String: JSONValue]) -> [(String, OrderedJSON?)] {
        var meta = record.meta
        if meta["id"] == nil { meta["id"] = .string(record.id) }
        return [
            ("id", .string(record.id)), ("text", .string(record.text.string)), ("meta", OrderedJSON(.object(meta))),
        ]
    }

    private static func tail(
        _ record: Record, _ native: [String: JSONValue], view: String
    ) -> [(String, OrderedJSON?)] {
        var tail: [String: JSONValue] = [
            "_input_hash": .integer(hash(record.text.string)),
            "_task_hash": .integer(hash("spans\n" + record.text.string)),
        ]
        tail["_annotator_id"] = record.annotator.map(JSONValue.string)
        tail["model"] = record.model.map(JSONValue.string)
        tail.merge(native) { _, kept in kept }
        tail["_view_id"] = .string(view)
        return tail.sorted { $0.key < $1.key }.map { ($0.key, OrderedJSON($0.value)) }
    }

    private static func span(
        _ span: Record.Span, _ record: Record, _ marked: MarkedTokens, _ report: inout LossReport
    ) -> OrderedJSON {
        let content = span.content
        let range = marked.tokens(in: content.span)
        if content.fragments != nil { report.add(.joined, in: record.id, at: content.span) }
        var own: [(String, OrderedJSON?)] = []
        var nested: [String: JSONValue] = [:]
        for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
            // An attribute that is named like a member of Prodigy's would take its place.
            if spanMembers.contains(name) { nested[name] = .string(value) } else { own.append((name, .string(value))) }
        }
        for (name, value) in span.fields.sorted(by: { $0.key < $1.key }) where span.attributes[name] == nil {
            own.append((name, OrderedJSON(value)))
        }
        let references = span.references.map { reference in
            OrderedJSON.members([
                ("source", .string(reference.source)), ("code", .string(reference.code)),
                ("text", .string(reference.text)),
            ])
        }
        return .members(
            [
                ("start", .int(content.span.start.value)), ("end", .int(content.span.end.value)),
                ("text", .string(content.text)), ("token_start", range.map { .int($0.lowerBound) }),
                ("token_end", range.map { .int($0.upperBound) }), ("label", .string(content.label)),
                ("id", span.id.map(OrderedJSON.string)), ("fragments", LabelsJSONL.fragments(content)),
                ("source", span.source.map { .string($0.rawValue) }), ("score", span.score.map(OrderedJSON.double)),
                ("references", references.isEmpty ? nil : .array(references)),
                ("attributes", nested.isEmpty ? nil : OrderedJSON(.object(nested))),
            ] + own)
    }

    /// Relations between two spans: from the head to the child.
    private static func relations(
        _ record: Record, _ marked: MarkedTokens, _ report: inout LossReport
    ) -> [OrderedJSON] {
        record.relations.compactMap { relation in
            let ends = relation.arguments.compactMap { record.span($0.target)?.content }
            guard relation.trigger == nil, relation.arguments.count == 2, ends.count == 2,
                let head = marked.tokens(in: ends[0].span), let child = marked.tokens(in: ends[1].span)
            else {
                report.add(.relation, in: record.id)
                return nil
            }
            func end(_ content: SpanContent, _ range: ClosedRange<Int>) -> OrderedJSON {
                .members([
                    ("start", .int(content.span.start.value)), ("end", .int(content.span.end.value)),
                    ("token_start", .int(range.lowerBound)), ("token_end", .int(range.upperBound)),
                    ("label", .string(content.label)),
                ])
            }
            return .members([
                ("head", .int(head.upperBound)), ("child", .int(child.upperBound)), ("head_span", end(ends[0], head)),
                ("child_span", end(ends[1], child)), ("label", .string(relation.label)),
            ])
        }
    }

    /// A signed number of 32 bits: the same text, the same number.
    private static func hash(_ text: String) -> Int64 {
        let digits = TextDigest(of: Array(text.utf8)).hex.prefix(8)
        return Int64(Int32(bitPattern: UInt32(digits, radix: 16) ?? 0))
    }
}
