import Annotation
import ClinicalText
import Journal
import Testing

@Suite("The commands that train")
struct TrainingCommandTests {
    /// A folder with a tiny encoder in `tiny`.
    private func folder() throws -> ReviewFolder {
        let folder = try ReviewFolder()
        try TinyModel.write(to: "tiny", of: folder)
        return folder
    }

    /// Notes in turn with a marked complaint and with nothing marked, and a kind for each.
    private static func gold(_ range: Range<Int>) -> String {
        range.map { index in
            let (text, kind, spans) =
                index % 2 == 0
                ? ("no chest pain .", "complaint", #"{"start":3,"end":13,"label":"Sign_symptom"}"#)
                : ("takes aspirin .", "therapy", "")
            return #"{"id":"n\#(index)","text":"\#(text) \#(index)","kind":"\#(kind)","spans":[\#(spans)]}"# + "\n"
        }.joined()
    }

    private static let recipe = ["--learning-rate", "0.02", "--window", "16", "--threads", "1"]

    @Test("finetune learns spans, says what it measured, and leaves a checkpoint that predict reads")
    func spans() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<12))
        try folder.write("dev.jsonl", Self.gold(12..<16))
        let run = try folder.run(
            ["finetune", "--model", "tiny", "--data", "train.jsonl", "--dev", "dev.jsonl", "--output", "new"]
                + ["--epochs", "30"] + Self.recipe)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("finetune: 12 notes in 12 windows, 1 labels; 4 notes to measure on"))
        #expect(run.errors.contains("epoch 30/30 · loss "))
        #expect(run.errors.contains("finetune: wrote new, best F1 1.000"), "\(run.errors)")
        let read = try folder.run("predict", "--model", "new", "dev.jsonl")
        let first = try JSONValue.parse(Array(read.output.split(separator: "\n")[0].utf8), file: "output")
        #expect(first["spans"]?.arrayValue?.map { $0["text"]?.stringValue } == ["chest pain"])
    }

    @Test("finetune learns a label of whole notes as adapters, which evaluate reads with their base")
    func labels() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<12))
        try folder.write("dev.jsonl", Self.gold(12..<16))
        let run = try folder.run(
            ["finetune", "--model", "tiny", "--data", "train.jsonl", "--dev", "dev.jsonl", "--output", "new"]
                + ["--task", "labels:kind", "--lora", "2", "--epochs", "30"] + Self.recipe)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("finetune: wrote new, best accuracy 1.000"), "\(run.errors)")
        for model in ["new", "new/adapter"] {
            let judged = try folder.run("evaluate", "--model", model, "--gold", "dev.jsonl", "--label", "kind")
            #expect(judged.output.contains("strict micro F1 1.000"), "\(judged.errors)")
        }
    }

    @Test(
        "finetune stopped by Ctrl-C says how to go on, and does",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
    func interrupted() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<12))
        let arguments =
            ["finetune", "--model", "tiny", "--data", "train.jsonl", "--dev", "train.jsonl", "--output", "new"]
            + ["--epochs", "10000"] + Self.recipe
        // The shell of the window hears Ctrl-C, too.
        let window = try folder.window("trap : INT; " + ([ReviewFolder.program] + arguments).joined(separator: " "))
        try window.wait(for: "F1 1.000")
        try window.press("C-c")
        let (code, screen) = try window.waitForExit()
        #expect(code == 130)
        #expect(screen.contains("finetune: stopped; go on with --resume"), "\(screen)")
        let refused = try folder.run(arguments)
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("an interrupted run is in it; go on with --resume"))
        // No score is better than 1.
        let resumed = try folder.run(arguments + ["--resume", "--patience", "1"])
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("finetune: wrote new, best F1 1.000"))
        #expect(!folder.listing.contains("new/state"))
    }

    @Test("finetune learns from a project's decisions, and refuses a label that its schema does not have")
    func project() throws {
        let folder = try folder()
        let project = Project(folder: "\(folder.path)/\(folder.project)")
        let notes = (0..<6).map { ("note-\($0)", NoteText("severe cough . \($0)")) }
        for (id, text) in notes { try folder.write("\(folder.notes)/\(id).txt", text.string) }
        try project.create()
        try project.save(ProjectSettings(notes: ["\(folder.path)/\(folder.notes)"], createdBy: "a test"))
        func decide(_ label: String, on notes: ArraySlice<(String, NoteText)>) throws {
            let journal = try Journal.open("\(folder.path)/\(folder.journal)", annotator: "kim")
            let writer = try #require(journal.writer)
            var ids = EventIDSource(seed: UInt64(notes.startIndex))
            for (id, text) in notes {
                let span = SpanContent(TextSpan(7, 12), in: text, label: label)
                let events = [Event.created(span), .completed].map { IdentifiedEvent(id: ids.next(at: 1), event: $0) }
                try writer.append(
                    events, batch: ids.next(at: 1), note: id, digest: TextDigest(of: text.utf8), at: 1)
            }
            _ = writer.close()
        }
        func run(_ output: String) throws -> CommandRun {
            try folder.run(
                ["finetune", "--model", "tiny", "--data", folder.project, "--output", output, "--epochs", "1"]
                    + Self.recipe)
        }
        try decide("Sign_symptom", on: notes[0..<4])
        let trained = try run("new")
        #expect(trained.exitCode == 0, "\(trained.errors)")
        #expect(trained.errors.contains("finetune: 4 notes in 4 windows, 1 labels; nothing to measure on"))
        #expect(trained.errors.contains("too few notes to hold some out (fewer than 10); the last epoch is kept"))
        try decide("Invented", on: notes[4..<5])
        let refused = try run("other")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("the label 'Invented' of the note 'note-4' is not in the schema"))
    }

    @Test("finetune says of its notes what stands against them")
    func warnings() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<12))
        let rare = #"{"id":"r","text":"daily","spans":[{"start":0,"end":5,"label":"Dosage"}]}"#
        try folder.write("rare.jsonl", rare)
        func run(_ data: [String], _ dev: String) throws -> CommandRun {
            try folder.run(
                ["finetune", "--model", "tiny", "--data"] + data + ["--dev", dev, "--output", "new", "--epochs", "1"]
                    + Self.recipe)
        }
        try folder.write("copy.jsonl", Self.gold(3..<4))
        let twice = try run(["train.jsonl", "copy.jsonl"], "train.jsonl")
        #expect(twice.exitCode == 1)
        #expect(twice.errors.contains("copy.jsonl:1: the note 'n3' is in train.jsonl:4, too"), "\(twice.errors)")
        let told = try run(["train.jsonl", "rare.jsonl"], "copy.jsonl")
        #expect(told.exitCode == 0, "\(told.errors)")
        #expect(told.errors.contains("the label 'Dosage' is there only once"))
        #expect(told.errors.contains("1 of the 1 notes to measure on have a text that is learned from, too"))
    }

    @Test("pretrain measures before and after, and leaves what finetune starts from")
    func pretrain() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<12))
        try folder.write("dev.jsonl", Self.gold(12..<16))
        let run = try folder.run(
            ["pretrain", "--model", "tiny", "--data", "train.jsonl", "--dev", "dev.jsonl", "--output", "read"]
                + ["--epochs", "10"] + Self.recipe)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("pretrain: 12 notes in 12 windows; 4 notes in 4 windows to measure on"))
        #expect(run.errors.contains("it starts with a new one"))
        let figures = run.errors.split(separator: "\n").filter { $0.contains("perplexity ") }
        let values = figures.compactMap { line in
            line.split(separator: " ").drop { $0 != "perplexity" }.dropFirst().first
                .flatMap { Double($0.filter { $0 != "," }) }
        }
        let (before, after) = (try #require(values.first), try #require(values.min()))
        #expect(after < before / 2, "\(run.errors)")
        let tuned = try folder.run(
            ["finetune", "--model", "read", "--data", "train.jsonl", "--output", "new", "--epochs", "1"] + Self.recipe)
        #expect(tuned.exitCode == 0, "\(tuned.errors)")
    }

    @Test("bench learning prints F1 for each number of notes and order, and draws it")
    func curve() throws {
        let folder = try folder()
        try folder.write("train.jsonl", Self.gold(0..<8))
        try folder.write("dev.jsonl", Self.gold(12..<16))
        let run = try folder.run(
            "bench", "learning", "--model", "tiny", "--data", "train.jsonl", "--dev", "dev.jsonl", "--sizes", "4", "8",
            "--epochs", "1", "--effort-notes", "0", "--svg", "curve.svg", "--threads", "1")
        #expect(run.exitCode == 0, "\(run.errors)")
        let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows[0].first == "notes")
        #expect(rows[1].first == "4" && rows[2].first == "8")
        // All notes are the same notes in any order.
        #expect(rows[2][1] == rows[2][3])
        #expect(try folder.text("curve.svg").hasPrefix("<svg "))
    }
}
