import Annotation
import ClinicalText
import FoundationEssentials
import Interchange
import Journal
import Testing

@Suite("Two annotators and an adjudicator", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct AdjudicationTests {
    private static let notes = ["n1": "Denies chest pain and fever today.", "n2": "Cough.", "n3": "Nausea."]

    /// A folder in which two people worked: they differ on the pain's edges and assertion; the third note only Kim finished.
    private func folder() throws -> ReviewFolder {
        let folder = try ReviewFolder(notes: Self.notes)
        let project = Project(folder: "\(folder.path)/\(folder.project)")
        try project.create()
        try project.remember(notes: ["\(folder.path)/\(folder.notes)"], createdBy: "test")
        try annotate(project, folder, as: "kim", "n1", [(7, 17), (22, 27)], absent: true)
        try annotate(project, folder, as: "lee", "n1", [(13, 17), (22, 27)])
        for name in ["kim", "lee"] { try annotate(project, folder, as: name, "n2", [(0, 5)]) }
        try annotate(project, folder, as: "kim", "n3", [(0, 6)])
        return folder
    }

    /// Marks symptoms, of the first one that the patient does not have it, and completes the note.
    private func annotate(
        _ project: Project, _ folder: ReviewFolder, as name: String, _ id: String, _ spans: [(Int, Int)],
        absent: Bool = false
    ) throws {
        let journal = try Journal.open(project.journalFile(of: name), annotator: name)
        let writer = try #require(journal.writer)
        let note = Note(id: id, text: try folder.noteText(id))
        var events = spans.map {
            Event.created(SpanContent(TextSpan($0.0, $0.1), in: note.text, label: "Sign_symptom"))
        }
        if absent { events.append(.attribute(target: EventID("\(name)-\(id)-0"), name: "assertion", value: "absent")) }
        events.append(.completed)
        for (index, event) in events.enumerated() {
            let event = IdentifiedEvent(id: EventID("\(name)-\(id)-\(index)"), event: event)
            try writer.append([event], batch: event.id, note: id, digest: note.digest, at: 0)
        }
        writer.close()
    }

    @Test("agree tells how far they agree, near matches apart from misses")
    func agree() throws {
        let folder = try folder()
        let run = try folder.run("agree", folder.project)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("kim, lee: 2 notes completed by both, 1 left out"))
        // Two of three spans a side are the same, the third overlaps.
        #expect(run.output.contains("0.667   1.000"))
        #expect(run.output.contains("2  the same") && run.output.contains("1  near: the same label, other edges"))
        #expect(run.output.contains("0.500     1  n1"))
        let json = try folder.run("agree", "--json", "--between", "lee", "--between", "kim", folder.project)
        let value = try JSONValue.parse(Array(json.output.utf8), file: "agree")
        #expect(value["annotators"] == .array([.string("lee"), .string("kim")]))
        #expect(value["left_out"]?.intValue == 1 && value["kinds"]?["edges"]?.intValue == 1)
        #expect(value["labels"]?["Sign_symptom"]?["spans"]?.intValue == 6)
    }

    @Test("what cannot be compared is refused with what to do")
    func refused() throws {
        let folder = try folder()
        let unknown = try folder.run("agree", "--between", "kim", "--between", "zoe", folder.project)
        #expect(unknown.exitCode == 1 && unknown.errors.contains("there is no journal of 'zoe'"))
        let alone = try folder.run("agree", "--between", "kim", folder.project)
        #expect(alone.exitCode == 1 && alone.errors.contains("only one of 'kim'"))
        let own = try folder.run("adjudicate", "--annotator", "kim", folder.project)
        #expect(own.exitCode == 1 && own.errors.contains("another name"))
        #expect(try folder.run("agree", folder.notes).exitCode == 1)
    }

    @Test("adjudicate shows only the disagreement, takes a reading by its number, and its record is the one exported")
    func adjudicate() throws {
        let folder = try folder()
        let command = "'env' 'TERM=tmux-256color' '\(ReviewFolder.program)' 'adjudicate' '\(folder.project)'"
        let window = try folder.window(command)
        try window.wait("the disagreement") {
            $0.title.hasPrefix(" n1 1/2") && $0.contains("disagreement 1 of 1") && $0.contains("1 kim")
                && $0.contains("2 lee")
        }
        try window.press("1")
        try window.wait(for: "every disagreement is settled")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        // Not finished yet: the annotators' records stay beside the adjudicator's.
        #expect(try records(folder).filter { $0.id == "n1" }.map(\.annotator) == ["adjudicator", "kim", "lee"])

        // Left before the note was complete: started again, the decision is there, and Enter completes it.
        let again = try folder.window(command)
        try again.wait("what was decided") {
            $0.title.hasPrefix(" n1 1/2 · open") && $0.contains("0 of 1 disagreements")
        }
        try again.press("Enter")
        try again.wait(for: "every note is complete")
        try again.press("q")
        #expect(try again.waitForExit().code == 0)

        let final = try records(folder)
        #expect(
            final.map { "\($0.id) \($0.annotator) \($0.answer)" } == [
                "n1 adjudicator accept", "n2 adjudicator accept", "n3 kim accept",
            ])
        let pain = try #require(final.first?.spans.first)
        #expect(
            pain.content.text == "chest pain" && pain.attributes == ["assertion": "absent"] && pain.source == .human)
        #expect(final.first?.spans.map(\.content.text) == ["chest pain", "fever"])
        let conll = try folder.run("export", "--format", "conll", "--output", "out.conll", folder.project)
        #expect(conll.exitCode == 0, "\(conll.errors)")
        let kim = try folder.run(
            "export", "--format", "labels", "--annotator", "kim", "--output", "kim", folder.project)
        #expect(kim.exitCode == 0)
        #expect(try LabelsJSONL.read(folder.bytes("kim"), file: "kim").count == 3)
        // The adjudicator is not compared with those between whom they decided.
        #expect(try folder.run("agree", folder.project).output.hasPrefix("kim, lee:"))
        try folder.expectSound()
    }

    private func records(_ folder: ReviewFolder) throws -> [LabelRecord] {
        try LabelsFile.read("\(folder.path)/\(folder.project)/labels.jsonl")
    }
}
