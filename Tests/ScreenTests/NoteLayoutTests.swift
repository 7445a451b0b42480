import ClinicalText
import FoundationEssentials
import Screen
import Testing

@Suite("Note layout")
struct NoteLayoutTests {
    private func rows(_ text: String, _ width: Int) -> [String] {
        let layout = NoteLayout(NoteText(text), width: width)
        return (0..<layout.rowCount).map { row in
            var line = ""
            var column = 0
            for glyph in layout.glyphs(inRow: row) where glyph.column + glyph.width <= width {
                line += String(repeating: " ", count: glyph.column - column) + glyph.text
                column = glyph.column + (glyph.kind == .space ? 1 : glyph.width)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    @Test("rows break at words and keep the note's own lines")
    func words() {
        #expect(rows("Denies chest pain.\n\nNo fever.", 12) == ["Denies chest", "pain.", "", "No fever."])
        #expect(rows("", 12) == [""])
        #expect(rows("a\n", 12) == ["a"])
    }

    @Test("rows that continue a line are indented like it")
    func indents() {
        #expect(rows("   aspirin 100 mg once a day", 20) == ["   aspirin 100 mg", "   once a day"])
        #expect(rows("            deep indent here", 20) == ["            deep", "indent here"])
    }

    @Test("rows that continue a line of columns are moved in")
    func tables() { #expect(rows("Losartan   50 mg   HOLD", 20) == ["Losartan   50 mg", "    HOLD"]) }

    @Test("a word longer than a row is split")
    func longWords() {
        #expect(rows("see https://example.invalid/a/b", 12) == ["see", "https://exam", "ple.invalid/", "a/b"])
    }

    @Test("Chinese breaks between characters, not before closing punctuation")
    func chinese() {
        #expect(rows("反复上腹部隐痛，加重", 10) == ["反复上腹部", "隐痛，加重"])
        #expect(rows("反复上腹部，加重", 10) == ["反复上腹", "部，加重"])
        #expect(rows("口服aspirin一次", 10) == ["口服", "aspirin一", "次"])
    }

    @Test("tabs go to multiples of eight")
    func tabs() {
        #expect(rows("\tHR\t104", 40) == ["        HR      104"])
        let layout = NoteLayout(NoteText("HR\t104"), width: 40)
        #expect(layout.position(of: ScalarOffset(3)) == CellPosition(row: 0, column: 8))
        #expect(layout.offset(at: CellPosition(row: 0, column: 5)) == ScalarOffset(2))
    }

    @Test("the CR of CRLF is invisible, a CR alone is not")
    func carriageReturns() {
        #expect(rows("a\r\nb\rc", 20) == ["a", "b␍c"])
        #expect(
            NoteLayout(NoteText("ab\r\ncd"), width: 20).position(of: ScalarOffset(4)) == CellPosition(row: 1, column: 0)
        )
    }

    @Test("white space that does not fit hangs over the edge")
    func hanging() {
        let layout = NoteLayout(NoteText("abcdefgh      ij"), width: 8)
        #expect(layout.rowCount == 2)
        #expect(layout.position(of: ScalarOffset(12)) == CellPosition(row: 0, column: 7))
        #expect(layout.position(of: ScalarOffset(14)).row == 1)
    }

    @Test("offsets outside the note are clamped", arguments: [-7, 3, 99])
    func outside(offset: Int) {
        let layout = NoteLayout(NoteText("abc"), width: 8)
        let position = layout.position(of: ScalarOffset(offset))
        #expect(position.row == 0)
        #expect((0...3).contains(position.column))
        #expect((0...3).contains(layout.offset(at: CellPosition(row: offset, column: offset)).value))
    }

    private static let notes = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Samples/Notes").path

    @Test("every character of the sample notes has one cell, and the cell the character", arguments: [40, 69, 79, 133])
    func roundTrip(width: Int) throws {
        let notes = try NoteReader.read([Self.notes])
        #expect(notes.count == 12)
        for note in notes {
            let layout = NoteLayout(note.text, width: width)
            var next = 0
            for row in 0..<layout.rowCount {
                let span = layout.span(ofRow: row)
                #expect(span.start.value == next, "\(note.id), row \(row)")
                next = span.end.value
                var column = -1
                for glyph in layout.glyphs(inRow: row) {
                    #expect(layout.row(of: glyph.span.start) == row)
                    guard glyph.kind == .ink || glyph.kind == .substitute else { continue }
                    #expect(glyph.column > column && glyph.column + glyph.width <= width, "\(note.id), row \(row)")
                    column = glyph.column
                    let position = layout.position(of: glyph.span.start)
                    #expect(position == CellPosition(row: row, column: glyph.column))
                    for cell in glyph.column..<(glyph.column + glyph.width) {
                        #expect(layout.offset(at: CellPosition(row: row, column: cell)) == glyph.span.start)
                    }
                }
            }
            #expect(next == note.text.scalarCount)
        }
    }

    @Test("a note of 1 MB is laid out without delay")
    func large() throws {
        let sentence = "Patient with 3 days of chest pain, given furosemide 40 mg IV; no naïve “fever”. "
        let text = NoteText(String(repeating: sentence, count: 12_500))
        let clock = ContinuousClock()
        let time = clock.measure { _ = NoteLayout(text, width: 79) }
        let plain = NoteText(String(repeating: "The murmur was soft and the knees were swollen. \n", count: 21_000))
        let plainTime = clock.measure { _ = NoteLayout(plain, width: 30) }
        print("laid out \(text.utf8.count) bytes in \(time), \(plain.utf8.count) plain ones in \(plainTime)")
        // Ten times what is meant, since tests share their cores.
        #expect(time < .seconds(1))
    }
}
