import ClinicalText
import Testing

@Suite("Bad input on the command line")
struct BadInputTests {
    private static let model = "\(ReviewFolder.root)/Samples/Models/clinical-mini"

    /// Runs a command that must fail with 1, say where and what, and write nothing.
    private func expectRefusal(
        _ arguments: [String], in folder: ReviewFolder, says words: String...,
        at place: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let before = folder.listing
        let run = try CommandRun(ReviewFolder.program, arguments, in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 1, "\(run.errors)", sourceLocation: place)
        #expect(run.output.isEmpty, sourceLocation: place)
        for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: place) }
        #expect(run.errors.hasPrefix("chartmark: "), "\(run.errors)", sourceLocation: place)
        #expect(folder.listing == before, sourceLocation: place)
    }

    /// What both `review` and `predict` refuse before they do anything.
    private func expectRefusal(of notes: String, in folder: ReviewFolder, says words: String) throws {
        try expectRefusal(folder.reviewArguments(notes: notes), in: folder, says: words)
        try expectRefusal(["predict", notes], in: folder, says: words)
    }

    @Test("notes: not UTF-8, empty, no such file, no text, one id twice")
    func notes() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        try folder.write("latin.txt", Array("caf".utf8) + [0xE9] + Array(" au lait".utf8))
        try expectRefusal(of: "latin.txt", in: folder, says: "latin.txt, byte 3: ")
        try folder.write("Notes/b.txt", "")
        try expectRefusal(of: "Notes", in: folder, says: "Notes/b.txt: the note is empty")
        try expectRefusal(of: "gone", in: folder, says: "gone: no such file")
        try folder.write("twice.jsonl", "{\"id\":\"n\",\"text\":\"a\"}\n{\"id\":\"n\",\"text\":\"b\"}\n")
        try expectRefusal(
            of: "twice.jsonl", in: folder,
            says: "twice.jsonl:2: the id 'n' was already given to the note of twice.jsonl:1")
        try folder.write("broken.jsonl", "{\"text\":\"a\"}\n{\"text\":\n")
        try expectRefusal(of: "broken.jsonl", in: folder, says: "broken.jsonl:2: ")
        try folder.write("textless.jsonl", "{\"text\":\"a\"}\n{\"id\":\"b\"}\n")
        try expectRefusal(of: "textless.jsonl", in: folder, says: "textless.jsonl:2: ")
    }

    @Test("spans of a note that do not fit its text, all of them listed")
    func misfits() throws {
        let folder = try ReviewFolder()
        try folder.write(
            "in.jsonl",
            #"""
            {"id":"n0","text":"Fine."}
            {"id":"n1","text":"Denies chest pain.","spans":[{"start":8,"end":18,"text":"chest pain","label":"S"},{"start":0,"end":6,"label":"S"},{"start":-3,"end":99999999999,"label":"S"}]}
            """#)
        try expectRefusal(
            folder.reviewArguments(notes: "in.jsonl"), in: folder, says: "in.jsonl:2: ", "'n1'", "2 of 3 spans",
            "[8, 18) has other words in the note", "[-3, 99999999999) of 18")
    }

    @Test("models: none there, weights cut off or lying, a configuration that does not fit, no [UNK]")
    func models() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        try expectRefusal(folder.reviewArguments(["--model", "gone"]), in: folder, says: "gone: no such model folder")
        try expectRefusal(["predict", "--model", "gone", "Notes"], in: folder, says: "gone: no such model folder")

        let weights = try Array(NoteReader.bytes(of: "\(Self.model)/model.safetensors").prefix(100_000))
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
            try folder.write("home/\(name)", NoteReader.bytes(of: "\(Self.model)/\(name)"))
        }
        let predict = ["predict", "--model", "home", "Notes"]
        try folder.write("home/model.safetensors", weights)
        try expectRefusal(predict, in: folder, says: "home/model.safetensors, byte ")
        try folder.write("home/model.safetensors", [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0] + Array("{}".utf8))
        try expectRefusal(predict, in: folder, says: "home/model.safetensors, byte 0: the header")

        try folder.linkWeights(of: Self.model, into: "home")
        let configuration = try folder.text("home/config.json")
        try folder.write(
            "home/config.json",
            configuration.replacing("\"intermediate_size\":1536", with: "\"intermediate_size\":1537"))
        try expectRefusal(predict, in: folder, says: "home/model.safetensors", "1537")
        try folder.write("home/config.json", configuration)
        try folder.write("home/vocab.txt", "[PAD]\n[CLS]\n[SEP]\nthe\n")
        try folder.remove("home/tokenizer.json")
        try expectRefusal(predict, in: folder, says: "home/vocab.txt: ", "[UNK]")
        try folder.remove("home/config.json")
        try expectRefusal(predict, in: folder, says: "home/config.json: no such file")
    }

    @Test(
        "a note that changed since it was annotated",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
    func changedNote() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        let window = try folder.review("--blind")
        try window.wait(for: "“Denies”")
        try window.press("S")
        try window.wait(for: "yours")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let journal = try folder.bytes(folder.journal)
        try folder.write("Notes/a.txt", "Denies any pain.")

        let again = try folder.review("--blind", columns: 200)
        let (code, screen) = try again.waitForExit()
        #expect(code == 1)
        #expect(screen.contains("\(folder.journal):1: ") && screen.contains("changed"), "\(screen)")
        let check = try folder.run("check", folder.project)
        #expect(check.exitCode == 1)
        #expect(check.output.contains("\(folder.journal):1: the note 'a' changed since it was annotated"))
        try expectRefusal(
            ["export", "--format", "labels", "--output", "out", folder.project], in: folder,
            says: "\(folder.journal):1: ", "changed")
        #expect(try folder.bytes(folder.journal) == journal)
    }

    @Test(
        "a folder that cannot be written, which nothing on the screen hides",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
    func unwritable() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        // Not even root may make a folder in /proc.
        let command = [ReviewFolder.program, "review", "--annotator", "kim", "--project", "/proc/chartmark", "Notes"]
        let window = try folder.window("TERM=tmux-256color " + command.joined(separator: " "), columns: 120)
        let (code, screen) = try window.waitForExit()
        #expect(code == 1)
        #expect(screen.contains("/proc/chartmark: cannot be written"), "\(screen)")
        #expect(screen.contains("--project"), "\(screen)")
    }

    @Test("standard input that is no terminal, an annotator that cannot name a file, a project that is none")
    func circumstances() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        try expectRefusal(folder.reviewArguments(), in: folder, says: "standard input is not a terminal")
        try expectRefusal(
            ["review", "--annotator", "../kim", "--project", "P", "Notes"], in: folder, says: "--annotator: '../kim'")
        try expectRefusal(
            ["review", "--annotator", "kim", "--project", "P", "-"], in: folder, says: "standard input")
        try expectRefusal(
            ["export", "--format", "labels", "--output", "out", "Notes"], in: folder, says: "Notes: is no project")
        try expectRefusal(["check", "gone"], in: folder, says: "gone: no such project or file")
    }

    @Test(
        "wrong usage exits with 2 and shows the right one",
        arguments: [
            ["review"], ["review", "--bogus", "Notes"], ["review", "--accept-existing", "--readonly", "Notes"],
            ["frobnicate"], ["predict", "--threads", "0", "Notes"],
            ["predict", "--threads", "99999999999999999", "Notes"], ["bench", "notes", "--limit=-1", "Notes"],
            ["bench", "ui", "--keys=-1"],
            ["finetune", "--model", "M", "--data", "D", "--output", "o", "--task", "labels:x", "--hide-words", "0.1"],
            ["export", "--format", "xml", "--output", "o", "P"],
            ["export", "--format", "brat", "--output", "-", "P"], ["evaluate"],
        ])
    func usage(_ arguments: [String]) throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        let before = folder.listing
        let run = try CommandRun(ReviewFolder.program, arguments, in: folder.path, environment: folder.environment)
        #expect(run.exitCode == 2)
        #expect(run.errors.contains("Usage: chartmark"), "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(folder.listing == before)
    }
}
