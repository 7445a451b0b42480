import Annotation
import ClinicalText

extension XMI {
    /// Types that say how a text is divided, not what it says.
    private static let linguistic: Set<String> = [
        "Token", "Sentence", "Lemma", "POS", "Paragraph", "DocumentMetaData", "DocumentAnnotation", "TagsetDescription",
        "TagDescription", "Compound", "Stem", "Form", "Heading", "Div", "CASMetadata",
    ]
    private static let links: Set<String> = ["Governor", "Dependent"]

    struct Reader: DocumentReader {
        var documents: Documents

        init(_ input: Input) throws(BadInput) { documents = try Documents(input, ending: ".xmi") }

        func record(
            of source: ByteSource, id: String, _ report: inout LossReport
        ) throws(BadInput) -> (record: Record, misfits: [String]) {
            guard let document = try XMLReader(source, elements: ["xmi:XMI"]).next() else {
                throw BadInput(SourceLocation(source.name), "is no <xmi:XMI> document")
            }
            return try XMI.record(document, id: id, source.name, &report)
        }
    }

    private static func record(
        _ document: XMLElement, id: String, _ file: String, _ report: inout LossReport
    ) throws(BadInput) -> (record: Record, misfits: [String]) {
        let sofas = document.children.filter { $0.name == "cas:Sofa" }
        guard let sofa = sofas.first(where: { $0["sofaID"] == "_InitialView" }) ?? sofas.first,
            let text = sofa["sofaString"], !text.isEmpty
        else { throw BadInput(SourceLocation(file), "has no text (a cas:Sofa with a sofaString)") }
        var record = Record(id: id, text: NoteText(text))
        var marked: [(place: Place, span: (SpanContent) -> Record.Span)] = []
        var remarks: [(index: Int, text: String)] = []
        for element in document.children {
            let type = String(element.localName)
            if element["Governor"] != nil || element["Dependent"] != nil {
                record.relations.append(
                    Record.Relation(
                        label: element["label"] ?? element["value"] ?? type,
                        arguments: [
                            .init(role: "Governor", target: element["Governor"] ?? ""),
                            .init(role: "Dependent", target: element["Dependent"] ?? ""),
                        ]))
                continue
            }
            if type == "NoteLabel", let name = element["name"], let value = element["value"] {
                record.labels[name] = Record.label((record.labels[name].map(Record.values) ?? []) + [value])
                continue
            }
            guard !linguistic.contains(type), !element.name.hasPrefix("cas:"), element["sofa"] == sofa["xmi:id"],
                let begin = element["begin"].flatMap({ Int($0) }), let end = element["end"].flatMap({ Int($0) })
            else { continue }
            // An annotation without extent marks nothing.
            guard begin < end else {
                report.add(.blank, in: id)
                continue
            }
            var attributes: [String: String] = [:]
            for pair in element.attributes where !features.contains(pair.name) && !pair.name.contains(":") {
                attributes[pair.name] = pair.value
            }
            let label = element["value"] ?? attributes.removeValue(forKey: "label") ?? type
            let references = element["identifier"].map { value in
                let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
                return [Record.Reference(source: parts.count == 2 ? parts[0] : "", code: parts.last ?? "")]
            }
            if let comment = element["comment"] { remarks.append((marked.count, comment)) }
            marked.append(
                (
                    Place(parts: parts(element["fragments"]) ?? [(begin, end)], surface: nil, label: label),
                    { [attributes] content in
                        Record.Span(
                            id: element["xmi:id"], content: content, attributes: attributes,
                            references: references ?? [])
                    }
                ))
        }
        let unfit = record.add(marked, preferred: .utf16, &report)
        guard unfit.isEmpty else { return (record, unfit) }
        for (index, text) in remarks {
            let place = record.spans[index].content.span
            record.comments.append(.init(start: place.start.value, end: place.end.value, text: text))
        }
        let known = Set(record.spans.compactMap(\.id))
        let broken = record.relations.count { !$0.arguments.allSatisfy { known.contains($0.target) } }
        report.add(.brokenRelation, broken, in: id)
        record.relations.removeAll { !$0.arguments.allSatisfy { known.contains($0.target) } }
        record.spans.sort { $0.content.span < $1.content.span }
        return (record, [])
    }

    /// Reads `0-4;9-12`.
    private static func parts(_ value: String?) -> [(start: Int, end: Int)]? {
        var parts: [(start: Int, end: Int)] = []
        for part in (value ?? "").split(separator: ";") {
            let numbers = part.split(separator: "-").map { Int($0) }
            guard numbers.count == 2, let start = numbers[0], let end = numbers[1] else { return nil }
            parts.append((start, end))
        }
        return parts.isEmpty ? nil : parts
    }
}
