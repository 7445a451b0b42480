import Annotation
import ClinicalText
import FoundationEssentials
import Journal
import Testing

@Suite("labels.jsonl and check") struct LabelsFileTests {
    let folder: TemporaryFolder
    let project: Project

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("notes.chartmark"))
        try folder.write(note.text.string, to: "notes/note-17.txt")
        try folder.write("Nothing here.", to: "notes/note-18.txt")
        try project.create()
        try folder.write(
            #"{"spans":[{"label":"Sign_symptom","key":"S"}],"noteLabels":[{"name":"quality","choose":"many","values":["illegible"]}]}"#,
            to: "notes.chartmark/schema.json")
    }

    private func decide(_ annotator: String, _ events: [Event], on note: Note = note) throws {
        let journal = try Journal.open(project.journalFile(of: annotator), annotator: annotator)
        let writer = try #require(journal.writer)
        for (index, event) in events.enumerated() {
            let id = EventID("\(annotator)-\(journal.contents.lines.count + index)")
            try writer.append(
                [IdentifiedEvent(id: id, event: event)], batch: id, note: note.id, digest: note.digest, at: 0)
        }
        writer.close()
    }

    private var pain: SpanContent { SpanContent(TextSpan(7, 17), in: note.text, label: "Sign_symptom") }

    @Test("has a record for each note and annotator with a decision, in the order of notes, then names")
    func derive() throws {
        let notes = try project.notes()
        try decide("zoe", [.created(pain), .completed])
        try decide("kim", [.noteLabel(name: "quality", values: ["illegible"]), .skipped], on: notes[1])
        try decide("kim", [.accepted(Suggestion(content: pain, model: "m@1", score: 0.5))])
        try decide("ann", [.created(pain), .undone(target: EventID("ann-0"))])
        var records: [LabelRecord] = []
        try LabelsFile.update(project, notes: notes) { records.append($0) }
        #expect(
            records.map { "\($0.id) \($0.annotator) \($0.answer)" } == [
                "note-17 kim pending", "note-17 zoe accept", "note-18 kim ignore",
            ])
        #expect(records[0].spans.map(\.source) == [.model])
        #expect(records[1].spans.map(\.source) == [.human])
        #expect(records[2].labels == ["quality": .array([.string("illegible")])])
        #expect(try LabelsFile.read(project.labelsFile) == records)
        #expect(folder.mode("notes.chartmark/labels.jsonl") == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: project.folder)
        #expect(!names.contains { $0.hasSuffix(".new") })
    }

    @Test("an adjudicator's finished record takes the place of the annotators', an unfinished one stands beside them")
    func adjudicated() throws {
        let notes = try project.notes()
        try project.save(ProjectSettings(notes: ["notes"], adjudicators: ["eve"]))
        for name in ["kim", "zoe", "eve"] { try decide(name, [.created(pain), .completed]) }
        try decide("kim", [.completed], on: notes[1])
        try decide("eve", [.comment(target: nil, text: "later")], on: notes[1])
        var records: [LabelRecord] = []
        try LabelsFile.update(project, notes: notes) { records.append($0) }
        #expect(records.map { "\($0.id) \($0.annotator)" } == ["note-17 eve", "note-18 eve", "note-18 kim"])
        #expect(try LabelsFile.records(of: project, notes: notes).count == 5)
    }

    @Test("readings are compared of those who completed a note, adjudicators left out")
    func readings() throws {
        try project.save(ProjectSettings(notes: ["notes"], adjudicators: ["eve"]))
        for name in ["kim", "zoe", "eve"] { try decide(name, [.created(pain), .completed]) }
        try decide("lee", [.created(pain)])
        let readings = try CompletedReadings(of: project)
        #expect(readings.annotators == ["kim", "lee", "zoe"])
        #expect(readings.entries.map { $0.views.map(\.annotator) } == [["kim", "zoe"]])
        #expect(readings.completedByAll.isEmpty && readings.noteCount == 2)
        #expect(try CompletedReadings(of: project, between: ["zoe", "kim"]).completedByAll.count == 1)
        let unknown = #expect(throws: BadInput.self) { try CompletedReadings(of: project, between: ["kim", "max"]) }
        #expect(unknown?.reason.contains("there is no journal of 'max'") == true)
        #expect(throws: BadInput.self) { try CompletedReadings(of: project, between: ["kim", "kim"]) }
    }

    @Test("a note that changed since is refused, with the line of the journal")
    func changed() throws {
        try decide("kim", [.created(pain)])
        try folder.write("Denies  chest pain.", to: "notes/note-17.txt")
        let error = #expect(throws: BadInput.self) { try LabelsFile.update(project, notes: project.notes()) }
        #expect(error?.location == SourceLocation(project.journalFile(of: "kim"), line: 1))
        #expect(error?.reason.contains("changed since it was annotated") == true)
        #expect(ProjectCheck.findings(in: project).map(\.kind) == [.changedNote])
    }

    @Test("check finds nothing wrong with a sound project")
    func sound() throws {
        try decide("kim", [.created(pain), .completed])
        #expect(ProjectCheck.findings(in: project).isEmpty)
    }

    @Test("check finds labels without a schema, words that do not fit, notes that are gone, and foreign events")
    func unsound() throws {
        var shifted = pain
        shifted.span = TextSpan(6, 16)
        var unknown = pain
        unknown.label = "Cosmic_ray"
        try decide("kim", [.created(shifted), .created(unknown), .created(unknown)])
        try decide("kim", [.completed], on: Note(id: "gone", text: note.text))
        try FileManager.default.copyItem(atPath: project.journalFile(of: "kim"), toPath: project.journalFile(of: "zoe"))
        let findings = ProjectCheck.findings(in: project)
        #expect(findings.filter { $0.file.hasSuffix("kim.jsonl") }.map(\.kind) == [.span, .unknownLabel, .missingNote])
        #expect(findings.filter { $0.file.hasSuffix("kim.jsonl") }.map(\.line) == [1, 2, 4])
        #expect(findings.filter { $0.file.hasSuffix("zoe.jsonl") }.map(\.kind).first == .actor)
        #expect(findings.count(where: \.isProblem) == findings.count)
    }

    @Test("check finds attributes and values that the schema lacks, each once")
    func unknownAttributes() throws {
        let target = EventID("E1")
        try decide(
            "kim",
            [
                .created(pain), .attribute(target: target, name: "colour", value: "red"),
                .attribute(target: target, name: "colour", value: "blue"),
                .attribute(target: target, name: "assertion", value: "doubtful"),
                .attribute(target: target, name: "assertion", value: "absent"),
            ])
        let schema = LabelSchema(
            spans: try #require(try project.schema()).spans,
            attributes: [SpanAttribute(name: "assertion", values: [.init(value: "absent", key: "a")])])
        try project.save(schema: schema)
        let findings = ProjectCheck.findings(in: project)
        #expect(findings.map(\.kind) == [.unknownAttribute, .unknownAttribute])
        #expect(findings.map(\.line) == [2, 4])
        #expect(findings.last?.message == "the schema's attribute 'assertion' has no value 'doubtful'")
    }

    @Test("check finds a torn end and a bad line, and mentions a session and what was set aside")
    func journals() throws {
        try decide("kim", [.created(pain)])
        let whole = try folder.text("notes.chartmark/journals/kim.jsonl")
        try folder.write(whole + "{\"v\":1", to: "notes.chartmark/journals/kim.jsonl")
        try folder.write("nonsense\n", to: "notes.chartmark/journals/lee.jsonl")
        try folder.write("{\"v\"", to: "notes.chartmark/journals/max.jsonl.torn")
        let session = try Journal.open(project.journalFile(of: "max"), annotator: "max")
        let findings = ProjectCheck.findings(in: project)
        #expect(findings.map(\.kind) == [.torn, .unreadable, .held, .setAside])
        #expect(findings.map(\.isProblem) == [true, true, false, false])
        #expect(findings[1].line == 1)
        session.writer?.close()
    }
}
