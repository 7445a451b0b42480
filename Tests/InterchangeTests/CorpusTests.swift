import Annotation
import ClinicalText
import FoundationEssentials
import Interchange
import Testing

@Suite("The corpus of invented notes")
struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Samples/Corpus").path

    private static func records() throws -> [Record] {
        var report = LossReport()
        let records = try Format.inline.records(Input(path: folder), report: &report)
        #expect(report.isEmpty)
        return records
    }

    private static func schema(_ path: String) throws -> LabelSchema {
        try JSONDecoder().decode(LabelSchema.self, from: Data(contentsOf: URL(filePath: path)))
    }

    @Test("has ten notes of each kind, each with its type and labels of the schema")
    func labels() throws {
        let schema = try Self.schema("\(Self.folder)/schema.json")
        let types = try #require(schema.noteLabel(named: "note_type")).values
        let records = try Self.records()
        let kinds = Dictionary(grouping: records) { $0.id.split(separator: "/")[0] }
        for (kind, notes) in kinds {
            #expect(notes.count == 10, "\(kind)")
            #expect(Set(notes.compactMap { $0.labels["note_type"]?.stringValue }).count == 1, "\(kind)")
        }
        for record in records {
            #expect(types.contains(record.labels["note_type"]?.stringValue ?? ""), "\(record.id)")
            for span in record.spans {
                #expect(schema.spanLabel(named: span.content.label) != nil, "\(record.id): \(span.content.label)")
            }
        }
    }

    @Test("has the labels of the sample project")
    func sampleSchema() throws {
        let sample = Self.folder + "/../Notes.chartmark/schema.json"
        #expect(try Self.schema("\(Self.folder)/schema.json") == Self.schema(sample))
    }

    @Test("has spans that neither overlap nor begin or end with white space, nor run over an empty line")
    func edges() throws {
        for record in try Self.records() {
            var end = ScalarOffset(0)
            for span in record.spans {
                let content = span.content
                #expect(content.span.start >= end, "\(record.id): \(content.span)")
                end = content.span.end
                #expect(content.text.first?.isWhitespace == false, "\(record.id): \(content.span)")
                #expect(content.text.last?.isWhitespace == false, "\(record.id): \(content.span)")
                #expect(!content.text.contains("\n\n"), "\(record.id): \(content.span)")
            }
        }
    }

    @Test("has notes of 700 to 6,200 characters, each densely labelled")
    func lengths() throws {
        for record in try Self.records() {
            #expect((700...6200).contains(record.text.scalarCount), "\(record.id)")
            #expect(record.spans.count * 60 > record.text.scalarCount, "\(record.id)")
        }
    }

    @Test("has no long line twice")
    func repeated() throws {
        var seen: [String: String] = [:]
        for record in try Self.records() {
            for line in record.text.string.split(whereSeparator: \.isNewline) {
                let words = line.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
                guard words.count > 60 else { continue }
                #expect(seen[words] == nil || seen[words] == record.id, "\(record.id) and \(seen[words] ?? "")")
                seen[words] = record.id
            }
        }
    }
}
