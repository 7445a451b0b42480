import Screen
import Testing

@Suite("Cell widths")
struct CellWidthTests {
    @Test(
        "graphemes take the cells that terminals give them",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("µ", 1), ("°", 1), ("→", 1), ("β", 1), ("–", 1), ("½", 1), ("©", 1),
            ("中", 2), ("，", 2), ("Ａ", 2), ("ｱ", 1), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("\u{3000}", 2),
            ("😣", 2), ("👍🏾", 2), ("👨‍👩‍👧‍👦", 2), ("🇳🇿", 2), ("\u{1F1F3}", 1), ("❤", 1), ("❤\u{FE0F}", 2), ("✔\u{FE0F}", 2),
            ("1\u{FE0F}\u{20E3}", 2), ("☝🏽", 2), ("🤷🏽‍♀️", 2), ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 2), ("\u{20000}", 2), ("\u{301}", 0), ("\u{200B}", 0),
            ("\u{1B}", 0),
            ("\u{AD}", 0), ("\n", 0),
            // Devanagari ki, kṣi, a nasal; Thai sara am; Bengali ko.
            ("\u{915}\u{93F}", 2), ("\u{915}\u{94D}\u{937}\u{93F}", 3), ("\u{939}\u{902}", 1),
            ("\u{E19}\u{E49}\u{E33}", 2),
            ("\u{995}\u{9CB}", 2),
        ] as [(String, Int)])
    func widths(text: String, cells: Int) {
        #expect(text.count == 1)
        #expect(text.first.map { CellWidth.of($0) } == cells)
    }
}

@Suite("Text made harmless")
struct DisplayTextTests {
    @Test(
        "what has no ink is shown in one visible cell",
        arguments: [
            ("\u{1B}", "␛"), ("\u{0}", "␀"), ("\u{7}", "␇"), ("\r", "␍"), ("\u{7F}", "␡"), ("\u{9B}", "·"),
            ("\u{200B}", "·"),
            ("\u{202E}", "·"), ("\u{2066}", "·"), ("\u{FEFF}", "·"), ("\u{AD}", "·"), ("\u{2028}", "·"),
            ("\u{85}", "·"),
            ("\u{301}", "\u{25CC}\u{301}"),
        ])
    func substitutes(source: String, shown: String) throws {
        let glyph = DisplayText.glyph(for: try #require(source.first))
        #expect(glyph.text == shown)
        #expect(glyph.width == 1)
        #expect(glyph.isSubstitute)
    }

    @Test("every space is a plain one", arguments: ["\u{A0}", "\u{2009}", "\u{202F}"])
    func spaces(space: Character) {
        let glyph = DisplayText.glyph(for: space)
        #expect(glyph.text == " ")
        #expect(!glyph.isSubstitute)
    }

    @Test("a stack of a thousand marks becomes one cell with few")
    func zalgo() throws {
        let stack = "a" + String(repeating: "\u{301}", count: 1000)
        let glyph = DisplayText.glyph(for: try #require(stack.first))
        #expect(glyph.width == 1)
        #expect(glyph.text.unicodeScalars.count == 16)
    }

    @Test("a line for the screen has no line ends and rings no bell")
    func line() { #expect(DisplayText.line("a\tb\r\nc\u{7}") == "a b c␇") }

    @Test("clipping counts cells, not characters")
    func clipping() {
        #expect(DisplayText.clipped("血压", to: 4) == "血压")
        #expect(DisplayText.clipped("血压高", to: 4) == "血…")
        #expect(DisplayText.clipped("abc", to: 2) == "a…")
        #expect(DisplayText.clipped("abc", to: 0) == "")
    }
}

@Suite("Drawing")
struct FrameDrawingTests {
    @Test("overwriting half of a wide character blanks the other half")
    func halves() {
        var frame = Frame(size: ScreenSize(columns: 6, rows: 1))
        frame.draw("血压", row: 0, column: 0, width: 6)
        frame.put("x", row: 0, column: 1)
        frame.put("y", row: 0, column: 2)
        #expect((0..<6).map { frame[0, $0].text } == [" ", "x", "y", " ", " ", " "])
        frame.draw("血压", row: 0, column: 0, width: 6)
        frame.put("中", width: 2, row: 0, column: 1)
        #expect((0..<6).map { frame[0, $0].text } == [" ", "中", "", " ", " ", " "])
    }

    @Test("a wide character does not hang over the right edge")
    func edge() {
        var frame = Frame(size: ScreenSize(columns: 3, rows: 1))
        frame.put("中", width: 2, row: 0, column: 2)
        #expect(frame[0, 2].text == " ")
    }

    @Test("drawing outside the screen changes nothing", arguments: [-5, 0, 9])
    func outside(row: Int) {
        var frame = Frame(size: ScreenSize(columns: 4, rows: 1))
        frame.box(CellRect(row: row + 1, column: -2, rows: 3, columns: 20), title: "far")
        frame.draw("text", row: 5, column: 2, width: 10)
        #expect(frame.cells.count == 4)
    }

    @Test("a box has a title, a note and an empty inside")
    func box() {
        var frame = Frame(size: ScreenSize(columns: 14, rows: 3))
        frame.draw("underneath ...", row: 1, column: 0, width: 14)
        frame.box(CellRect(row: 0, column: 0, rows: 3, columns: 14), title: "Keys", note: "1/2")
        let rows = (0..<3).map { row in (0..<14).map { frame[row, $0].text }.joined() }
        #expect(rows == ["╭─ Keys ─────╮", "│            │", "╰────── 1/2 ─╯"])
    }
}
