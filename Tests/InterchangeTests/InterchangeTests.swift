import Annotation
import ClinicalText
import FoundationEssentials
import Interchange
import Testing

@Suite("Every format") struct InterchangeTests {
    /// All sample notes (CRLF, emoji, Chinese, French among them) with spans everywhere.
    private func samples() throws -> ([Note], [LabelRecord]) {
        let notes = try sampleNotes()
        return (notes, notes.map { record($0, scattered(over: $0)) })
    }

    @Test("labels.jsonl reads back to the same records")
    func labels() throws {
        let (_, records) = try samples()
        #expect(try LabelsJSONL.read(Array(try LabelsJSONL.write(records).utf8), file: "labels.jsonl") == records)
    }

    @Test("Prodigy tasks read back to the same spans, nothing lost")
    func prodigy() throws {
        let (_, records) = try samples()
        var report = LossReport()
        let tasks = try ProdigyJSONL.write(records, report: &report)
        let back = try ProdigyJSONL.read(Array(tasks.utf8), file: "p.jsonl", annotator: "x", report: &report)
        #expect(back == records)
        #expect(report.lines.isEmpty)
    }

    @Test("CoNLL reads back to the same spans, nothing lost")
    func conll() throws {
        let (notes, records) = try samples()
        var report = LossReport()
        let file = try CoNLL.write(records, file: "labels.jsonl", report: &report)
        let back = try CoNLL.read(Array(file.utf8), file: "c.conll", notes: notes, annotator: "kim")
        #expect(back == records)
        #expect(report.lines.isEmpty)
    }

    @Test("a brat folder reads back to the same spans and holds the notes byte for byte")
    func brat() throws {
        let (notes, records) = try samples()
        var report = LossReport()
        let folder = FileManager.default.temporaryDirectory.path + "/chartmark-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in try Brat.write(records, file: "labels.jsonl", report: &report) {
            try Data(file.bytes).write(to: URL(filePath: "\(folder)/\(file.path)"))
        }
        let back = try Brat.read(folder, annotator: "kim")
        #expect(back == records)
        #expect(try NoteReader.read([folder]).map(\.digest) == notes.map(\.digest))
        #expect(report.lines.isEmpty)
    }

    @Test("pending and skipped records are left out and counted")
    func answers() throws {
        let note = Note(id: "n", text: NoteText("Denies chest pain."))
        let records = [
            record(note, [], annotator: "ann", answer: .pending), record(note, [], annotator: "bob", answer: .ignore),
            record(note, [], annotator: "kim"),
        ]
        var report = LossReport()
        #expect(try CoNLL.write(records, file: "f", report: &report).hasPrefix("-DOCSTART-\tn\tO\n"))
        #expect(report[.pending] == 1 && report[.skipped] == 1)
        var tasks = LossReport()
        let lines = try ProdigyJSONL.write(records, report: &tasks).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""answer":"ignore""#))
        #expect(tasks.lines == ["1 record left out: the note is not complete"])
    }

    @Test("several readings of a note are refused with their annotators where there is room for one")
    func severalAnnotators() throws {
        let note = Note(id: "n", text: NoteText("Denies chest pain."))
        let records = [record(note, [], annotator: "kim"), record(note, [], annotator: "ann")]
        var report = LossReport()
        let error = #expect(throws: BadInput.self) { try CoNLL.write(records, file: "p", report: &report) }
        #expect(error?.reason.contains("ann, kim") == true)
        #expect(throws: BadInput.self) { try Brat.write(records, file: "p", report: &report) }
        #expect(try ProdigyJSONL.write(records, report: &report).split(separator: "\n").count == 2)
        #expect(try Readings.of("ann", among: records, file: "p").count == 1)
        let none = #expect(throws: BadInput.self) { try Readings.of("zoe", among: records, file: "p") }
        #expect(none?.reason.contains("ann, kim") == true)
    }

    @Test("spans that do not fit their text are refused with a list, without the patient's words")
    func misfits() throws {
        let text = "Denies chest pain."
        let digest = TextDigest(of: Array(text.utf8))
        let line =
            #"{"id":"n","text":"\#(text)","spans":[{"start":6,"end":16,"text":"chest pain","label":"S"},"#
            + #"{"start":-4,"end":99,"text":"x","label":"S"}],"answer":"accept","annotator":"k","digest":"\#(digest)"}"#
        let error = #expect(throws: BadInput.self) { try LabelsJSONL.read(Array(line.utf8), file: "l.jsonl") }
        #expect(error?.reason.hasPrefix("2 spans do not fit") == true)
        #expect(error?.reason.contains("chest") == false)
        let other = line.replacing("Denies", with: "Admits")
        #expect(throws: BadInput.self) { try LabelsJSONL.read(Array(other.utf8), file: "l.jsonl") }
    }
}
