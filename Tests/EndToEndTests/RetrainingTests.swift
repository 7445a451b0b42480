import FoundationEssentials
import Testing

@Suite("Learning in a terminal", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct RetrainingTests {
    @Test("an adapter is trained, adopted, there after a restart, and taken back; every decision stays")
    func adapter() throws {
        let sentences = [
            "Denies chest pain.", "Given aspirin 81 mg daily.", "Severe headache since Monday.", "No fever or cough.",
            "Started on metoprolol.", "Complains of nausea.",
        ]
        let notes = Dictionary(uniqueKeysWithValues: sentences.enumerated().map { ("\($0 + 1)", $1) })
        let folder = try ReviewFolder(notes: notes)
        let window = try folder.review()
        for number in 1...5 {
            try window.wait("note \(number) with suggestions") {
                $0.contains(" \(number)/6 ") && $0.contains("undecided ") && $0.contains("@")
            }
            try window.press("Enter", "a")
            try window.wait(for: "\(number): complete")
        }
        let before = try folder.text(folder.journal)
        try window.press("r")
        try window.wait(for: "adapter of 5 notes: F1 ")
        try window.wait(for: "too few to tell")
        try window.press("a")
        try window.wait(for: "a does nothing here")
        // Who only looks on leaves what was trained where it is.
        let onlooker = try folder.review()
        try onlooker.wait(for: "read-only")
        try onlooker.press("q")
        #expect(try onlooker.waitForExit().code == 0)
        try window.press("y")
        try window.wait(for: "suggestions come from kim-1 now")
        try window.wait(for: "kim-1@")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal) == before)

        let version = "\(folder.path)/\(folder.project)/adapters/kim-1"
        try FileManager.default.moveItem(atPath: version, toPath: "\(version).away")
        let without = try folder.review()
        try without.wait(for: "the adapter kim-1 is left out: its folder")
        try without.press("q")
        #expect(try without.waitForExit().code == 0)
        try FileManager.default.moveItem(atPath: "\(version).away", toPath: version)

        // The model that it changes may stand elsewhere by now: it is told by its weights.
        let configuration = "\(folder.project)/adapters/kim-1/adapter_config.json"
        let stated = try folder.text(configuration)
        let moved = stated.replacing("Samples", with: "Gone")
        #expect(moved != stated)
        try folder.write(configuration, moved)
        let again = try folder.review("--order", "uncertain")
        try again.wait(for: "kim-1@")
        try again.wait("suggestions of the adapter") { $0.contains("Complains of") && $0.contains(" undecided ") }
        try again.press("a")
        try again.wait("the decision") { $0.contains("accepted") || $0.contains("u undo") }
        try again.type(":take back")
        try again.press("Enter")
        try again.wait(for: "suggestions come from the model as it is")
        try again.wait(for: "clinical-mini@")
        try again.press("q")
        #expect(try again.waitForExit().code == 0)
        let journal = try folder.text(folder.journal)
        #expect(journal.hasPrefix(before))
        #expect(journal.dropFirst(before.count).contains(#""model":"kim-1@"#))
        #expect(try folder.text("\(folder.project)/adapters/kim.json") == "{\"adopted\":[]}\n")
        #expect(folder.listing.contains("\(folder.project)/adapters/kim-1/adapter_model.safetensors"))
        try folder.expectSound()
    }

    @Test("what a model made of text in its case is kept apart from what it made of it without")
    func cased() throws {
        let folder = try ReviewFolder(notes: ["a": "denies chest pain."])
        func open(_ options: String..., knowing known: Int) throws {
            let window = try folder.window(folder.command(["--order", "uncertain"] + options))
            try window.wait(for: "\(known) of 1 notes are in the suggestion cache")
            try window.wait("suggestions") { $0.contains("undecided ") && $0.contains("@") }
            try window.press("q")
            #expect(try window.waitForExit().code == 0)
        }
        try open("--cased", knowing: 0)
        try open(knowing: 0)
        try open("--cased", knowing: 1)
        try open(knowing: 1)
    }

    @Test("fewer than five complete notes are refused in words")
    func tooFew() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies chest pain."])
        let window = try folder.review()
        try window.wait(for: "clinical-mini@")
        try window.press("r")
        try window.wait(for: "training needs 5 complete notes of different patients; there are 0")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(!folder.listing.contains("\(folder.project)/adapters"))
    }
}
