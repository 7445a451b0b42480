import Annotation
import ClinicalText
import FoundationEssentials
import Journal
import Storage
import Support
import Testing

/// Every file of a project, changed in every way: nothing traps, what cannot be read is said, and no other file is touched.
///
/// `CHARTMARK_MUTATIONS` says how many, `CHARTMARK_SEED` which ones.
@Suite("A project whose files were changed") struct MutatedProjectTests {
    /// What a person or the program keeps in a project; all of it may come from somewhere else.
    private static let files = [
        "notes/note-17.txt", "more.jsonl", "p/project.json", "p/schema.json", "p/assignments.json", "p/dismissed.jsonl",
        "p/journals/kim.jsonl", "p/journals/zoe.jsonl", "p/labels.jsonl", "p/adapters/kim.json",
        "p/cache/notes.index", "p/cache/journal-kim.index", "p/cache/labels.index",
    ]

    private let folder: TemporaryFolder
    private let project: Project
    private let originals: [String: [UInt8]]

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("p"))
        try folder.write(note.text.string, to: "notes/note-17.txt")
        try folder.write(#"{"id":"m","text":"No fever.","meta":{"group":"p1"}}"# + "\n", to: "more.jsonl")
        try project.create()
        try project.remember(notes: [folder.file("notes"), folder.file("more.jsonl")], createdBy: "test")
        try project.save(schema: LabelSchema.derived(from: ["Sign_symptom"]))
        try project.save(Assignments(notes: ["kim": ["note-17", "m"]], seed: 1, twice: 0.5))
        try DismissedFindings.add(["a", "b"], to: project, at: 0)
        for name in ["kim", "zoe"] {
            let journal = try Journal.open(project.journalFile(of: name), annotator: name)
            let writer = try #require(journal.writer)
            try writer.add("B1", [created("E1", 7, 17), created("E2", 0, 6)])
            try writer.add("B2", [IdentifiedEvent(id: EventID("E3"), event: .undone(target: EventID("B1")))])
            try writer.add("B3", [created("E4", 7, 17), IdentifiedEvent(id: EventID("E5"), event: .completed)])
            writer.close()
            journal.index.keep(of: name, in: project)
        }
        try folder.write(
            #"{"adopted":[{"name":"kim-1","base":"mini@1f0c2a3b4c5d","notes":1}]}"#, to: "p/adapters/kim.json")
        _ = try NoteCatalog([folder.file("notes"), folder.file("more.jsonl")], of: project)
        try LabelsFile.update(project, notes: try project.notes())
        var originals: [String: [UInt8]] = [:]
        for name in Self.files { originals[name] = try NoteReader.bytes(of: folder.file(name)) }
        self.originals = originals
    }

    /// Everything that reads a project, and a session that writes to it.
    private func use() {
        _ = ProjectCheck.findings(in: project)
        _ = try? project.assignments()
        _ = try? DismissedFindings.ids(in: project)
        _ = try? AdapterVersions(of: "kim", in: project)
        _ = try? CompletedReadings(of: project)
        _ = try? LabelsFile.read(project.labelsFile)
        if let paths = try? project.notePaths(), let catalog = try? NoteCatalog(paths, of: project) {
            let index = JournalIndex.current(of: "kim", in: project)
            if let journal = try? Journal.open(project.journalFile(of: "kim"), annotator: "kim", index: index) {
                for place in catalog.entries.indices {
                    _ = journal.index.fits(catalog.entries[place])
                    guard let note = try? catalog.note(at: place) else { continue }
                    _ = try? journal.index.document(of: note, in: project.journalFile(of: "kim"))
                }
                try? journal.writer?.add("B9", [IdentifiedEvent(id: EventID("E9"), event: .reopened)])
                journal.writer?.close()
                journal.index.keep(of: "kim", in: project)
            }
        }
        if let notes = try? project.notes() { try? LabelsFile.update(project, notes: notes) }
    }

    /// Puts everything back.
    private func restore() throws {
        for (name, bytes) in originals { try Data(bytes).write(to: URL(filePath: folder.file(name))) }
        try? FileManager.default.removeItem(atPath: folder.file("p/journals/kim.jsonl.torn"))
    }

    @Test("traps nothing, is read or refused, and keeps its other files", arguments: files)
    func mutated(_ file: String) throws {
        var random = SeededRandom(Amount.seed)
        let original = try #require(originals[file])
        for round in 0..<Amount.of("CHARTMARK_MUTATIONS", usual: 60) {
            try restore()
            let changed = Mutation.of(original, using: &random)
            try Data(changed).write(to: URL(filePath: folder.file(file)))
            use()
            // What is derived may be made anew, and kim's own journal got an event; everything else is as it was.
            for (name, bytes) in originals where !name.contains("cache/") && name != "p/labels.jsonl" {
                let now = try NoteReader.bytes(of: folder.file(name))
                let before = name == file ? changed : bytes
                if name != "p/journals/kim.jsonl" {
                    #expect(now == before, "round \(round): \(name) after a change of \(file)")
                } else if !now.starts(with: before) {
                    // Only a torn end is ever taken away, and it is kept beside the journal.
                    let torn = try NoteReader.bytes(of: folder.file(name + ".torn"))
                    let kept = zip(now, before).prefix { $0 == $1 }.count
                    #expect(
                        Array(before[kept...]) + [0x0A] == torn
                            || before.suffix(torn.count - 1) == torn.dropLast()[...],
                        "round \(round): \(name)")
                }
            }
        }
    }
}
