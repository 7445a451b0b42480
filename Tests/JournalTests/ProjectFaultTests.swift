import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Journal
import Storage
import Support
import Testing

@Suite("A project on a system whose calls fail") struct ProjectFaultTests {
    /// What a session does to a project, and what it was told.
    private struct Session {
        let folder: TemporaryFolder
        let project: Project
        /// The batches that stood in the journal when it was called saved.
        var saved: [String] = []
        var isClosed = false

        init() throws {
            folder = try TemporaryFolder()
            project = Project(folder: folder.file("notes.chartmark"))
            try folder.write(note.text.string, to: "notes/note-17.txt")
            try folder.write("No fever.", to: "notes/note-18.txt")
        }

        /// Everything that is written in a project; each step goes on where the one before it failed, as a person would.
        mutating func run() {
            _ = try? project.create()
            try? project.remember(notes: [folder.file("notes")], createdBy: "test")
            try? project.saveFirst(schema: LabelSchema.derived(from: ["Sign_symptom"]))
            let index = JournalIndex.current(of: "kim", in: project)
            let path = project.journalFile(of: "kim")
            if let journal = try? Journal.open(path, annotator: "kim", index: index), let writer = journal.writer {
                try? writer.add("B1", [created("E1", 7, 17)])
                try? writer.add("B2", [created("E2", 0, 6), IdentifiedEvent(id: EventID("E3"), event: .completed)])
                switch writer.close() {
                case .saved: saved = ["B1", "B2"]
                default: break
                }
                isClosed = true
                journal.index.keep(of: "kim", in: project)
            }
            if let notes = try? project.notes() { try? LabelsFile.update(project, notes: notes) }
            try? project.changeSettings(createdBy: "test") { $0.threshold = 0.5 }
            try? project.save(Assignments(notes: ["kim": ["note-17"]], seed: 1, twice: 0))
            try? DismissedFindings.add(["a-finding"], to: project, at: 0)
            _ = try? NoteCatalog([folder.file("notes")], of: project)
            if var versions = try? AdapterVersions(of: "kim", in: project) { _ = try? versions.takeBack() }
        }

        /// What must hold whatever failed.
        func check(_ fault: String) throws {
            let journal = project.journalFile(of: "kim")
            let fold = try IndependentFold((try? NoteReader.bytes(of: journal)) ?? [])
            #expect(Set(saved).isSubset(of: fold.batches), "\(fault): called saved and not there")
            #expect(isClosed ? fold.torn == 0 : true, "\(fault): a part was left")
            // Each file is whole or not there.
            _ = try project.settings()
            _ = try project.schema()
            _ = try project.assignments()
            #expect(try DismissedFindings.ids(in: project).subtracting(["a-finding"]).isEmpty, "\(fault)")
            if let labels = try? NoteReader.bytes(of: project.labelsFile) {
                let notes = try IndependentFold.notes(ofLabels: labels)
                let expected = fold.notes.filter(\.value.hasDecisions)
                #expect(notes.isEmpty || notes == expected, "\(fault): labels.jsonl is not what the journal says")
            }
            let drafts = try FileManager.default.subpathsOfDirectory(atPath: project.folder).filter {
                DraftName.target(of: String($0.split(separator: "/").last ?? "")) != nil
            }
            #expect(drafts.isEmpty, "\(fault)")
        }
    }

    @Test("has what it called saved, and whole files, whichever call fails", arguments: [ENOSPC, EIO, EDQUOT, EROFS])
    func everyCall(code: Int32) throws {
        var number = 0
        while true {
            var session = try Session()
            let fault = Fault(at: number, code: code)
            FileCalls.$current.withValue(fault.calls) { session.run() }
            let name = "call \(number) failing with \(SystemError(code))"
            if FileManager.default.fileExists(atPath: session.project.folder) { try session.check(name) }
            // And the next session finds nothing in its way.
            var next = session
            next.saved = []
            next.run()
            #expect(next.saved == ["B1", "B2"], "\(name): the next session could not save")
            guard fault.wasReached else { break }
            number += 1
        }
        // Opening, writing, syncing and renaming of each of the files, at least.
        #expect(number > 40)
    }

    @Test("settings that several change at once are what all of them said")
    func settingsTogether() throws {
        let session = try Session()
        try session.project.create()
        for index in 0..<8 { try session.folder.write("Note \(index).", to: "more/\(index)/n\(index).txt") }
        let workers = (0..<8).map { index in
            let notes = session.folder.file("more/\(index)")
            return Worker { [project = session.project] in
                try? project.remember(notes: [notes], createdBy: "test")
            }
        }
        for worker in workers { worker.join() }
        #expect(try session.project.settings()?.notes.count == 8)
    }
}
