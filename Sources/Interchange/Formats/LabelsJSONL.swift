import Annotation
import ClinicalText

/// chartmark's own form: a line of `labels.jsonl`, or of gold and notes with `spans`, of which only `text` is needed.
///
/// Nothing is lost: what the reviewer does not see lies in `meta.carried`.
public enum LabelsJSONL {
    private static let members: Set<String> = [
        "id", "text", "spans", "rejected", "labels", "answer", "annotator", "model", "digest", "comments", "meta",
    ]
    private static let spanMembers: Set<String> = [
        "start", "end", "text", "label", "fragments", "attributes", "source", "score", "id",
    ]

    /// Reads a line at a time.
    struct Reader: JSONRecordReader {
        var elements: JSONElements
        var misfits = Misfits()

        init(_ source: ByteSource) { elements = JSONElements(source) }

        func record(
            of value: OrderedJSON, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            try LabelsJSONL.record(value, elements.location, &report)
        }
    }

    private static func record(
        _ value: OrderedJSON, _ location: SourceLocation, _ report: inout LossReport
    ) throws(BadInput) -> (record: Record, misfits: [String]) {
        guard value.members != nil else { throw BadInput(location, "a record must be a JSON object") }
        guard let text = value["text"]?.string, !text.isEmpty else {
            throw BadInput(location, "the record has no string 'text', or an empty one")
        }
        var record = Record(id: value["id"]?.name, text: NoteText(text), annotator: value["annotator"]?.string)
        if let digest = value["digest"]?.string, digest != TextDigest(of: record.text.utf8).description {
            throw BadInput(location, "the text is not the one of the record's digest")
        }
        if let answer = value["answer"]?.string {
            guard let answer = LabelRecord.Answer(rawValue: answer) else {
                throw BadInput(location, "'answer' is none of accept, ignore and pending")
            }
            record.answer = answer
        }
        record.model = value["model"]?.string
        record.labels = value["labels"]?.value.objectValue ?? [:]
        for remark in value["comments"]?.elements ?? [] {
            guard let text = remark["text"]?.string else { throw BadInput(location, "a comment has no 'text'") }
            record.comments.append(.init(start: remark["start"]?.int, end: remark["end"]?.int, text: text))
        }
        record.meta = value["meta"]?.value.objectValue ?? [:]
        record.meta.merge(value.others(than: members)) { inner, _ in inner }

        var unfit = record.add(try spans("spans", of: value, location), &report)
        let standing = record.spans
        record.spans = []
        unfit += record.add(try spans("rejected", of: value, location), &report)
        record.rejected = record.spans
        record.spans = standing
        if unfit.isEmpty, let carried = record.meta.removeValue(forKey: Carried.member) {
            Carried.unpack(carried, into: &record, &report)
        }
        return (record, unfit)
    }

