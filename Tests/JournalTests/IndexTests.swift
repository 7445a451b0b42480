import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Journal
import Testing

@Suite("Indexes in cache/") struct IndexTests {
    let folder: TemporaryFolder
    let project: Project

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("notes.chartmark"))
        try project.create()
        try folder.write(Self.records(["Denies chest pain.", "No fever.", "Naïve to opioids."]), to: "notes.jsonl")
    }

    private static func records(_ texts: [String]) -> String {
        texts.enumerated().map { #"{"id":"n\#($0)","text":"\#($1)"}"# + "\n" }.joined()
    }

    private var notes: String { folder.file("notes.jsonl") }
    private var noteIndex: String { project.cacheFolder + "/notes.index" }
    private var journalIndex: String { project.cacheFolder + "/journal-kim.index" }
    private var journalFile: String { project.journalFile(of: "kim") }

    /// Every note as the catalog opens it.
    private func texts(_ catalog: NoteCatalog) throws -> [String] {
        try catalog.entries.indices.map { try catalog.note(at: $0).text.string }
    }

    /// Decides on the first two notes, closes the journal and keeps its index.
    @discardableResult
    private func decide() throws -> Journal {
        let journal = try Journal.open(
            journalFile, annotator: "kim", index: JournalIndex.read(of: "kim", in: project))
        let writer = try #require(journal.writer)
        for (index, note) in try NoteReader.read([notes]).prefix(2).enumerated() {
            let content = SpanContent(TextSpan(0, 2), in: note.text, label: "Sign_symptom")
            var events = [IdentifiedEvent(id: EventID("E\(index)"), event: .created(content))]
            if index == 0 { events.append(IdentifiedEvent(id: EventID("C\(index)"), event: .completed)) }
            try writer.append(
                events, batch: EventID("B\(index)"), note: note.id, digest: note.digest, at: 1_795_313_326_120)
        }
        writer.close()
        journal.index.keep(of: "kim", in: project)
        return journal
    }

    private func open() throws -> Journal {
        let journal = try Journal.open(
            journalFile, annotator: "kim", index: JournalIndex.read(of: "kim", in: project))
        journal.writer?.close()
        return journal
    }

    /// What a journal's index says, next to what its lines say.
    private func check(_ journal: Journal, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let whole = try JournalReader.read(journalFile)
        for note in try NoteReader.read([notes]) {
            let events = whole.lines.filter { $0.note == note.id }.map(\.recorded)
            let expected = Document(note: note.id, text: note.text, events: events)
            #expect(
                try journal.index.document(of: note, in: journalFile) == expected, sourceLocation: sourceLocation)
            #expect(
                journal.index.entries[note.id]?.status ?? .pending == expected.status, sourceLocation: sourceLocation)
            #expect(
                journal.index.entries[note.id]?.decisions ?? 0 == expected.spans.count, sourceLocation: sourceLocation)
        }
    }

    @Test("notes are found from the index the second time, and are the same")
    func warmNotes() throws {
        let first = try NoteCatalog([notes], of: project)
        #expect(!first.isFromIndex)
        let second = try NoteCatalog([notes], of: project)
        #expect(second.isFromIndex)
        #expect(second.entries.map(\.id) == ["n0", "n1", "n2"])
        #expect(try texts(second) == ["Denies chest pain.", "No fever.", "Naïve to opioids."])
    }

    @Test("a long file is told of while it is read, every thousand notes; from the index nothing is")
    func progress() throws {
        try folder.write(Self.records((0..<2_500).map { "Note \($0 + 1_000)." }), to: "notes.jsonl")
        var shares: [Double] = []
        _ = try NoteCatalog([notes], of: project) { shares.append($0) }
        #expect(shares.count == 2)
        #expect(shares.allSatisfy { $0 > 0 && $0 < 1 } && shares == shares.sorted())
        _ = try NoteCatalog([notes], of: project) { shares.append($0) }
        #expect(shares.count == 2)
    }

    @Test("an index of files that changed is not believed, not even where length and time of change are the old ones")
    func staleNotes() throws {
        _ = try NoteCatalog([notes], of: project)
        var before = stat()
        try #require(stat(notes, &before) == 0)
        let file = Glibc.open(notes, O_WRONLY)
        try #require(pwrite(file, "d", 1, 19) == 1)
        futimens(file, [before.st_atim, before.st_mtim])
        close(file)
        let changed = try NoteCatalog([notes], of: project)
        #expect(!changed.isFromIndex)
        #expect(try texts(changed)[0] == "denies chest pain.")
        try folder.write(Self.records(["Only one."]), to: "notes.jsonl")
        #expect(try NoteCatalog([notes], of: project).entries.map(\.id) == ["n0"])
    }

    @Test("a folder's index is stale when a file in it changes, comes or goes")
    func folderOfNotes() throws {
        try folder.write("Denies pain.", to: "texts/a.txt")
        try folder.write("No fever.", to: "texts/ward/b.txt")
        let texts = folder.file("texts")
        #expect(try NoteCatalog([texts], of: project).entries.map(\.id) == ["a", "ward/b"])
        #expect(try NoteCatalog([texts], of: project).isFromIndex)
        try folder.write("Has a fever.", to: "texts/ward/b.txt")
        let changed = try NoteCatalog([texts], of: project)
        #expect(!changed.isFromIndex)
        #expect(try self.texts(changed) == ["Denies pain.", "Has a fever."])
        try folder.write("New.", to: "texts/ward/c.txt")
        #expect(try NoteCatalog([texts], of: project).entries.count == 3)
    }

    @Test("a damaged or cut index of notes is as if it were not there", arguments: [0, 1])
    func damagedNotes(form: Int) throws {
        _ = try NoteCatalog([notes], of: project)
        let whole = try NoteReader.bytes(of: noteIndex)
        for place in whole.indices {
            var bytes = whole
            if form == 0 { bytes[place] ^= 1 << UInt8(place % 8) } else { bytes.removeSubrange(place...) }
            try Data(bytes).write(to: URL(filePath: noteIndex))
            let catalog = try NoteCatalog([notes], of: project)
            #expect(!catalog.isFromIndex)
            #expect(catalog.entries.map(\.id) == ["n0", "n1", "n2"])
        }
        #expect(try NoteCatalog([notes], of: project).isFromIndex)
    }

    @Test("a note that changes while the project is open is not opened as if it were the old one")
    func changedWhileOpen() throws {
        let catalog = try NoteCatalog([notes], of: project)
        try folder.write(Self.records(["Denies chest pain!", "No fever.", "Naïve to opioids."]), to: "notes.jsonl")
        let error = #expect(throws: BadInput.self) { try catalog.note(at: 0) }
        #expect(error?.reason.contains("changed while the project was open") == true)
        #expect(try catalog.note(at: 1).text.string == "No fever.")
    }

    @Test("two notes of one name are refused, naming both")
    func twice() throws {
        try folder.write(#"{"id":"a","text":"x"}"# + "\n" + #"{"id":"a","text":"y"}"# + "\n", to: "notes.jsonl")
        let error = #expect(throws: BadInput.self) { try NoteCatalog([notes], of: project) }
        #expect(error?.location.line == 2)
        #expect(error?.reason.contains("notes.jsonl:1") == true)
    }

    @Test("a journal's index spares reading it, and the numbering goes on")
    func warmJournal() throws {
        try decide()
        let warm = try open()
        #expect(warm.contents.lines.isEmpty)
        try check(warm)
        try decide()
        #expect(try JournalReader.read(journalFile).lines.map(\.seq) == Array(1...6))
        let again = try open()
        #expect(again.contents.lines.isEmpty)
        try check(again)
    }

    @Test("an index behind its journal is not believed")
    func staleJournal() throws {
        try decide()
        let old = try NoteReader.bytes(of: journalIndex)
        try decide()
        try Data(old).write(to: URL(filePath: journalIndex))
        let journal = try open()
        #expect(journal.contents.lines.count == 6)
        try check(journal)
    }

    @Test("an index of a journal that was changed by hand is not believed, even with the old length and time")
    func editedJournal() throws {
        try decide()
        var before = stat()
        try #require(stat(journalFile, &before) == 0)
        let text = try folder.text("notes.chartmark/journals/kim.jsonl")
        let changed = text.replacing("Sign_symptom", with: "Sign_SYMPTOM")
        let file = Glibc.open(journalFile, O_WRONLY)
        try #require(pwrite(file, changed, changed.utf8.count, 0) == changed.utf8.count)
        futimens(file, [before.st_atim, before.st_mtim])
        close(file)
        let journal = try open()
        #expect(journal.contents.lines.count == 3)
        try check(journal)
    }

    @Test("a damaged or cut index of a journal is as if it were not there", arguments: [0, 1])
    func damagedJournal(form: Int) throws {
        try decide()
        let whole = try NoteReader.bytes(of: journalIndex)
        for place in whole.indices {
            var bytes = whole
            if form == 0 { bytes[place] ^= 1 << UInt8(place % 8) } else { bytes.removeSubrange(place...) }
            try Data(bytes).write(to: URL(filePath: journalIndex))
            #expect(JournalIndex.read(of: "kim", in: project) == nil)
        }
        let journal = try open()
        #expect(journal.contents.lines.count == 3)
        try check(journal)
    }

    @Test("no index is kept of a journal with a torn end")
    func torn() throws {
        let journal = try decide()
        let before = try NoteReader.bytes(of: journalIndex)
        let file = Glibc.open(journalFile, O_WRONLY | O_APPEND)
        try #require(write(file, "{\"v\":1,", 7) == 7)
        close(file)
        journal.index.keep(of: "kim", in: project)
        #expect(try NoteReader.bytes(of: journalIndex) == before)
        let recovered = try open()
        #expect(recovered.setAside != nil)
        try check(recovered)
    }

    @Test("a note whose text is not the one of its events does not fit, and opening it says in which line")
    func changedNote() throws {
        try decide()
        try folder.write(Self.records(["Denies chest pain!", "No fever."]), to: "notes.jsonl")
        let catalog = try NoteCatalog([notes], of: project)
        let journal = try open()
        #expect(catalog.entries.map { journal.index.fits($0) } == [false, true])
        let error = #expect(throws: BadInput.self) {
            try journal.index.document(of: catalog.note(at: 0), in: journalFile)
        }
        #expect(error?.location.line == 1)
    }

    @Test("a read-only session uses the index and writes none")
    func readOnly() throws {
        try decide()
        let journal = try Journal.readOnly(
            journalFile, because: "--readonly", index: JournalIndex.read(of: "kim", in: project))
        #expect(journal.contents.lines.isEmpty)
        try check(journal)
        unlink(journalIndex)
        let cold = try Journal.readOnly(journalFile, because: "--readonly")
        cold.index.keep(of: "kim", in: project)
        #expect(access(journalIndex, F_OK) != 0)
        try check(cold)
    }
}
