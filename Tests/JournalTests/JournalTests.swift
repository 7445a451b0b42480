import Annotation
import ClinicalText
import Glibc
import Journal
import Synchronization
import Testing

@Suite("Journal") struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String = "kim.jsonl", group: Bool = false) throws -> (Journal, JournalWriter) {
        let journal = try Journal.open(folder.file(name), annotator: "kim", group: group)
        return (journal, try #require(journal.writer))
    }

    @Test("writes a line an event, in the form of the design")
    func form() throws {
        let (_, writer) = try open()
        try writer.add("B1", [created("E1", 7, 17)])
        let line =
            #"{"actor":"kim","at":"2026-11-22T02:08:46.120Z","batch":"B1","digest":"\#(note.digest)","event":{"created":"#
            + #"{"span":{"end":17,"label":"Sign_symptom","start":7,"text":"chest pain"}}},"id":"E1","note":"note-17","seq":1,"v":1}"#
        #expect(try folder.text("kim.jsonl") == line + "\n")
    }

    @Test("reads back what was written and goes on counting")
    func roundTrip() throws {
        let (_, first) = try open()
        try first.add("B1", [created("E1", 7, 17), IdentifiedEvent(id: EventID("E2"), event: .completed)])
        #expect(first.close() == .saved)
        let (again, second) = try open()
        #expect(again.contents.lines.map(\.id.value) == ["E1", "E2"])
        #expect(again.contents.lines.map(\.seq) == [1, 2])
        #expect(again.contents.lines.map(\.batch.value) == ["B1", "B1"])
        #expect(again.contents.lines[0].event == created("E1", 7, 17).event)
        try second.add("B3", [IdentifiedEvent(id: EventID("E3"), event: .undone(target: EventID("B1")))])
        let contents = try JournalReader.read(folder.file("kim.jsonl"))
        #expect(contents.lines.last?.seq == 3)
        #expect(contents.lineNumbers == [1, 2, 3])
        #expect(contents.torn == nil)
    }

    @Test("tells the notes that a batch was decided in, and not those that only name it")
    func notesOfBatch() throws {
        let (_, writer) = try open()
        try writer.add("B1", [created("E1", 7, 17)])
        let other = Note(id: "note-18", text: NoteText("chest pain"))
        for (batch, event) in [("B1", created("E2", 0, 10).event), ("B2", .undone(target: EventID("B1")))] {
            let third = batch == "B2" ? "note-19" : other.id
            try writer.append(
                [IdentifiedEvent(id: EventID("E\(third)"), event: event)], batch: EventID(batch), note: third,
                digest: other.digest, at: 1_795_313_326_120)
        }
        #expect(writer.close() == .saved)
        let path = folder.file("kim.jsonl")
        #expect(try JournalReader.notes(ofBatch: EventID("B1"), in: path) == ["note-17", "note-18"])
        #expect(try JournalReader.notes(ofBatch: EventID("B3"), in: path).isEmpty)
        #expect(try JournalReader.notes(ofBatch: EventID("B1"), in: folder.file("nobody.jsonl")).isEmpty)
    }

    @Test("goes on after the last number there is")
    func lastNumber() throws {
        let (_, first) = try open()
        try first.add("B1", [created("E1", 7, 17)])
        #expect(first.close() == .saved)
        let line = try folder.text("kim.jsonl").replacing(#""seq":1"#, with: #""seq":9223372036854775806"#)
        try folder.write(line, to: "kim.jsonl")
        let (_, second) = try open()
        for name in ["B2", "B3"] { try second.add(name, [IdentifiedEvent(id: EventID("E\(name)"), event: .completed)]) }
        #expect(second.close() == .saved)
        #expect(try JournalReader.read(folder.file("kim.jsonl")).lines.map(\.id.value) == ["E1", "EB2", "EB3"])
    }

    @Test("a journal that is not there is empty")
    func missing() throws { #expect(try JournalReader.read(folder.file("nobody.jsonl")).lines.isEmpty) }

    @Test("is readable by its owner alone, or by the group that was asked for")
    func modes() throws {
        let (_, own) = try open()
        let (_, shared) = try open("shared.jsonl", group: true)
        try own.add("B1", [created("E1", 7, 17)])
        try shared.add("B1", [created("E1", 7, 17)])
        #expect(folder.mode("kim.jsonl") == 0o600)
        #expect(folder.mode("shared.jsonl") == 0o660)
        #expect(folder.mode("kim.jsonl.lock") == 0o600)
    }

    @Test("says saving, then saved")
    func states() throws {
        let seen = Mutex<[SaveState]>([])
        let journal = try Journal.open(folder.file("kim.jsonl"), annotator: "kim") { state in
            seen.withLock { $0.append(state) }
        }
        let writer = try #require(journal.writer)
        #expect(writer.saveState == .saved)
        try writer.add("B1", [created("E1", 7, 17)])
        #expect(writer.close() == .saved)
        #expect(seen.withLock { $0 } == [.saving, .saved])
    }

    @Test("a second session reads only, and learns who writes")
    func secondSession() throws {
        let (_, writer) = try open()
        try writer.add("B1", [created("E1", 7, 17)])
        let second = try Journal.open(folder.file("kim.jsonl"), annotator: "kim")
        #expect(second.writer == nil)
        #expect(second.readOnlyReason == "process \(getpid()) (kim) is writing to \(folder.file("kim.jsonl"))")
        #expect(second.contents.lines.count == 1)
        #expect(Journal.holder(of: folder.file("kim.jsonl"))?.annotator == "kim")
        writer.close()
        #expect(Journal.holder(of: folder.file("kim.jsonl")) == nil)
        #expect(try Journal.open(folder.file("kim.jsonl"), annotator: "kim").writer != nil)
    }

    @Test("what a killed session left beside its journal holds nobody up")
    func staleWord() throws {
        try folder.write(#"{"annotator":"kim","pid":1}"#, to: "kim.jsonl.lock")
        #expect(try Journal.open(folder.file("kim.jsonl"), annotator: "kim").writer != nil)
    }

    @Test("a newer form opens to be read")
    func newer() throws {
        let (_, writer) = try open()
        try writer.add("B1", [created("E1", 7, 17)])
        writer.close()
        let old = try folder.text("kim.jsonl")
        try folder.write(old + #"{"v":2,"event":{"transmogrified":{}}}"# + "\n", to: "kim.jsonl")
        let journal = try Journal.open(folder.file("kim.jsonl"), annotator: "kim")
        #expect(journal.writer == nil)
        #expect(journal.readOnlyReason?.contains("form 2") == true)
        #expect(journal.contents.lines.count == 1)
        #expect(journal.contents.version == 2)
    }

    @Test("a folder in the journal's place is refused by name")
    func notAFile() throws {
        try folder.write("", to: "kim.jsonl/inside")
        #expect(throws: BadInput.self) { try Journal.open(folder.file("kim.jsonl"), annotator: "kim") }
        let error = #expect(throws: BadInput.self) {
            try Journal.open(folder.file("no/such/folder/kim.jsonl"), annotator: "kim")
        }
        #expect(error?.description.contains("--project") == true)
    }

    @Test("refuses an event that JSON cannot hold and keeps none of its batch")
    func notANumber() throws {
        let (_, writer) = try open()
        let offered = Suggestion(
            content: SpanContent(TextSpan(7, 17), in: note.text, label: "Sign_symptom"), model: "m", score: .nan)
        #expect(throws: BadInput.self) {
            try writer.add("B1", [created("E1", 0, 6), IdentifiedEvent(id: EventID("E2"), event: .accepted(offered))])
        }
        try writer.add("B2", [created("E3", 0, 6)])
        #expect(try JournalReader.read(folder.file("kim.jsonl")).lines.map(\.seq) == [1])
    }

    @Test(
        "writes moments as UTC to the millisecond",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (1_795_313_326_120, "2026-11-22T02:08:46.120Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ])
    func timestamps(milliseconds: UInt64, text: String) { #expect(JournalLine.timestamp(milliseconds) == text) }
}
