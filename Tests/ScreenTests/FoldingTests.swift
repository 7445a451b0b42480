import ClinicalText
import Screen
import Testing

@Suite("Folding rows")
struct FoldingTests {
    private static let text = NoteText("PMH\nasthma\neczema\nPLAN\nhome\n")
    private let layout = NoteLayout(Self.text, width: 20)

    private func rows(_ layout: NoteLayout) -> [String] {
        (0..<layout.rowCount).map { row in layout.glyphs(inRow: row).map(\.text).joined() }
    }

    @Test("a folded stretch keeps its first row and one that stands for the rest")
    func fold() {
        let folded = layout.folding([TextSpan(0, 18)])
        #expect(rows(folded) == ["PMH", "", "PLAN", "home"])
        #expect((0..<folded.rowCount).map { folded.hiddenRows(at: $0) } == [0, 2, 0, 0])
        #expect(folded.span(ofRow: 1) == TextSpan(4, 18))
        #expect(rows(folded.folding([])) == rows(layout))
    }

    @Test("every offset has a row, and the rows cover the note without gaps")
    func cover() {
        let text = NoteText(Self.text.string + "rest\n")
        let folded = NoteLayout(text, width: 20).folding([TextSpan(0, 18), TextSpan(18, 33)])
        var next = 0
        for row in 0..<folded.rowCount {
            #expect(folded.span(ofRow: row).start.value == next)
            next = folded.span(ofRow: row).end.value
        }
        #expect(next == text.scalarCount)
        for offset in 0..<text.scalarCount {
            let row = folded.row(of: ScalarOffset(offset))
            #expect(folded.span(ofRow: row).contains(ScalarOffset(offset)))
            let isHidden = (4..<18).contains(offset) || (23..<33).contains(offset)
            #expect(folded.isHidden(ScalarOffset(offset)) == isHidden, "\(offset)")
        }
    }

    @Test("a hidden offset is at the left edge of the row that stands for it, and back again at its start")
    func positions() {
        let folded = layout.folding([TextSpan(0, 18)])
        #expect(folded.position(of: ScalarOffset(12)) == CellPosition(row: 1, column: 0))
        #expect(folded.offset(at: CellPosition(row: 1, column: 9)) == ScalarOffset(4))
    }

    @Test("a stretch that folding would not make shorter stays as it is")
    func single() {
        #expect(!layout.canFold(TextSpan(0, 4)))
        #expect(layout.canFold(TextSpan(0, 18)))
        #expect(!layout.canFold(TextSpan(18, 28)), "one row below its header")
        #expect(rows(layout.folding([TextSpan(18, 28)])) == rows(layout))
        #expect(rows(layout.folding([TextSpan(0, 4)])) == rows(layout))
        #expect(!NoteLayout(NoteText(""), width: 20).canFold(TextSpan(0, 0)))
    }
}
