import FoundationEssentials
import Glibc
import Testing

@Suite("Signals and pasting", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct SignalTests {
    private static let notes = ["a": "Chest pain since Monday.", "b": "No complaints."]

    @Test("asked to leave, it saves, gives the terminal back and says what was saved", arguments: [SIGTERM, SIGHUP])
    func terminated(signal: Int32) throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        try window.wait(for: "Chest pain since Monday.")
        try window.press("S")
        try window.wait(for: "yours")
        kill(try #require(folder.holder), signal)
        let (code, screen) = try window.waitForExit()
        #expect(code == 0, "\(screen)")
        #expect(screen.contains("1 decision saved in"), "\(screen)")
        #expect(!screen.title.hasPrefix(" a 1/2"), "the screen it came from is back\n\(screen)")
        try folder.expectSound()
        let again = try folder.review("--blind")
        try again.wait("the decision") { $0.span.contains("yours") }
        try again.press("q")
        #expect(try again.waitForExit().code == 0)
    }

    /// Keys that arrive in one piece, as from a connection that hung.
    private func sendAtOnce(_ keys: String, to window: TerminalWindow, of folder: ReviewFolder) throws {
        try window.wait("the journal to be held") { _ in folder.holder != nil }
        let process = try #require(folder.holder)
        kill(process, SIGSTOP)
        try window.send(keys)
        // What tmux answers after it, it has written them before.
        _ = try window.screen()
        kill(process, SIGCONT)
    }

    @Test("keys typed ahead of leaving decide nothing any more")
    func typedAhead() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        try window.wait(for: "Chest pain since Monday.")
        try window.press("S")
        try window.wait(for: "yours")
        try sendAtOnce("qdu.", to: window, of: folder)
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal).split(separator: "\n").count == 1)
    }

    @Test("Enter that was pressed before a note was drawn does not complete it")
    func pressedTooEarly() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        try window.wait(for: "Chest pain since Monday.")
        try sendAtOnce("\r\r", to: window, of: folder)
        let screen = try window.wait(for: "pressed before this note was on the screen")
        #expect(screen.title.hasPrefix(" b 2/2"), "\(screen)")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal).split(separator: "\n").count == 1)
    }

    @Test("stopped from outside and continued, it draws itself again and takes keys")
    func stopped() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.window("PS1='shell> ' /bin/sh -i")
        try window.wait(for: "shell>")
        try window.type(folder.command(["--blind"]))
        try window.press("Enter")
        try window.wait(for: "Chest pain since Monday.")
        try window.wait("the journal to be held") { _ in folder.holder != nil }
        kill(try #require(folder.holder), SIGTSTP)
        let away = try window.wait("the shell") { $0.contains("Stopped") }
        #expect(try !window.mouseIsOn, "\(away)")
        // While it was away the window became another.
        try window.resize(columns: 120, rows: 40)
        try window.type("fg")
        try window.press("Enter")
        try window.wait("the note at the new size") {
            $0.title.hasPrefix(" a 1/2") && $0.lines.count == 40 && $0.contains("Diagnostic_procedure")
        }
        #expect(try window.mouseIsOn)
        try window.press("w")
        try window.wait("a key to work") { $0.span.contains("“pain”") }
        try window.press("q")
        try window.wait(for: "shell>")
    }

    @Test("a bracketed paste is text in a line and nothing at all elsewhere")
    func paste() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        try window.wait(for: "Chest pain since Monday.")
        try window.send("\u{1B}[200~Sq\raxD\u{1B}[201~")
        let screen = try window.wait(for: "pasted text has no place here")
        #expect(screen.title.contains("open"), "\(screen)")
        try window.press("m")
        try window.wait(for: "comment on the note:")
        try window.send("\u{1B}[200~seen by\rDr 王 👩\u{200D}⚕\u{FE0F}\u{1B}[201~")
        try window.wait(for: "seen by Dr 王")
        try window.press("Enter")
        try window.wait(for: "comment written")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let journal = try folder.text(folder.journal)
        #expect(journal.contains(#""text":"seen by Dr 王 👩"# + "\u{200D}⚕\u{FE0F}\""), "\(journal)")
        #expect(!journal.contains("created"))
    }
}
