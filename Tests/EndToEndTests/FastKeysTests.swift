import Annotation
import Interchange
import Testing

@Suite("Fast keys", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct FastKeysTests {
    private static let notes = [
        "a": "Cough since Monday, dry cough at night.", "b": "No cough.", "c": "Coughing? COUGH and fever.",
    ]

    @Test("a keys.toml of the project and one's own are read, the latter over the former; a bad line is refused")
    func keyFiles() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        try folder.write("\(folder.project)/keys.toml", "[note]\nhelp = \"F1\"\nskip = \"y\"\n")
        let window = try folder.review("--blind")
        try window.wait("the key of help") { $0.lines.last?.hasSuffix("F1 help") == true }
        try window.press("y")
        try window.wait("the next note") { $0.title.hasPrefix(" b 2/3") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)

        let shown = try folder.run("keys", "--with", "\(folder.project)/keys.toml")
        #expect(shown.exitCode == 0 && shown.output.contains("  y                 Leave the note out and go on."))
        try folder.write("\(folder.project)/keys.toml", "[note]\n# twice\nskip = \"a\"\n")
        let refused = try folder.run("keys", "--with", "\(folder.project)/keys.toml")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("Project/keys.toml:3: a is both accept and skip in [note]"))
        let session = try folder.review("--blind")
        let exit = try session.waitForExit()
        #expect(exit.code == 1 && exit.screen.contains("Project/keys.toml:3: a is both"))
    }

    @Test("& marks in notes that are not open, u after a restart takes it back in all of them")
    func everywhere() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        var window = try folder.review("--blind")
        try window.wait("the first note") { $0.title.hasPrefix(" a 1/3") && $0.status.contains("saved") }
        try window.press("S", "&")
        try window.wait("the preview") { $0.status.contains("3 more “Cough” in 3 notes") && $0.contains("b  ") }
        try window.press("Enter")
        try window.wait("the marks") { $0.status.contains("3 marked in 3 notes") && $0.status.contains("saved") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try spans(folder) == ["a": 2, "b": 1, "c": 1])
        try folder.expectSound()

        window = try folder.review("--blind")
        try window.wait("the first note") { $0.title.hasPrefix(" a 1/3") && $0.status.contains("saved") }
        try window.press("u")
        try window.wait("the undo") { $0.status.contains("and in 2 other notes") && $0.status.contains("saved") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try spans(folder)["a"] == 1)
        #expect(try spans(folder).values.reduce(0, +) == 1)
        try folder.expectSound()
    }

    /// How many spans each note's record has.
    private func spans(_ folder: ReviewFolder) throws -> [String: Int] {
        let records = try LabelsJSONL.read(folder.bytes("\(folder.project)/labels.jsonl"), file: "labels.jsonl")
        return Dictionary(records.map { ($0.id, $0.spans.count) }, uniquingKeysWith: +)
    }

    @Test("f and two letters jump; a part and a cut are kept in the labels")
    func partsAndHints() throws {
        let folder = try ReviewFolder(notes: ["n": "Pain in left arm and hand today."])
        let window = try folder.review("--blind")
        try window.wait("the note") { $0.status.contains("saved") && $0.span.contains("“Pain”") }
        try window.press("f", "a", "d")
        try window.wait("the jump") { $0.span.contains("“left”") }
        try window.press("v", "l", "B")
        try window.wait("the span") { $0.span.contains("“left arm”") }
        try window.press(";")
        try window.wait(for: "part of Biological_structure")
        try window.press("f", "a", "h", ";")
        try window.wait("the part") { $0.status.contains("“left arm … hand”") && $0.status.contains("saved") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let record = try #require(
            try LabelsJSONL.read(folder.bytes("\(folder.project)/labels.jsonl"), file: "labels.jsonl").first)
        #expect(record.spans.map(\.content.fragments?.count) == [2])
        try folder.expectSound()
    }

    @Test("the model says why, beside the interface; a filter and the order by uncertainty know its scores")
    func model() throws {
        let folder = try ReviewFolder(notes: [
            "a": "Denies chest pain. Given aspirin 75 mg daily.", "b": "Fever and cough since Monday.",
        ])
        var window = try folder.review("--order", "uncertain", columns: 120, rows: 40)
        try window.wait(for: "by uncertainty: 0 of 2 notes are in the suggestion cache")
        try window.wait("suggestions") { ($0.undecided ?? 0) > 0 }
        try window.press("n", "e")
        try window.wait("the words that pushed") { $0.contains("occlusion") && !$0.contains("asking the model") }
        try window.press("Escape")
        try window.wait("the note") { !$0.contains("occlusion") }
        try window.press("\\")
        try window.wait(for: "filter (")
        try window.type("score:>0")
        try window.press("Enter")
        try window.wait("the filter") { $0.status.contains("filter score:>0 ") && $0.status.contains(" fit; ") }
        try window.press("o")
        try window.wait(for: "of 2 finished")
        try window.type("b")
        try window.press("Enter")
        try window.wait("suggestions for the other note") { $0.title.hasPrefix(" b ") && ($0.undecided ?? 0) > 0 }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)

        window = try folder.review("--order", "uncertain", columns: 120, rows: 40)
        try window.wait(for: "by uncertainty: 2 of 2 notes are in the suggestion cache")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let alone = try folder.run("review", "--order", "disagreement", "--project", folder.project, folder.notes)
        #expect(alone.exitCode == 1 && alone.errors.contains("needs two models that mark spans, and there are 1"))
    }

    @Test("what was marked in all notes is taken back in all of them after a restart, of which most are not open then")
    func undoAcrossRestart() throws {
        let notes = (0..<1_001).map { "{\"id\":\"n\($0)\",\"text\":\"A cough, then a cough, day \($0).\"}\n" }.joined()
        let folder = try ReviewFolder()
        try folder.write("notes.jsonl", notes)
        let first = try folder.review("--blind", notes: "notes.jsonl")
        try first.wait(for: "a cough, day 0.")
        try first.press("w", "S", "&")
        try first.wait(for: "2001 more “cough” in 1001 notes")
        try first.press("Enter")
        try first.wait(for: "2001 marked in 1001 notes")
        try first.press("q")
        #expect(try first.waitForExit().code == 0)
        let again = try folder.review("--blind", notes: "notes.jsonl")
        try again.wait(for: "a cough, day 0.")
        try again.press("u")
        try again.wait(for: "that were not open")
        try again.press("q")
        #expect(try again.waitForExit().code == 0)
        let undone = try folder.text(folder.journal).split(separator: "\n").count { $0.contains("\"undone\"") }
        #expect(undone == 1_001)
        #expect(try spans(folder).values.reduce(0, +) == 1)
        try folder.expectSound()
    }
}
