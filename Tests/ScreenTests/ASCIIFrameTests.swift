import Screen
import Testing

@Suite("A frame in ASCII")
struct ASCIIFrameTests {
    private func ascii(_ text: String) -> String {
        var frame = Frame(size: ScreenSize(columns: 24, rows: 1))
        frame.draw(text, row: 0, column: 0, width: 24)
        let shown = frame.inASCII()
        var line = (0..<24).map { shown[0, $0].text }.joined()
        #expect(line.count == 24, "a cell has one character")
        while line.last == " " { line.removeLast() }
        return line
    }

    @Test(
        "shows likenesses, bare letters, and ? for the rest, cell for cell",
        arguments: [
            ("plain text", "plain text"), ("“café” – naïve…", "\"cafe\" - naive~"), ("nai\u{308}ve", "naive"),
            ("50 µg ≥ 3 °C", "50 ug > 3 oC"), ("腹痛 x", "???? x"), ("主诉：３天。", "????: 3 ??."), ("🇳🇿!", "??!"),
            ("╭─┃╯", "+-#+"),
        ])
    func likeness(text: String, shown: String) { #expect(ascii(text) == shown) }

    @Test("leaves styles and the cursor alone")
    func styles() {
        var frame = Frame(size: ScreenSize(columns: 2, rows: 1))
        frame.put("中", width: 2, row: 0, column: 0, style: Style(underline: true))
        frame.cursor = CellPosition(row: 0, column: 1)
        let shown = frame.inASCII()
        #expect(shown.cursor == frame.cursor)
        #expect(shown.cells.allSatisfy { $0.style == Style(underline: true) })
    }
}