    private static func spans(
        _ member: String, of record: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [(place: Place, span: (SpanContent) -> Record.Span)] {
        var spans: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        for value in record[member]?.elements ?? [] {
            guard let start = value["start"]?.int, let end = value["end"]?.int, let label = value["label"]?.string,
                !label.isEmpty
            else { throw BadInput(location, "a span needs whole numbers 'start' and 'end' and a 'label'") }
            var place = Place(parts: [(start, end)], surface: value["text"]?.string, label: label)
            if let fragments = value["fragments"]?.elements {
                place.parts = try parts(fragments, location)
            }
            let attributes = (value["attributes"]?.value.objectValue ?? [:]).compactMapValues(\.stringValue)
            let source = value["source"]?.string.flatMap(SpanSource.init)
            spans.append(
                (
                    place,
                    { content in
                        Record.Span(
                            id: value["id"]?.name, content: content, attributes: attributes, source: source,
                            score: value["score"]?.double, fields: value.others(than: spanMembers))
                    }
                ))
        }
        return spans
    }

    /// Reads `[[0,4],[9,12]]`.
    static func parts(
        _ fragments: [OrderedJSON], _ location: SourceLocation
    ) throws(BadInput) -> [(start: Int, end: Int)] {
        var parts: [(start: Int, end: Int)] = []
        for fragment in fragments {
            guard let pair = fragment.elements, pair.count == 2, let start = pair[0].int, let end = pair[1].int else {
                throw BadInput(location, "'fragments' is a list of [start, end]")
            }
            parts.append((start, end))
        }
        return parts
    }

    /// Writes a line at a time, members in alphabetical order as the journal's `labels.jsonl` has them.
    struct Writer: RecordWriter {
        mutating func add(_ record: Record, to output: inout some RecordOutput, _: inout LossReport) throws(BadInput) {
            let label = record.labelRecord
            let value = OrderedJSON.members([
                ("annotator", .string(label.annotator)), ("answer", .string(label.answer.rawValue)),
                ("comments", .array(label.comments.map(LabelsJSONL.comment))),
                ("digest", .string(label.digest.description)), ("id", .string(label.id)),
                ("labels", OrderedJSON(.object(label.labels))), ("meta", OrderedJSON(.object(label.meta))),
                ("model", label.model.map(OrderedJSON.string)),
                ("rejected", .array(record.rejected.map(LabelsJSONL.span))),
                ("spans", .array(record.spans.map(LabelsJSONL.span))), ("text", .string(label.text)),
            ])
            try output.append(JSONText.line(value), to: "")
        }
    }

    /// A remark as JSON.
    static func comment(_ remark: LabelRecord.Remark) -> OrderedJSON {
        .members([
            ("end", remark.end.map(OrderedJSON.int)), ("start", remark.start.map(OrderedJSON.int)),
            ("text", .string(remark.text)),
        ])
    }

    /// A span as JSON.
    static func span(_ span: Record.Span) -> OrderedJSON {
        let content = span.content
        return .members([
            (
                "attributes",
                span.attributes.isEmpty ? nil : OrderedJSON(.object(span.attributes.mapValues(JSONValue.string)))
            ),
            ("end", .int(content.span.end.value)), ("fragments", fragments(content)),
            ("label", .string(content.label)), ("score", span.score.map(OrderedJSON.double)),
            ("source", span.source.map { .string($0.rawValue) }), ("start", .int(content.span.start.value)),
            ("text", .string(content.text)),
        ])
    }

    /// The parts of a discontinuous span as JSON.
    static func fragments(_ content: SpanContent) -> OrderedJSON? {
        content.fragments.map { .array($0.map { .array([.int($0.start.value), .int($0.end.value)]) }) }
    }
}

extension LabelsJSONL {
    /// Reads records and checks each span against its text.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    /// - Throws: ``BadInput`` with `file:line` for a line that is no record, or with a list of what does not fit.
    public static func read(_ bytes: [UInt8], file: String) throws(BadInput) -> [LabelRecord] {
        var reader = Reader(ByteSource(bytes, name: file))
        var report = LossReport()
        var records: [LabelRecord] = []
        while let record = try reader.next(&report) { records.append(record.labelRecord) }
        return records
    }

    /// The line of a project's notes that brings a record in: its spans as suggestions, everything else carried.
    ///
    /// See ``Note/carriedSpans(_:)`` for how a review takes them.
    public static func noteLine(_ record: Record) -> [UInt8] {
        var meta = record.meta
        if let carried = Carried.pack(record, whole: true) { meta[Carried.member] = carried }
        let spans = record.spans.map { span in
            OrderedJSON.members([
                ("start", .int(span.content.span.start.value)), ("end", .int(span.content.span.end.value)),
                ("text", .string(span.content.text)), ("label", .string(span.content.label)),
                ("fragments", fragments(span.content)), ("score", span.score.map(OrderedJSON.double)),
            ])
        }
        return JSONText.line(
            .members([
                ("id", .string(record.id)), ("text", .string(record.text.string)), ("spans", .array(spans)),
                ("model", record.model.map(OrderedJSON.string)),
                ("meta", meta.isEmpty ? nil : OrderedJSON(.object(meta))),
            ]))
    }
}
