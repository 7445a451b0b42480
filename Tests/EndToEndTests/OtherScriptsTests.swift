import ClinicalText
import Interchange
import Testing

@Suite("Notes in other scripts", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct OtherScriptsTests {
    @Test("a Chinese note gets no suggestions by itself but a line that says why")
    func chinese() throws {
        let folder = try ReviewFolder(samples: ["10-chinese-admission"])
        let window = try folder.review(columns: 100, rows: 30)
        let screen = try window.wait("the reason") { $0.status.contains("unknown") }
        #expect(screen.title.contains("open"), "\(screen)")
        #expect(screen.status.contains("%"), "\(screen)")
        try window.press("S")
        try window.wait(for: "yours")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        try folder.expectSound()
    }

    @Test("a note with CRLF, emoji and odd spacing is annotated with exact offsets")
    func oddSpacing() throws {
        let note = "12-odd-spacing"
        let folder = try ReviewFolder(samples: [note])
        let window = try folder.review("--blind", columns: 100, rows: 30)
        try window.wait(for: "PASTED FROM")
        func label(_ words: String, _ keys: String...) throws {
            try window.press("/")
            try window.wait(for: "search:")
            try window.type(words)
            try window.press("Enter")
            try window.wait(for: "1 hit")
            try window.press("Escape")
            for key in keys { try window.press(key) }
            try window.wait(for: "yours")
        }
        // After emoji of one and of many code points, after CRLF and tabs, a word with a combining accent.
        try label("whole family", "v", "w", "H")
        try label("same dinner", "v", "w", "E")
        try label("ve to opioids", "N")
        try label("rebound", "S")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)

        let run = try folder.run("export", "--format", "labels", "--output", "out", folder.project)
        try #require(run.exitCode == 0, "\(run.errors)")
        let record = try #require(try LabelsJSONL.read(folder.bytes("out"), file: "out").first)
        let text = try folder.noteText(note)
        #expect(text.string.contains("\r\n") && record.text == text.string)
        #expect(record.spans.map(\.content.text) == ["whole family", "same dinner", "nai\u{308}ve", "rebound"])
        for span in record.spans { #expect(text[span.content.span] == span.content.text) }
    }
}
