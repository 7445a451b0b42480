import Annotation
import ClinicalText
import FoundationEssentials
import Interchange
import Testing

/// `Goldens/records.jsonl` in every form that is written, and files in the forms that other tools document.
@Suite("Goldens") struct GoldenTests {
    private func records() throws -> [Record] { try read(.labels, try files(at: golden("records.jsonl"))).records }

    @Test("each format is written as its golden", arguments: Format.allCases.filter(\.isWritten))
    func written(format: Format) throws {
        var report = LossReport()
        let written = try format.files(try records(), report: &report)
        let expected = try files(at: golden("written/\(format.rawValue)"))
        #expect(Set(written.keys) == Set(expected.keys))
        for (path, bytes) in expected {
            #expect(
                String(decoding: written[path] ?? [], as: UTF8.self) == String(decoding: bytes, as: UTF8.self),
                "\(path)")
        }
    }

    @Test("each golden is taken for its format", arguments: Format.allCases.filter { $0.isRead && $0.isWritten })
    func detected(format: Format) throws {
        let input = Input(try files(at: golden("written/\(format.rawValue)")), name: "golden")
        #expect(try Format.detect(input) == format)
    }

    /// The file, its format, and what it says: note, label and words of each span.
    private static let foreign: [(String, Format, [String])] = [
        ("prodigy-ner.jsonl", .prodigy, ["PROBLEM: chest pain"]),
        ("prodigy-textcat.jsonl", .prodigy, ["SMOKER = reject", "DRINKER = accept"]),
        ("prodigy-choice.jsonl", .prodigy, ["choice = NEVER"]),
        ("doccano-triples.jsonl", .doccano, ["ORG: EU", "MISC: German"]),
        ("doccano-relations.jsonl", .doccano, ["ORG: Ward 7", "PER: Kim", "leads: Kim Ward 7"]),
        ("doccano-cats.jsonl", .doccano, ["City: Paris", "category = flight"]),
        ("label-studio.json", .labelStudio, ["PROBLEM: chest pain assertion=absent", "note_type = discharge"]),
        ("label-studio-min.json", .labelStudio, ["PROBLEM: chest pain"]),
        ("conll2003.txt", .conll, ["PROBLEM: chest pain", "TEST: BP"]),
        ("conll-iob1.txt", .conll, ["LOC: left", "LOC: arm pain"]),
        ("conll-bioes.txt", .conll, ["PROBLEM: chest pain", "TEST: BP"]),
        ("hf-tokens.jsonl", .huggingFace, ["PROBLEM: chest pain"]),
        ("spacy-v2.jsonl", .spacy, ["PROBLEM: chest pain"]),
        ("spacy-doc.json", .spacy, ["PROBLEM: chest pain"]),
        ("bioc.json", .bioc, ["PROBLEM: chest pain assertion=absent", "PROBLEM: rash"]),
        ("webanno.tsv", .webanno, ["PROBLEM: chest pain assertion=absent"]),
        ("medcat.json", .medcat, ["C0008031: chest pain Presence=False"]),
        ("medtator.xml", .medtator, ["Pain: pain certainty=Positive", "Severity: severe", "Grade: severe pain"]),
        ("inline.txt", .inline, ["S: chest pain", "note_type = emergency"]),
        ("inception.xmi", .xmi, ["PROBLEM: chest pain"]),
        ("prodigy-spans.jsonl", .prodigy, ["BODY: Left hand", "PROBLEM: Left hand pain"]),
        ("conll-bilou.txt", .conll, ["PROBLEM: chest pain", "TEST: BP"]),
        (
            "bioc.xml", .biocXML,
            ["PROBLEM: chest pain assertion=absent", "TREATMENT: Aspirin", "TrAP: Aspirin chest pain"]
        ),
        (
            "i2b2", .i2b2,
            [
                "problem: chest pain assertion=absent", "treatment: aspirin",
                "problem: his left arm pain assertion=present", "test: ECG", "TrAP: aspirin his left arm pain",
            ]
        ),
        (
            "brat", .brat,
            [
                "Problem: chest pain Negated=true", "Problem: Pain", "Body: left and right hand", "Body: right hand",
                "Located: Pain right hand", "Problem: left and right hand", "Alias: left and right hand right hand",
            ]
        ),
    ]

    @Test("what other tools write is recognised and understood", arguments: foreign)
    func understood(file: String, format: Format, expected: [String]) throws {
        let input = Input(try files(at: golden("foreign/\(file)")), name: file)
        #expect(try Format.detect(input) == format)
        var report = LossReport()
        var found: [String] = []
        for record in try format.records(input, report: &report) {
            found += record.spans.map { span in
                let attributes = span.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
                return "\(span.content.label): \(span.content.text)" + attributes
            }
            found += record.labels.sorted { $0.key > $1.key }.map { "\($0.key) = \($0.value.stringValue ?? "several")" }
            found += record.relations.map { relation in
                let ends = relation.arguments.map { argument in
                    record.spans.first { $0.id == argument.target }?.content.text ?? "?"
                }
                return "\(relation.label): \(ends.joined(separator: " "))"
            }
        }
        #expect(found == expected)
    }

    @Test(
        "no reader traps on a golden that is cut off or changed anywhere", arguments: Format.allCases.filter(\.isRead))
    func mutated(format: Format) throws {
        var random = SeededGenerator(seed: 7)
        var sources: [[String: [UInt8]]] = []
        if format.isWritten { sources.append(try files(at: golden("written/\(format.rawValue)"))) }
        for (file, of, _) in Self.foreign where of == format {
            sources.append(try files(at: golden("foreign/\(file)")))
        }
        var refused = 0
        for source in sources {
            for _ in 0..<150 {
                var damaged = source
                guard let path = source.keys.sorted().randomElement(using: &random), var bytes = source[path],
                    !bytes.isEmpty
                else { continue }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &random)...)
                case 1:
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                case 2:
                    // A digit more or less: offsets that lead anywhere.
                    let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
                    guard let index = digits.randomElement(using: &random) else { continue }
                    bytes.insert(
                        contentsOf: Array("9223372036854775807".utf8.prefix(Int.random(in: 1...19, using: &random))),
                        at: index)
                default:
                    let start = Int.random(in: 0..<bytes.count, using: &random)
                    bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...30, using: &random)))
                }
                damaged[path] = bytes
                do {
                    var report = LossReport()
                    for record in try format.records(Input(damaged, name: "f"), report: &report) {
                        for span in record.spans { #expect(record.text.holds(span.content.span)) }
                    }
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 0)
    }
}
