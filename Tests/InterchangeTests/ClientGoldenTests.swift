import Annotation
import ClinicalText
import Interchange
import Testing

/// Files in `Goldens/clients`, which the tools' own programs made of `records.jsonl` in `Samples/Interop/check.py`.
@Suite("Files of other tools' own programs") struct ClientGoldenTests {
    @Test(
        "what a tool's own program wrote is recognised, and says what it was given",
        arguments: [
            ("spacy.jsonl", Format.spacy), ("bioc.json", .bioc), ("bioc.xml", .biocXML), ("xmi", .xmi),
            ("label-studio.json", .labelStudio), ("label-studio-min.json", .labelStudio),
            ("doccano-label.jsonl", .doccano), ("doccano-entities.jsonl", .doccano), ("hf", .huggingFace),
        ])
    func understood(file: String, format: Format) throws {
        let input = Input(try files(at: golden("clients/\(file)")), name: file)
        #expect(try Format.detect(input) == format)
        var report = LossReport()
        let found = try format.records(input, report: &report)
        let given = try read(.labels, try files(at: golden("records.jsonl"))).records
        #expect(found.map(\.text.string).sorted() == given.map(\.text.string).sorted())
        // A tag a token has no room for the span in two parts.
        let isFlat = format == .huggingFace
        func places(_ records: [Record]) -> Set<[String]> {
            Set(
                records.map { record in
                    record.spans.filter { !isFlat || $0.content.fragments == nil }.map { span in
                        "\(span.content.span.start.value)-\(span.content.span.end.value) \(span.content.label)"
                    }.sorted()
                })
        }
        #expect(places(found) == places(given))
    }
}
