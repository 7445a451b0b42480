import Annotation
import ClinicalText

/// BioC as XML: `<collection>` of `<document>`s, read and written one at a time.
///
/// See ``BioCDocument``.
enum BioCXML {
    struct Reader: RecordReader {
        private let reader: XMLReader
        private var misfits = Misfits()
        private let file: String

        init(_ source: ByteSource) {
            file = source.name
            reader = XMLReader(source, elements: ["document"])
        }

        mutating func next(_ report: inout LossReport) throws(BadInput) -> Record? {
            while let element = try reader.next() {
                let location = SourceLocation(file, line: element.line)
                let (record, unfit) = try BioCXML.document(element, location).record(&report)
                if record.text.scalarCount == 0 { throw BadInput(location, "the document has no text") }
                if unfit.isEmpty { return record }
                misfits.add(unfit, at: "document '\(record.id.printable)'")
            }
            try misfits.check(file)
            return nil
        }
    }

    private static func infons(_ element: XMLElement) -> [(String, String)] {
        element.children("infon").compactMap { infon in infon["key"].map { ($0, infon.text) } }
    }

    private static func document(_ element: XMLElement, _ location: SourceLocation) throws(BadInput) -> BioCDocument {
        var document = BioCDocument(id: element.text(of: "id") ?? "")
        document.infons = infons(element)
        for passage in element.children("passage") {
            let sentences = passage.children("sentence")
            for part in passage.text(of: "text") == nil && !sentences.isEmpty ? sentences : [passage] {
                var read = BioCDocument.Passage(
                    offset: part.text(of: "offset").flatMap(number) ?? 0, text: part.text(of: "text") ?? "")
                read.annotations = try annotations(part, location)
                document.passages.append(read)
            }
            document.relations += relations(passage)
        }
        if !document.passages.isEmpty { document.passages[0].annotations += try annotations(element, location) }
        document.relations += relations(element)
        return document
    }

    private static func number(_ text: String) -> Int? {
        text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    private static func annotations(
        _ element: XMLElement, _ location: SourceLocation
    ) throws(BadInput) -> [BioCDocument.Annotation] {
        var annotations: [BioCDocument.Annotation] = []
        for annotation in element.children("annotation") {
            var locations: [(offset: Int, length: Int)] = []
            for place in annotation.children("location") {
                guard let offset = place["offset"].flatMap({ Int($0) }),
                    let length = place["length"].flatMap({ Int($0) })
                else {
                    throw BadInput(
                        SourceLocation(location.file, line: place.line),
                        "a location needs whole numbers 'offset' and 'length'")
                }
                locations.append((offset, length))
            }
            annotations.append(
                BioCDocument.Annotation(
                    id: annotation["id"] ?? "", infons: infons(annotation), text: annotation.text(of: "text"),
                    locations: locations))
        }
        return annotations
    }

    private static func relations(_ element: XMLElement) -> [BioCDocument.Relation] {
        element.children("relation").map { relation in
            BioCDocument.Relation(
                id: relation["id"] ?? "", infons: infons(relation),
                nodes: relation.children("node").map { ($0["refid"] ?? "", $0["role"] ?? "") })
        }
    }

    struct Writer: RecordWriter {
        private var isFirst = true

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            let document = BioCDocument(record, &report)
            var replaced = 0
            let xml = BioCXML.xml(document, &replaced)
            report.add(.character, replaced, in: record.id)
            try output.append(Array((begin() + xml).utf8), to: "")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array((begin() + "</collection>\n").utf8), to: "")
        }

        private mutating func begin() -> String {
            defer { isFirst = false }
            return isFirst
                ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE collection SYSTEM \"BioC.dtd\">\n"
                    + "<collection><source>chartmark</source><date></date><key></key>\n" : ""
        }
    }

    private static func xml(_ document: BioCDocument, _ replaced: inout Int) -> String {
        func text(_ name: String, _ text: String, _ attributes: [(String, String)] = []) -> String {
            "<\(name)\(XMLText.attributes(attributes))>\(XMLText.escape(text, replaced: &replaced))</\(name)>"
        }
        func infons(_ infons: [(String, String)]) -> String {
            infons.map { text("infon", $0.1, [("key", $0.0)]) }.joined()
        }
        var xml = "<document>" + text("id", document.id) + infons(document.infons) + "\n"
        for passage in document.passages {
            xml += "<passage>" + infons(passage.infons) + text("offset", String(passage.offset))
            xml += text("text", passage.text) + "\n"
            for annotation in passage.annotations {
                xml += "<annotation\(XMLText.attributes([("id", annotation.id)]))>" + infons(annotation.infons)
                for place in annotation.locations {
                    xml += "<location offset=\"\(place.offset)\" length=\"\(place.length)\"/>"
                }
                if let surface = annotation.text { xml += text("text", surface) }
                xml += "</annotation>\n"
            }
            xml += "</passage>\n"
        }
        for relation in document.relations {
            xml += "<relation\(XMLText.attributes([("id", relation.id)]))>" + infons(relation.infons)
            for node in relation.nodes {
                xml += "<node\(XMLText.attributes([("refid", node.refid), ("role", node.role)]))/>"
            }
            xml += "</relation>\n"
        }
        return xml + "</document>\n"
    }
}
