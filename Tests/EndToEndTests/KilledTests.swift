import Glibc
import Testing

@Suite("A session that is killed", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct KilledTests {
    /// Short, so that suggestions are quick; the second shows that review resumes at the first.
    private static let notes = [
        "a": """
        Chest pain and shortness of breath since Monday. Troponin 0.04 ng/mL, ECG normal.
        Started aspirin 81 mg daily and metoprolol 25 mg twice daily. Denies fever.
        """,
        "b": "No complaints today.",
    ]

    private func open(_ folder: ReviewFolder) throws -> (window: TerminalWindow, screen: ScreenText) {
        let window = try folder.review(columns: 100, rows: 30)
        let screen = try window.wait("suggestions") {
            ($0.title.contains("undecided") || $0.title.contains("open")) && !$0.title.contains("loading")
                && $0.title.contains("clinical-mini") && !$0.title.contains("coming")
        }
        return (window, screen)
    }

    @Test("has every decision that was shown when it is started again, and undoes it")
    func everyDecision() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        var (window, screen) = try open(folder)
        let offered = try #require(screen.undecided)
        try #require(offered >= 6, "the model offers too little to go on with: \(screen)")

        func killAndRestart(expecting left: Int) throws {
            try folder.kill(window)
            try folder.expectSound()
            (window, screen) = try open(folder)
            #expect(screen.title.hasPrefix(" a "), "resumes at the first note that is not complete\n\(screen)")
            #expect(screen.undecided == left, "\(screen)")
        }

        // After an accept.
        try window.press("a")
        try window.wait("accepted") { $0.undecided == offered - 1 }
        try killAndRestart(expecting: offered - 1)

        // After accepting with another label: two events in one batch.
        try window.press("n")
        try window.wait("the next suggestion") { $0.span.contains("undecided") }
        try window.press("F")
        try window.wait("relabelled") { $0.undecided == offered - 2 && $0.status.contains("Frequency “") }
        try killAndRestart(expecting: offered - 2)

        // The key of the last session is undone, and both of its events go together.
        try window.press("u")
        try window.wait("undone") { $0.undecided == offered - 1 && $0.status.contains("undid: accepted") }
        try killAndRestart(expecting: offered - 1)
        try window.press("C-r")
        try window.wait("redone") { $0.undecided == offered - 2 && $0.status.contains("redid: accepted") }

        // After everything at once.
        try window.press("+")
        try window.wait("all accepted") { $0.undecided == 0 && $0.status.contains("accepted \(offered - 2)") }
        try killAndRestart(expecting: 0)
        try window.press("u")
        try window.wait("all open again") { $0.undecided == offered - 2 }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        try folder.expectSound()
    }

    @Test("loses nothing that a burst of keys had put on the screen, saved or not")
    func burst() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        var (window, screen) = try open(folder)
        let offered = try #require(screen.undecided)
        try window.type(String(repeating: "ax", count: offered / 2))
        let shown = try window.wait("a first decision") { $0.undecided.map { $0 < offered } ?? false }
        try folder.kill(window)
        try folder.expectSound()
        (window, screen) = try open(folder)
        let left = try #require(screen.undecided)
        #expect(left <= shown.undecided ?? 0, "more is undecided than before\n\(shown)\n\(screen)")
        try window.press("u")
        try window.wait("the last one back") { $0.undecided == left + 1 }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
    }

    @Test("goes on at the next note when it is killed after completing one")
    func completed() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        var (window, _) = try open(folder)
        try window.press("Enter")
        try window.wait(for: "x reject all")
        try window.press("x")
        try window.wait("the next note") { $0.title.hasPrefix(" b ") }
        try folder.kill(window)
        (window, _) = try open(folder)
        try window.press("o")
        let screen = try window.wait(for: "1 of 2 finished")
        #expect(screen.lines.contains { $0.contains("✓ a ") }, "\(screen)")
        #expect(screen.title.hasPrefix(" b "), "\(screen)")
        try window.press("Escape")
        try window.wait(for: "A–Z label")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
    }
}
