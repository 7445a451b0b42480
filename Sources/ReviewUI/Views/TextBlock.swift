import ClinicalText
import Screen

/// Plain text in a column.
enum TextBlock {
    /// `text` in rows of at most `width` cells, further rows indented like the first.
    static func wrapped(_ text: String, width: Int) -> [String] {
        let layout = NoteLayout(NoteText(text), width: width)
        return (0..<layout.rowCount).map { row in
            let glyphs = layout.glyphs(inRow: row)
            var line = String(repeating: " ", count: glyphs.first?.column ?? 0)
            for glyph in glyphs where glyph.column + glyph.width <= layout.width {
                line += glyph.kind == .space ? String(repeating: " ", count: glyph.width) : glyph.text
            }
            return line
        }
    }
}
