import Terminal
import Testing

@Suite("GlyphPiece")
struct GlyphPieceTests {
    /// Widths as glibc 2.36 has them, for the scalars used here.
    private func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x4E2D, 0x1F466...0x1F469, 0x1F44D, 0x1F3FD: 2
        case 0x300...0x36F, 0x94D, 0x200B, 0x200D, 0x202E, 0x20E3, 0xFE0F: 0
        case 0x1FAE8: -1
        default: 1
        }
    }

    private func pieces(_ text: String, _ cells: Int) -> [String] {
        let pieces = GlyphPiece.pieces(of: text, cells: cells, width: width)
        #expect(pieces.reduce(0) { $0 + $1.width } == cells, "they fill the cells")
        return pieces.map { piece in
            String(String.UnicodeScalarView(piece.scalars.compactMap(Unicode.Scalar.init)))
        }
    }

    @Test("draws letters, wide characters and marks as they are")
    func plain() {
        #expect(pieces("a", 1) == ["a"])
        #expect(pieces("中", 2) == ["中"])
        #expect(pieces("e\u{301}\u{323}", 1) == ["e\u{301}\u{323}"])
    }

    @Test("draws a family as its first person, and a thumb without its skin tone")
    func emoji() {
        #expect(pieces("👩\u{200D}👩\u{200D}👦", 2) == ["👩"])
        #expect(pieces("👍\u{1F3FD}", 2) == ["👍"])
    }

    @Test("fills the second cell where the C library sees one")
    func narrower() {
        #expect(pieces("❤\u{FE0F}", 2) == ["❤", " "])
        #expect(pieces("1\u{FE0F}\u{20E3}", 2) == ["1\u{20E3}", " "])
    }

    @Test("draws a cluster's spacing scalars side by side as far as they fit")
    func cluster() {
        #expect(pieces("क\u{94D}ष", 2) == ["क\u{94D}", "ष"])
        #expect(pieces("क\u{94D}ष", 1) == ["क\u{94D}"])
        #expect(pieces("क\u{93F}", 2) == ["क", "\u{93F}"])
        #expect(pieces("क\u{94D}\u{200D}ष", 2) == ["क\u{94D}", "ष"], "a joiner joins emoji alone")
    }

    @Test("replaces what the C library does not know or gives more cells")
    func unknown() {
        #expect(pieces("\u{1FAE8}", 2) == ["\u{FFFD}", " "])
        #expect(pieces("中", 1) == ["\u{FFFD}"])
        #expect(pieces("\u{07}", 1) == ["\u{FFFD}"])
        #expect(pieces("\r\n", 1) == ["\u{FFFD}"])
    }

    @Test("sends no format characters, and a lone mark on a space")
    func formats() {
        #expect(pieces("\u{202E}", 1) == [" "])
        #expect(pieces("\u{200B}", 1) == [" "])
        #expect(pieces("\u{301}", 1) == [" \u{301}"])
    }

    @Test("keeps at most four marks, as curses does")
    func manyMarks() {
        #expect(pieces("a" + String(repeating: "\u{301}", count: 50), 1) == ["a\u{301}\u{301}\u{301}\u{301}"])
    }

    @Test("blanks a cell without text")
    func empty() {
        #expect(pieces("", 1) == [" "])
        #expect(pieces("", 3) == [" ", " ", " "])
    }
}
