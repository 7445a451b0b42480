import Annotation
import ClinicalText

/// doccano's JSONL (https://doccano.github.io/doccano/tutorial/): what it exports and imports.
///
/// - `{"id":1,"text":…,"label":[[0,2,"ORG"]],"Comments":[]}` for spans,
/// - `{"text":…,"entities":[{"id","label","start_offset","end_offset"}],"relations":[{"id","from_id","to_id","type"}]}`,
/// - `{"text":…,"label":["positive"]}` for labels of the text, `{"entities":[[19,26,"City"]],"cats":["flight"]}` for both.
///
/// Labels of the text have no names in doccano: those of the note label `category` are plain, others `name=value`. Other
/// members are columns of doccano's and become `meta`.
enum Doccano {
    static let category = "category"
    private static let members: Set<String> = [
        "id", "text", "label", "labels", "entities", "relations", "cats", "Comments", "comments",
    ]

    struct Reader: JSONRecordReader {
        var elements: JSONElements
        var misfits = Misfits()

        init(_ source: ByteSource) { elements = JSONElements(source) }

        func record(
            of value: OrderedJSON, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            var record = try Doccano.record(value, elements.location)
            let unfit = record.add(try Doccano.spans(value, elements.location), &report)
            try Doccano.read(value["relations"], into: &record, elements.location)
            return (record, unfit)
        }
    }

    private static func record(_ value: OrderedJSON, _ location: SourceLocation) throws(BadInput) -> Record {
        guard let text = value["text"]?.string, !text.isEmpty else {
            throw BadInput(location, "the record has no string 'text', or an empty one")
        }
        var record = Record(id: value["id"]?.name, text: NoteText(text), meta: value.others(than: members))
        let plain = (value["label"] ?? value["labels"])?.elements?.compactMap(\.string) ?? []
        let named = plain + (value["cats"]?.elements?.compactMap(\.string) ?? [])
        for label in named {
            let parts = label.split(separator: "=", maxSplits: 1).map(String.init)
            let (name, text) = parts.count == 2 ? (parts[0], parts[1]) : (category, label)
            record.labels[name] = Record.label((record.labels[name].map(Record.values) ?? []) + [text])
        }
        for comment in (value["Comments"] ?? value["comments"])?.elements ?? [] {
            if let text = comment.string ?? comment["text"]?.string {
                record.comments.append(.init(start: comment["start"]?.int, end: comment["end"]?.int, text: text))
            }
        }
        return record
    }

    private static func spans(
        _ value: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [(place: Place, span: (SpanContent) -> Record.Span)] {
        var spans: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        let elements = (value["label"] ?? value["labels"])?.elements ?? []
        for element in elements + (value["entities"]?.elements ?? []) where element.string == nil {
            let triple = element.elements
            let start = triple.flatMap { $0.count == 3 ? $0[0].int : nil } ?? element["start_offset"]?.int
            let end = triple.flatMap { $0.count == 3 ? $0[1].int : nil } ?? element["end_offset"]?.int
            let label = triple.flatMap { $0.count == 3 ? $0[2].string : nil } ?? element["label"]?.string
            guard let start, let end, let label, !label.isEmpty else {
                throw BadInput(
                    location, "a span is [start, end, label], or has 'start_offset', 'end_offset' and 'label'")
            }
            spans.append(
                (
                    Place(parts: [(start, end)], surface: nil, label: label),
                    { Record.Span(id: element["id"]?.name, content: $0) }
                ))
        }
        return spans
    }

    private static func read(
        _ relations: OrderedJSON?, into record: inout Record, _ location: SourceLocation
    ) throws(BadInput) {
        for value in relations?.elements ?? [] {
            guard let from = value["from_id"]?.name, let to = value["to_id"]?.name, let type = value["type"]?.string
            else { throw BadInput(location, "a relation needs 'from_id', 'to_id' and 'type'") }
            record.relations.append(
                Record.Relation(
                    id: value["id"]?.name.map { "R\($0)" }, label: type,
                    arguments: [.init(role: "from", target: from), .init(role: "to", target: to)]))
        }
    }

    struct Writer: RecordWriter {
        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.attribute, .reference, .field, .provenance, .rejected])
            try output.append(JSONText.line(Doccano.line(record, &report)), to: "")
        }
    }

    private static func line(_ record: Record, _ report: inout LossReport) -> OrderedJSON {
        for span in record.spans where span.content.fragments != nil {
            report.add(.joined, in: record.id, at: span.content.span)
        }
        var categories: [OrderedJSON] = []
        for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) {
            categories += Record.values(value).map { .string(name == category ? $0 : "\(name)=\($0)") }
        }
        let triples = record.spans.map {
            OrderedJSON.array([
                .int($0.content.span.start.value), .int($0.content.span.end.value), .string($0.content.label),
            ])
        }
        var members: [(String, OrderedJSON?)] = [("id", .string(record.id)), ("text", .string(record.text.string))]
        if !record.relations.isEmpty {
            members += related(record, &report)
            if !categories.isEmpty { members.append(("cats", .array(categories))) }
        } else if !categories.isEmpty, !triples.isEmpty {
            members += [("entities", .array(triples)), ("cats", .array(categories))]
        } else {
            members.append(("label", .array(triples + categories)))
        }
        let remarks = record.comments.map { remark in
            remark.start == nil ? OrderedJSON.string(remark.text) : LabelsJSONL.comment(remark)
        }
        members.append(("Comments", .array(remarks)))
        members += record.meta.sorted { $0.key < $1.key }.filter { !Self.members.contains($0.key) }
            .map { ($0.key, OrderedJSON($0.value)) }
        return .members(members)
    }

    private static func related(_ record: Record, _ report: inout LossReport) -> [(String, OrderedJSON?)] {
        // doccano's ids are numbers.
        var numbers: [String: Int] = [:]
        let entities = record.spans.enumerated().map { index, span in
            if let id = span.id { numbers[id] = index }
            return OrderedJSON.members([
                ("id", .int(index)), ("label", .string(span.content.label)),
                ("start_offset", .int(span.content.span.start.value)),
                ("end_offset", .int(span.content.span.end.value)),
            ])
        }
        var relations: [OrderedJSON] = []
        for relation in record.relations {
            let ends = relation.arguments.compactMap { numbers[$0.target] }
            guard relation.trigger == nil, relation.arguments.count == 2, ends.count == 2 else {
                report.add(.relation, in: record.id)
                continue
            }
            relations.append(
                .members([
                    ("id", .int(relations.count)), ("from_id", .int(ends[0])), ("to_id", .int(ends[1])),
                    ("type", .string(relation.label)),
                ]))
        }
        return [("entities", .array(entities)), ("relations", .array(relations))]
    }
}
