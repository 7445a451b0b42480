import Annotation
import ClinicalText

/// BioC as JSON: a collection whose `documents` are read and written one at a time.
///
/// See ``BioCDocument``.
enum BioCJSON {
    struct Reader: JSONRecordReader {
        var elements: JSONElements
        var misfits = Misfits()

        init(_ source: ByteSource) { elements = JSONElements(source, list: "documents") }

        func record(
            of value: OrderedJSON, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            let (record, unfit) = try BioCJSON.document(value, elements.location).record(&report)
            if record.text.scalarCount == 0 { throw BadInput(elements.location, "the document has no text") }
            return (record, unfit)
        }
    }

    private static func infons(_ value: OrderedJSON?) -> [(String, String)] {
        (value?["infons"]?.members ?? []).compactMap { member in
            (member.value.string ?? member.value.name).map { (member.key, $0) }
        }
    }

    private static func document(_ value: OrderedJSON, _ location: SourceLocation) throws(BadInput) -> BioCDocument {
        guard let passages = value["passages"]?.elements else {
            throw BadInput(location, "a document has no 'passages'")
        }
        var document = BioCDocument(id: value["id"]?.name ?? "")
        document.infons = infons(value)
        for element in passages {
            // A passage may hold its text in sentences instead.
            let sentences = element["sentences"]?.elements ?? []
            for part in element["text"]?.string == nil ? sentences : [element] {
                var passage = BioCDocument.Passage(offset: part["offset"]?.int ?? 0, text: part["text"]?.string ?? "")
                passage.annotations = try annotations(part, location)
                document.passages.append(passage)
            }
            document.relations += try relations(element, location)
        }
        if let annotations = Optional(try annotations(value, location)), !annotations.isEmpty,
            !document.passages.isEmpty
        {
            document.passages[0].annotations += annotations
        }
        document.relations += try relations(value, location)
        return document
    }

    private static func annotations(
        _ value: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [BioCDocument.Annotation] {
        var annotations: [BioCDocument.Annotation] = []
        for element in value["annotations"]?.elements ?? [] {
            var locations: [(offset: Int, length: Int)] = []
            for place in element["locations"]?.elements ?? [] {
                guard let offset = place["offset"]?.int, let length = place["length"]?.int else {
                    throw BadInput(location, "a location needs whole numbers 'offset' and 'length'")
                }
                locations.append((offset, length))
            }
            annotations.append(
                BioCDocument.Annotation(
                    id: element["id"]?.name ?? "", infons: infons(element), text: element["text"]?.string,
                    locations: locations))
        }
        return annotations
    }

    private static func relations(
        _ value: OrderedJSON, _ location: SourceLocation
    ) throws(BadInput) -> [BioCDocument.Relation] {
        (value["relations"]?.elements ?? []).map { element in
            BioCDocument.Relation(
                id: element["id"]?.name ?? "", infons: infons(element),
                nodes: (element["nodes"]?.elements ?? []).map { ($0["refid"]?.name ?? "", $0["role"]?.string ?? "") })
        }
    }

    struct Writer: RecordWriter {
        private var isFirst = true

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            var bytes = Array(
                (isFirst ? #"{"source":"chartmark","date":"","key":"","infons":{},"documents":["# + "\n" : ",\n").utf8)
            isFirst = false
            JSONText.append(BioCJSON.json(BioCDocument(record, &report)), to: &bytes)
            try output.append(bytes, to: "")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            if isFirst {
                try output.append(
                    Array(#"{"source":"chartmark","date":"","key":"","infons":{},"documents":["#.utf8), to: "")
            }
            try output.append(Array("\n]}\n".utf8), to: "")
        }
    }

    private static func json(_ infons: [(String, String)]) -> OrderedJSON {
        .members(infons.map { ($0.0, .string($0.1)) })
    }

    private static func json(_ document: BioCDocument) -> OrderedJSON {
        let passages = document.passages.map { passage in
            OrderedJSON.members([
                ("offset", .int(passage.offset)), ("infons", json(passage.infons)), ("text", .string(passage.text)),
                ("sentences", .array([])),
                (
                    "annotations",
                    .array(
                        passage.annotations.map { annotation in
                            .members([
                                ("id", .string(annotation.id)), ("infons", json(annotation.infons)),
                                ("text", annotation.text.map(OrderedJSON.string)),
                                (
                                    "locations",
                                    .array(
                                        annotation.locations.map {
                                            .members([("offset", .int($0.offset)), ("length", .int($0.length))])
                                        })
                                ),
                            ])
                        })
                ), ("relations", .array([])),
            ])
        }
        let relations = document.relations.map { relation in
            OrderedJSON.members([
                ("id", .string(relation.id)), ("infons", json(relation.infons)),
                (
                    "nodes",
                    .array(
                        relation.nodes.map { .members([("refid", .string($0.refid)), ("role", .string($0.role))]) })
                ),
            ])
        }
        return .members([
            ("id", .string(document.id)), ("infons", json(document.infons)), ("passages", .array(passages)),
            ("annotations", .array([])), ("relations", .array(relations)),
        ])
    }
}
