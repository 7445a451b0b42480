import Annotation
import ClinicalText

/// UIMA CAS as XMI 1.0 (OASIS UIMA 1.0, https://docs.oasis-open.org/uima), for INCEpTION: a file a note, and the type system.
///
/// Spans are DKPro's `NamedEntity` with `value` and `identifier`, attributes further features of it; `fragments` has the parts
/// of a discontinuous one. Relations of two spans are `webanno.custom.Relation`, labels of the note `chartmark.NoteLabel`.
/// Offsets count UTF-16 units. XML 1.0 cannot hold most control characters: they become U+FFFD, counted.
enum XMI {
    static let typeSystemFile = "TypeSystem.xml"
    static let entityNamespace = "http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore"
    static let customNamespace = "http:///webanno/custom.ecore"
    static let ownNamespace = "http:///chartmark.ecore"
    /// Features of a span that no attribute may be named after.
    static let features: Set<String> = ["begin", "end", "sofa", "id", "value", "identifier", "fragments", "comment"]

    struct Writer: RecordWriter {
        private var attributes: Set<String> = []

        mutating func add(
            _ record: Record, to output: inout some RecordOutput, _ report: inout LossReport
        ) throws(BadInput) {
            guard report.isFinished(record) else { return }
            report.add(record, lacking: [.rejected, .field, .provenance, .meta])
            let path = try NotePath.path(of: record.id)
            try output.append(Array(document(record.named(), &report).utf8), to: path + ".xmi")
        }

        mutating func finish(_ output: inout some RecordOutput) throws(BadInput) {
            try output.append(Array(XMI.typeSystem(attributes).utf8), to: typeSystemFile)
        }

        private mutating func document(_ record: Record, _ report: inout LossReport) -> String {
            let utf16 = UTF16Map(record.text)
            var replaced = 0
            var elements: [String] = []
            var ids: [String: Int] = [:]
            // 1 is the text; 0 is null.
            var next = 2
            func number() -> Int {
                defer { next += 1 }
                return next
            }
            func element(_ name: String, _ pairs: [(String, String)]) -> String {
                let attributes = pairs.map { " \($0)=\"\(XMLText.escape($1, replaced: &replaced))\"" }.joined()
                return "  <\(name)\(attributes)/>\n"
            }
            for span in record.spans {
                let id = number()
                if let name = span.id { ids[name] = id }
                let place = span.content.span
                var pairs = [
                    ("xmi:id", "\(id)"), ("sofa", "1"), ("begin", "\(utf16[place.start])"),
                    ("end", "\(utf16[place.end])"), ("value", span.content.label),
                ]
                if let reference = span.references.first {
                    pairs.append(
                        (
                            "identifier",
                            reference.source.isEmpty ? reference.code : "\(reference.source):\(reference.code)"
                        ))
                }
                report.add(.reference, max(0, span.references.count - 1), in: record.id, at: place)
                if let fragments = span.content.fragments {
                    let parts = fragments.map { "\(utf16[$0.start])-\(utf16[$0.end])" }
                    pairs.append(("fragments", parts.joined(separator: ";")))
                }
                let remarks = record.comments(on: place)
                if !remarks.isEmpty { pairs.append(("comment", remarks.joined(separator: "\n"))) }
                for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
                    let spelled = XMLText.name(name)
                    if XMI.features.contains(spelled.name) {
                        report.add(.attribute, in: record.id, at: place)
                        continue
                    }
                    if !spelled.isSame { report.add(.renamed, in: record.id, at: place) }
                    attributes.insert(spelled.name)
                    pairs.append((spelled.name, value))
                }
                elements.append(element("type:NamedEntity", pairs))
            }
            for relation in record.relations {
                let ends = relation.arguments.compactMap { ids[$0.target] }
                guard relation.trigger == nil, relation.arguments.count == 2, ends.count == 2,
                    let target = record.span(relation.arguments[1].target)?.content.span
                else {
                    report.add(.relation, in: record.id)
                    continue
                }
                elements.append(
                    element(
                        "custom:Relation",
                        [
                            ("xmi:id", "\(number())"), ("sofa", "1"), ("begin", "\(utf16[target.start])"),
                            ("end", "\(utf16[target.end])"), ("Governor", "\(ends[0])"), ("Dependent", "\(ends[1])"),
                            ("label", relation.label),
                        ]))
            }
            let end = "\(utf16[ScalarOffset(record.text.scalarCount)])"
            for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) {
                for value in Record.values(value) {
                    elements.append(
                        element(
                            "chartmark:NoteLabel",
                            [
                                ("xmi:id", "\(number())"), ("sofa", "1"), ("begin", "0"), ("end", end), ("name", name),
                                ("value", value),
                            ]))
                }
            }
            report.add(.comment, record.comments.count { $0.start == nil }, in: record.id)
            let sofa = element(
                "cas:Sofa",
                [
                    ("xmi:id", "1"), ("sofaNum", "1"), ("sofaID", "_InitialView"), ("mimeType", "text/plain"),
                    ("sofaString", record.text.string),
                ])
            report.add(.character, replaced, in: record.id)
            let members = (2..<next).map(String.init).joined(separator: " ")
            return """
                <?xml version="1.0" encoding="UTF-8"?>
                <xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:type="\(entityNamespace)" \
                xmlns:custom="\(customNamespace)" xmlns:chartmark="\(ownNamespace)" xmi:version="2.0">
                  <cas:NULL xmi:id="0"/>

                """ + elements.joined() + sofa + "  <cas:View sofa=\"1\" members=\"\(members)\"/>\n</xmi:XMI>\n"
        }
    }

    /// The type system of what is written, as a UIMA descriptor.
    private static func typeSystem(_ attributes: Set<String>) -> String {
        func feature(_ name: String, _ type: String) -> String {
            "        <featureDescription><name>\(name)</name><description/><rangeTypeName>\(type)</rangeTypeName>"
                + "</featureDescription>\n"
        }
        func type(_ name: String, _ features: [(String, String)]) -> String {
            "    <typeDescription><name>\(name)</name><description/>"
                + "<supertypeName>uima.tcas.Annotation</supertypeName>\n      <features>\n"
                + features.map { feature($0.0, $0.1) }.joined() + "      </features>\n    </typeDescription>\n"
        }
        let string = "uima.cas.String"
        let own = ["identifier", "value", "fragments", "comment"] + attributes.sorted()
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<typeSystemDescription xmlns=\"http://uima.apache.org/resourceSpecifier\">\n  <types>\n"
            + type(WebAnno.entity, own.map { ($0, string) })
            + type(WebAnno.relation, [("Dependent", WebAnno.entity), ("Governor", WebAnno.entity), ("label", string)])
            + type("chartmark.NoteLabel", [("name", string), ("value", string)])
            + "  </types>\n</typeSystemDescription>\n"
    }
}
