import Annotation
import ClinicalText

/// MedTator's XML, one file a note: the text in `<TEXT>`, a tag for each span in `<TAGS>`.
///
/// Only read.
///
///     <Pain spans="98~102" text="pain" id="P0" certainty="Positive"/>
///     <Cause_lk id="C0" PainID="P0" DrugID="D0"/>
///
/// Attributes of the tag are the span's. A tag without a place is a relation if its attributes name spans, else a label of the
/// whole note.
enum MedTator {
    struct Reader: DocumentReader {
        var documents: Documents

        init(_ input: Input) throws(BadInput) { documents = try Documents(input, ending: ".xml") }

        func record(
            of source: ByteSource, id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            // The document's own name is the schema's, so that both parts are looked for.
            let reader = XMLReader(source, elements: ["TEXT", "TAGS"])
            var text: String?
            var tags: XMLElement?
            while let element = try reader.next() {
                if element.name == "TEXT" { text = element.text } else { tags = element }
            }
            guard let text, !text.isEmpty else { throw BadInput(SourceLocation(source.name), "has no <TEXT>") }
            return try MedTator.filled(
                Record(id: id, text: NoteText(text)), tags?.children ?? [], source.name, &report)
        }
    }

    private static func filled(
        _ record: Record, _ tags: [XMLElement], _ file: String, _ report: inout LossReport
    ) throws(BadInput) -> (record: Record, misfits: [String]) {
        var record = record
        var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        var others: [XMLElement] = []
        for tag in tags {
            let parts = (tag["spans"] ?? "").split(separator: ",").map { $0.split(separator: "~").map { Int($0) } }
            guard !parts.isEmpty, parts.allSatisfy({ $0.count == 2 }) else {
                others.append(tag)
                continue
            }
            var places: [(start: Int, end: Int)] = []
            for part in parts {
                guard let start = part[0], let end = part[1] else {
                    throw BadInput(SourceLocation(file, line: tag.line), "'spans' is start~end, several with commas")
                }
                places.append((start, end))
            }
            let attributes = tag.attributes.filter { !["spans", "text", "id"].contains($0.name) && !$0.value.isEmpty }
            marked.append(
                (
                    Place(parts: places, surface: tag["text"], label: tag.name),
                    { content in
                        Record.Span(
                            id: tag["id"], content: content,
                            attributes: Dictionary(
                                attributes.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
                    }
                ))
        }
        let unfit = record.add(marked, &report)
        guard unfit.isEmpty else { return (record, unfit) }
        for tag in others {
            let arguments = tag.attributes.filter { $0.name != "id" && record.span($0.value) != nil }
            let rest = tag.attributes.filter { pair in
                !["id", "spans", "text"].contains(pair.name) && !pair.value.isEmpty
                    && !arguments.contains { $0.name == pair.name }
            }
            if arguments.isEmpty {
                for pair in rest { record.labels["\(tag.name).\(pair.name)"] = .string(pair.value) }
            } else {
                record.relations.append(
                    Record.Relation(
                        id: tag["id"], label: tag.name,
                        arguments: arguments.map { .init(role: $0.name, target: $0.value) },
                        attributes: Dictionary(rest.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })))
            }
        }
        return (record, [])
    }
}
