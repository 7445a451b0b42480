import Annotation
import ClinicalText
import FoundationEssentials
import Journal
import Testing

@Suite("Labels on the command line") struct LabelWorkTests {
    /// Three notes, of which two have a slip, and one is another's twin.
    private static let labels = """
        {"id":"a","text":"Takes aspirin and aspirin.","annotator":"ann","answer":"accept","meta":{"group":"p1"},\
        "spans":[{"start":6,"end":13,"label":"Drug"},{"start":18,"end":25,"label":"Drug"}]}
        {"id":"b","text":"No aspirin today.","annotator":"kim","answer":"accept","meta":{"group":"p2"},\
        "spans":[{"start":3,"end":10,"label":"Food"}]}
        {"id":"c","text":"no aspirin  today.","annotator":"kim","answer":"accept","meta":{"group":"p3"},"spans":[]}

        """

    private func folder() throws -> ReviewFolder {
        let folder = try ReviewFolder(notes: ["n1": "Takes aspirin and aspirin.", "n2": "No aspirin today."])
        try folder.write("labels.jsonl", Self.labels)
        return folder
    }

    @Test("check says what is odd in a file, note by note, with places and reasons")
    func check() throws {
        let run = try folder().run("check", "labels.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("b [3, 10): labelled_differently: “aspirin” is Drug twice and Food once ("))
        #expect(lines[1].hasPrefix("c: near_duplicate: "))
        #expect(
            lines[2].hasPrefix("c [3, 10): unlabelled: “aspirin” has a label 3 times, mostly Drug, and none here ("))
        #expect(lines[3] == "3 labels to look at")
    }

    @Test("a project's findings come as JSON, and one that is dismissed does not come back")
    func dismiss() throws {
        let folder = try folder()
        let project = Project(folder: "\(folder.path)/\(folder.project)")
        try project.create()
        try project.remember(notes: ["\(folder.path)/\(folder.notes)"], createdBy: "test")
        try mark(project, folder, "n1", [(6, 13), (18, 25)])
        try mark(project, folder, "n2", [])
        let run = try folder.run("check", "--json", folder.project)
        #expect(run.exitCode == 0, "\(run.errors)")
        let finding = try JSONValue.parse(Array(run.output.utf8), file: "check")
        #expect(finding["kind"]?.stringValue == "unlabelled")
        #expect(finding["note"]?.stringValue == "n2")
        #expect(finding["start"]?.intValue == 3 && finding["end"]?.intValue == 10)
        let id = try #require(finding["id"]?.stringValue)
        let dismissal = try folder.run("check", "--dismiss", id, folder.project)
        #expect(dismissal.output == "1 journal, 0 problems, 1 dismissed\n")
        #expect(try folder.run("check", folder.project).output.hasSuffix("0 labels to look at, 1 dismissed before\n"))
        #expect(try folder.run("check", "--all", folder.project).output.contains("(\(id), dismissed)"))
        #expect(try folder.text("\(folder.project)/dismissed.jsonl").contains(id))
        let unknown = try folder.run("check", "--dismiss", "nonesuch", folder.project)
        #expect(unknown.exitCode == 1 && unknown.errors.contains("no finding 'nonesuch'"))
    }

    /// Marks medications and completes the note, as kim.
    private func mark(_ project: Project, _ folder: ReviewFolder, _ id: String, _ spans: [(Int, Int)]) throws {
        let journal = try Journal.open(
            project.journalFile(of: ReviewFolder.annotator), annotator: ReviewFolder.annotator)
        let writer = try #require(journal.writer)
        let note = Note(id: id, text: try folder.noteText(id))
        let events =
            spans.map {
                Event.created(SpanContent(TextSpan($0.0, $0.1), in: note.text, label: "Medication"))
            } + [.completed]
        for (index, event) in events.enumerated() {
            let event = IdentifiedEvent(id: EventID("\(id)-\(index)"), event: event)
            try writer.append([event], batch: event.id, note: id, digest: note.digest, at: 0)
        }
        writer.close()
    }

    @Test("stats prints tables with bars, one JSON object, and a page that loads nothing")
    func stats() throws {
        let folder = try folder()
        let text = try folder.run("stats", "labels.jsonl")
        #expect(text.exitCode == 0, "\(text.errors)")
        #expect(text.output.contains("Drug       2  66.7 %      1      2  ████████████████████████\n"))
        let json = try JSONValue.parse(
            Array(try folder.run("stats", "--json", "labels.jsonl").output.utf8), file: "stats")
        #expect(json["annotators"]?.arrayValue?.count == 2)
        #expect(json["labels"]?.arrayValue?.first?["spans"]?.intValue == 2)
        #expect(try folder.run("stats", "--html", "page.html", "labels.jsonl").exitCode == 0)
        let page = try folder.text("page.html")
        #expect(page.contains("<td>Drug</td><td>2</td>"))
        for outside in ["http:", "https:", "<script", "<img", "<link", "url(", "@import"] {
            #expect(!page.contains(outside), "\(outside)")
        }
    }

    @Test("split writes each note to one side, near-duplicates together, and refuses to write over anything")
    func split() throws {
        let folder = try folder()
        let run = try folder.run("split", "--dev", "0.3", "--test", "0.3", "--output", "sides", "labels.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("2 bundles that stay together, 1 near-duplicate\n"))
        let sides = try ["train", "dev", "test"].map { try folder.text("sides/\($0).jsonl") }
        #expect(sides.joined().split(separator: "\n").count == 3)
        #expect(sides.contains { $0.contains(#""id":"b""#) && $0.contains(#""id":"c""#) })
        let again = try folder.run("split", "--output", "sides", "labels.jsonl")
        #expect(again.exitCode == 1 && again.errors.contains("sides: is there already"))
    }

    @Test("assign deals notes out, once, and the same way for the same seed")
    func assign() throws {
        let folder = try folder()
        let words = ["--annotator", "ann", "--annotator", "kim", "--twice", "0.5", "--notes", folder.notes]
        let run = try CommandRun(
            ReviewFolder.program, ["assign"] + words + ["New"], in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("2 notes, 1 of them for two annotators\n"))
        let first = try folder.bytes("New/assignments.json")
        let again = try folder.run("assign", "--annotator", "ann", "--twice", "0", "New")
        #expect(again.exitCode == 1 && again.errors.contains("--replace"))
        let replaced = try folder.run(
            "assign", "--replace", "--annotator", "ann", "--annotator", "kim", "--twice", "0.5", "New")
        #expect(replaced.exitCode == 0)
        #expect(try folder.bytes("New/assignments.json") == first)
    }

    @Test(
        "an import that fails leaves nothing behind",
        arguments: [
            ("cut.jsonl", "{\"text\":\"pain\",\"spans\":[]}\n{\"text\":\"pa", "cut.jsonl:2: "),
            (
                "twice.jsonl", "{\"id\":\"a\",\"text\":\"pain\"}\n{\"id\":\"a\",\"text\":\"rash\"}\n",
                "two records of the note 'a'"
            ),
            (
                "off.jsonl", "{\"text\":\"pain\",\"spans\":[{\"start\":0,\"end\":9,\"label\":\"P\"}]}\n",
                "1 span does not fit"
            ),
            ("letter.txt", "Dear colleague", "none of the formats"),
        ])
    func nothingHalf(name: String, text: String, reason: String) throws {
        let folder = try folder()
        try folder.write(name, text)
        let before = folder.listing
        for project in ["New", folder.project] {
            let run = try folder.run("import", "--project", project, name)
            #expect(run.exitCode == 1)
            #expect(run.errors.contains(reason), "\(run.errors)")
            if project == "New" { #expect(folder.listing == before) }
        }
        #expect(!folder.listing.contains { $0.hasSuffix(".new") || $0.hasSuffix("notes/\(name)") })
        let strict = try folder.run(
            "export", "--format", "conll", "--columns", "2", "--strict", "--output", "out.conll", "labels.jsonl")
        #expect(strict.exitCode == 1 && strict.errors.contains("--strict"), "\(strict.errors)")
        #expect(!folder.listing.contains { $0.hasPrefix("out.conll") })
    }
}
