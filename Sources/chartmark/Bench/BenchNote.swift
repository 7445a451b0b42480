import Annotation
import ClinicalText
import FoundationEssentials
import Journal

/// A folder with one invented note of a given length, and room for its project; removed with the value.
final class BenchNote {
    let folder: String
    var project: String { "\(folder)/project" }
    /// The note's file: a text, or a record that carries spans.
    var note: String { "\(folder)/bench.\(spans > 0 ? "jsonl" : "txt")" }
    private let spans: Int

    private static let sentences = [
        "Patient presents with 3 days of productive cough, fever to 38.6 and right-sided chest pain.",
        "Denies haemoptysis, orthopnoea or leg swelling.\n",
        "PMH: type 2 diabetes, hypertension, laparoscopic cholecystectomy in 2014.",
        "Takes metformin 500 mg twice daily and lisinopril 10 mg every morning.\n",
        "On examination BP 132/78, HR 96, RR 20, SpO2 94% on room air; coarse crackles at the right base.\n",
        "Chest X-ray shows right lower lobe consolidation without effusion. CRP 148, WBC 15.2.\n\n",
        "Impression: community-acquired pneumonia. Started on amoxicillin 1 g three times a day for 5 days.\n",
    ]

    /// Writes a note of about `characters` characters.
    ///
    /// - Parameter spans: how many spans it carries, of which every other one is accepted in the project; with 0 it is left to
    ///   a model to find some.
    /// - Throws: whatever the file system says.
    init(characters: Int, spans: Int = 0) throws {
        self.spans = spans
        folder =
            FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/chartmark-bench-"
            + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = ""
        var index = 0
        while text.utf8.count < characters {
            text += Self.sentences[index % Self.sentences.count] + " "
            index += 1
        }
        if spans > 0 {
            try carry(spans, in: text)
            return
        }
        try Data(text.utf8).write(to: URL(filePath: note))
    }

    private static let labels = ["Sign_symptom", "Disease_disorder", "Medication", "Lab_value", "Biological_structure"]

    /// Writes a record with spans of one to three words, evenly over the text, and a project in which half are accepted.
    private func carry(_ count: Int, in string: String) throws {
        let text = NoteText(string)
        let note = Note(id: "bench", text: text)
        let words = WordToken.tokens(of: text).filter(\.isWord)
        let offered = (0..<count).compactMap { index -> Suggestion? in
            let first = index * words.count / count
            let last = min(first + index % 3, (index + 1) * words.count / count - 1, words.count - 1)
            guard last >= first else { return nil }
            let span = TextSpan(words[first].span.start, words[last].span.end)
            return Suggestion(
                content: SpanContent(span, in: text, label: Self.labels[index % Self.labels.count]), model: "bench@1",
                score: Double(index % 100) / 100)
        }
        let record: [String: JSONValue] = [
            "id": .string(note.id), "text": .string(string),
            "spans": .array(
                offered.map { span in
                    .object([
                        "start": .integer(Int64(span.content.span.start.value)),
                        "end": .integer(Int64(span.content.span.end.value)), "label": .string(span.content.label),
                        "text": .string(span.content.text), "model": .string(span.model), "score": .number(span.score),
                    ])
                }),
        ]
        try Data((try JSONValue.line(JSONValue.object(record)) + "\n").utf8).write(to: URL(filePath: self.note))
        let project = Project(folder: self.project)
        try project.create()
        try project.save(schema: LabelSchema.derived(from: Self.labels))
        let journal = try Journal.open(project.journalFile(of: "bench"), annotator: "bench")
        var ids = EventIDSource(seed: 1)
        for (index, suggestion) in offered.enumerated() where index % 2 == 0 {
            let event = IdentifiedEvent(id: ids.next(at: Self.then), event: .accepted(suggestion))
            try journal.writer?.append(
                [event], batch: ids.next(at: Self.then), note: note.id, digest: note.digest, at: Self.then)
        }
        journal.writer?.close()
    }

    /// Some day in milliseconds since 1970.
    static let then: UInt64 = 1_795_313_326_120

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The arguments that review it with this program; without spans of its own each time as if for the first time.
    func reviewArguments(model: String?) throws -> [String] {
        if spans == 0 { try? FileManager.default.removeItem(atPath: project) }
        return try Self.program(["--project", project], model: model, notes: note)
    }

    /// The arguments that review notes with this program.
    static func program(_ options: [String], model: String?, notes: String) throws -> [String] {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let named = model.map { ["--model", $0] } ?? []
        return [program, "review", "--annotator", "bench"] + options + named + [notes]
    }
}
