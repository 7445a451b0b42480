import FoundationEssentials
import Glibc
import Testing

@Suite("The mouse in a terminal", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct MouseTests {
    private static let notes = [
        "a": "Chest pain since Monday.\n\nGiven furosemide 40 mg IV today.\n"
            + (1...40).map { "Row \($0) of the chart.\n" }.joined()
    ]

    /// Where some words are on the screen, from 1, as reports count.
    private func place(of words: String, on screen: ScreenText) throws -> (column: Int, row: Int) {
        let row = try #require(screen.lines.firstIndex { $0.contains(words) }, "\(screen)")
        let line = screen.lines[row]
        let start = try #require(line.ranges(of: words).first?.lowerBound)
        return (line.distance(from: line.startIndex, to: start) + 1, row + 1)
    }

    @Test("clicks, drags and scrolls in SGR reports, and is turned off on leaving")
    func clickDragScroll() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        let screen = try window.wait(for: "furosemide")
        try window.wait("the mouse to be asked for") { _ in try window.mouseIsOn }
        let drug = try place(of: "furosemide", on: screen)
        let unit = try place(of: "mg", on: screen)
        try window.send("\u{1B}[<0;\(drug.column);\(drug.row)M")
        try window.wait("the cursor on the drug") { $0.span.contains("“furosemide”") }
        try window.send("\u{1B}[<32;\(unit.column);\(unit.row)M\u{1B}[<0;\(unit.column);\(unit.row)m")
        try window.wait("a selection") { $0.span.contains("selecting “furosemide 40 mg”") }
        try window.press("M")
        try window.wait("a span") { $0.span.contains("Medication") && $0.span.contains("yours") }
        try window.send(String(repeating: "\u{1B}[<65;5;5M", count: 8))
        let below = try window.wait("the end of the note") { $0.contains("Row 40 ") }
        #expect(!below.contains("Chest pain"))
        try window.send("\u{1B}[<64;5;5M\u{1B}[<64;5;5M")
        try window.wait("a way back up") { !$0.contains("Row 40 ") }
        // The mouse is the terminal's on :mouse, and ours again.
        try window.type(":mouse")
        try window.press("Enter")
        try window.wait("the mouse to be given away") { try $0.contains(":mouse takes it back") && !window.mouseIsOn }
        try window.type(":mouse")
        try window.press("Enter")
        try window.wait("the mouse to be taken back") { try $0.contains("with Shift") && window.mouseIsOn }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try !window.mouseIsOn)
        #expect(try folder.text(folder.journal).contains(#""text":"furosemide 40 mg""#))
        try folder.expectSound()
    }

    @Test("is left to the terminal with --no-mouse")
    func noMouse() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind", "--no-mouse")
        try window.wait(for: "furosemide")
        #expect(try !window.mouseIsOn)
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
    }

    @Test(
        "is turned off by a signal, by a crash and while the program is stopped", arguments: [SIGTERM, SIGHUP, SIGSEGV])
    func signals(signal: Int32) throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        try window.wait(for: "furosemide")
        try window.wait("the mouse to be asked for") { _ in try window.mouseIsOn }
        try window.press("S")
        try window.wait("the decision to be saved") { $0.contains("yours") && $0.contains("  saved") }
        let process = try #require(folder.holder)
        kill(process, SIGSTOP)
        kill(process, signal)
        kill(process, SIGCONT)
        _ = try window.waitForExit()
        #expect(try !window.mouseIsOn)
        #expect(try folder.text(folder.journal).contains(#""text":"Chest""#))
    }
}
