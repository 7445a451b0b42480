import Annotation
import ClinicalText
import Glibc
import Journal
import Storage
import Testing

@Suite("What faults leave in a project") struct LeftoverTests {
    let folder: TemporaryFolder
    let project: Project

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("notes.chartmark"))
        try project.create()
        try folder.write(note.text.string, to: "notes/note-17.txt")
        try project.remember(notes: [folder.file("notes")], createdBy: "test")
    }

    @Test("a line of dismissed.jsonl that was cut off dismisses nothing, and the next one begins a line")
    func dismissed() throws {
        try DismissedFindings.add(["one", "two"], to: project, at: 0)
        let whole = try folder.text("notes.chartmark/dismissed.jsonl")
        try folder.write(String(whole.dropLast(12)), to: "notes.chartmark/dismissed.jsonl")
        #expect(try DismissedFindings.ids(in: project) == ["one"])
        try DismissedFindings.add(["three"], to: project, at: 0)
        #expect(try DismissedFindings.ids(in: project) == ["one", "three"])
        #expect(ProjectCheck.findings(in: project).isEmpty)
    }

    @Test("check names the file of a session whose journal was taken away, as long as it is there")
    func rescued() throws {
        let path = project.journalFile(of: "kim")
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        try writer.add("B1", [created("E1", 0, 6)])
        unlink(path)
        try writer.add("B2", [created("E2", 7, 12)])
        guard case .elsewhere(let place) = writer.close() else {
            Issue.record("called saved")
            return
        }
        let findings = ProjectCheck.findings(in: project)
        #expect(findings.map(\.kind) == [.rescued] && findings.map(\.file) == [place.file])
        #expect(findings.count(where: \.isProblem) == 1)
        // What the message says to do.
        #expect(rename(place.file, path) == 0)
        #expect(ProjectCheck.findings(in: project).filter(\.isProblem).map(\.message) == [])
        #expect(try JournalReader.read(path).lines.map(\.id.value) == ["E1", "E2"])
    }

    @Test("labels are known to be behind the journal of a session that was killed")
    func staleLabels() throws {
        #expect(!LabelsFile.isStale(in: project), "nothing was decided yet")
        let writer = try #require(try Journal.open(project.journalFile(of: "kim"), annotator: "kim").writer)
        try writer.add("B1", [created("E1", 0, 6)])
        #expect(LabelsFile.isStale(in: project))
        try LabelsFile.update(project, notes: try project.notes())
        #expect(!LabelsFile.isStale(in: project))
        try writer.add("B2", [created("E2", 7, 12)])
        #expect(LabelsFile.isStale(in: project))
        writer.close()
    }

    @Test("drafts of labels.jsonl that an earlier version or a dead process left go with the next update")
    func drafts() throws {
        try folder.write("{}", to: "notes.chartmark/labels.jsonl.4711.new")
        try folder.write("{}", to: "notes.chartmark/" + DraftName.make(for: "labels.jsonl"))
        try folder.write("{}", to: "notes.chartmark/labels.jsonl.mine.new")
        try LabelsFile.update(project, notes: try project.notes())
        let names = try Folder(project.folder).names.filter { $0.hasPrefix("labels.jsonl") }
        #expect(names.sorted() == ["labels.jsonl", "labels.jsonl.lock", "labels.jsonl.mine.new"])
    }
}
