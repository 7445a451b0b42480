import FoundationEssentials
import Testing

/// The session that Documentation/Reviewing.md shows, held and written down by the program itself.
@Suite("The session in the documentation", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct RecordedSessionTests {
    /// Suggestions as a model would make them, two of them wrong; stored, so that they are the same on every machine.
    private static let record = #"""
        {"id":"visit-0412","text":"CC: chest pain since this morning.\nHPI: 54M with hypertension on lisinopril. Denies fever or cough.\nNo known drug allergies.\nPlan: troponin, ECG, aspirin.\n","model":"clinical-mini@6ab99b6ad153","spans":[{"start":4,"end":14,"text":"chest pain","label":"Sign_symptom","score":0.97},{"start":49,"end":61,"text":"hypertension","label":"Disease_disorder","score":0.94},{"start":65,"end":75,"text":"lisinopril","label":"Medication","score":0.98},{"start":84,"end":89,"text":"fever","label":"Sign_symptom","score":0.96},{"start":93,"end":98,"text":"cough","label":"Sign_symptom","score":0.95},{"start":109,"end":113,"text":"drug","label":"Medication","score":0.52},{"start":131,"end":139,"text":"troponin","label":"Diagnostic_procedure","score":0.91},{"start":141,"end":144,"text":"ECG","label":"Lab_value","score":0.58},{"start":146,"end":153,"text":"aspirin","label":"Medication","score":0.99}]}

        """#

    /// What is pressed, as the page says it, and how the screen is known to have taken it.
    private static let steps: [(words: String, keys: [String], seen: String)] = [
        ("The note is opened; the cursor is on the first suggestion.", [], "9 undecided"),
        ("`a` accepts, five times.", ["a", "a", "a", "a", "a"], "4 undecided"),
        ("`x` rejects: an allergy is no medication.", ["x"], "3 undecided"),
        ("`a` accepts the test, `P` says that the next one is a procedure, too.", ["a", "P"], "1 undecided"),
        ("`u` takes back, `P` says it again.", ["u", "P"], "1 undecided"),
        ("Enter asks about what is undecided.", ["Enter"], "a accept all"),
        ("`a` accepts it, and the note is complete.", ["a"], "every note is complete"),
    ]

    /// The step that the README shows.
    private static let pictured = "4 undecided"

    @Test("is what happens when these keys are pressed")
    func session() throws {
        let folder = try ReviewFolder()
        try folder.write("visit.jsonl", Self.record)
        let window = try folder.review(columns: 80, rows: 12, notes: "visit.jsonl")
        var recorded = ""
        var picture = ""
        for step in Self.steps {
            for key in step.keys { try window.press(key) }
            let screen = try window.wait(step.words) {
                $0.contains(step.seen) && $0.contains("saved") && $0.title.contains("clinical-mini@")
            }
            let lines = screen.lines.map { $0.reversed().drop { $0 == " " }.reversed() }.map { String($0) }
            if step.seen == Self.pictured { picture = ScreenPicture(try window.styledScreen(), columns: 80).svg }
            recorded += "\(step.words)\n\n```text\n\(lines.joined(separator: "\n"))\n```\n\n"
        }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        try folder.expectSound()

        let page = "\(ReviewFolder.root)/Documentation/Reviewing.md"
        let pictureFile = "\(ReviewFolder.root)/Documentation/session.svg"
        var text = try String(contentsOfFile: page, encoding: .utf8)
        let start = try #require(text.firstRange(of: "<!-- session -->\n")?.upperBound)
        let end = try #require(text.firstRange(of: "<!-- /session -->")?.lowerBound)
        if ProcessInfo.processInfo.environment["CHARTMARK_RECORD"] == "1" {
            text.replaceSubrange(start..<end, with: recorded)
            try text.write(toFile: page, atomically: true, encoding: .utf8)
            try picture.write(toFile: pictureFile, atomically: true, encoding: .utf8)
            return
        }
        #expect(try String(contentsOfFile: pictureFile, encoding: .utf8) == picture, "CHARTMARK_RECORD=1 draws it anew")
        #expect(String(text[start..<end]) == recorded, "CHARTMARK_RECORD=1 writes it anew")
    }
}
