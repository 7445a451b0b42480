import Annotation
import ClinicalText
import FoundationEssentials
import Journal
import Testing

@Suite("Project") struct ProjectTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "stands beside its notes under their name",
        arguments: [
            ("Samples/Notes", "Samples/Notes.chartmark"), ("Samples/Notes/", "Samples/Notes.chartmark"),
            ("/data/notes.jsonl", "/data/notes.chartmark"), ("a.txt", "a.chartmark"), ("ward.7", "ward.7.chartmark"),
        ])
    func beside(notes: String, project: String) throws {
        #expect(try Project.locate(notes: [notes], folder: nil).folder == project)
        #expect(try Project.locate(notes: [notes], folder: "/elsewhere/").folder == "/elsewhere")
    }

    @Test("several notes and standard input have none")
    func none() throws {
        let error = #expect(throws: BadInput.self) { try Project.locate(notes: ["a", "b"], folder: nil) }
        #expect(error?.description.contains("--project") == true)
        #expect(try Project.locate(notes: ["a", "b"], folder: "p").folder == "p")
        #expect(throws: BadInput.self) { try Project.locate(notes: ["-"], folder: "p") }
    }

    @Test("is closed to others, with everything in it")
    func modes() throws {
        try folder.write("old", to: "p.chartmark/schema.json")
        let project = Project(folder: folder.file("p.chartmark"))
        try project.create()
        try project.remember(notes: [folder.file("p")], createdBy: "chartmark 0.1.0")
        #expect(folder.mode("p.chartmark") == 0o700)
        #expect(folder.mode("p.chartmark/journals") == 0o700)
        #expect(folder.mode("p.chartmark/cache") == 0o700)
        #expect(folder.mode("p.chartmark/project.json") == 0o600)
    }

    @Test("for a group it is open to the group, and new files take the group")
    func group() throws {
        let project = Project(folder: folder.file("shared"))
        try project.create(group: true)
        try project.create()
        #expect(folder.mode("shared") == 0o770)
        #expect(folder.mode("shared/journals") == 0o770)
        #expect(project.isShared)
        try LabelsFile.update(project, notes: [])
        #expect(folder.mode("shared/labels.jsonl") == 0o660)
        #expect(folder.mode("shared/labels.jsonl.lock") == 0o660)
    }

    @Test("a folder that cannot be made names --project")
    func notWritable() throws {
        try folder.write("", to: "file")
        let error = #expect(throws: BadInput.self) { try Project(folder: folder.file("file/p")).create() }
        #expect(error?.description.contains("--project") == true)
    }

    @Test("finds its notes again after both have moved")
    func moves() throws {
        try folder.write("Denies chest pain.", to: "a/notes/one.txt")
        let project = Project(folder: folder.file("a/notes.chartmark"))
        try project.create()
        try project.remember(notes: [folder.file("a/notes/")], createdBy: "chartmark 0.1.0")
        try project.remember(notes: [folder.file("a/notes")], createdBy: "chartmark 0.1.0")
        #expect(try project.settings()?.notes == ["notes"])
        try FileManager.default.moveItem(atPath: folder.file("a"), toPath: folder.file("b"))
        #expect(try Project(folder: folder.file("b/notes.chartmark")).notes().map(\.id) == ["one"])
    }

    @Test("notes elsewhere are kept by their full path, notes of a project without project.json are those beside it")
    func elsewhere() throws {
        try folder.write("Denies chest pain.", to: "notes/one.txt")
        let away = Project(folder: folder.file("projects/p"))
        try away.create()
        try away.remember(notes: [folder.file("notes")], createdBy: "chartmark 0.1.0")
        #expect(try away.notes().map(\.id) == ["one"])
        try folder.write("", to: "notes.chartmark/guidelines.md")
        #expect(try Project(folder: folder.file("notes.chartmark")).notes().map(\.id) == ["one"])
        #expect(throws: BadInput.self) { try Project(folder: folder.file("projects")).notes() }
    }

    @Test("a bad schema is refused with its file and all that is wrong")
    func badSchema() throws {
        let project = Project(folder: folder.path)
        #expect(try project.schema() == nil)
        try folder.write(#"{"spans":[{"label":"A","key":"a"},{"label":"A"}]}"#, to: "schema.json")
        let error = #expect(throws: BadInput.self) { try project.schema() }
        #expect(error?.location.file == folder.file("schema.json"))
        #expect(error?.reason.contains("given twice") == true)
        #expect(error?.reason.contains("capitals") == true)
        try folder.write(#"{"spans":"#, to: "schema.json")
        #expect(throws: BadInput.self) { try project.schema() }
    }

    @Test(
        "a name of an annotator is short and plain",
        arguments: [
            ("kim", true), ("K.i_m-2", true), (String(repeating: "k", count: 64), true), ("", false), (".kim", false),
            ("kim/../x", false), ("Zoë", false), ("a b", false), (String(repeating: "k", count: 65), false),
        ])
    func names(name: String, isValid: Bool) {
        #expect(AnnotatorName.isValid(name) == isValid)
    }
}
