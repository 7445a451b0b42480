import Screen

/// What of a grapheme curses can draw: pieces of one spacing scalar and the marks on it, which fill its cells exactly.
///
/// curses keeps one spacing scalar and four marks a cell, and believes the C library about widths. So a family emoji is
/// drawn as its first person, and a scalar the library does not know, or gives another width, as a replacement
/// character: whatever is drawn, the row keeps its columns.
package struct GlyphPiece: Hashable, Sendable {
    /// One spacing scalar, then marks.
    package var scalars: [UInt32]
    /// Cells it takes: 1 or 2.
    package var width: Int

    // CCHARW_MAX less the spacing scalar.
    private static let markLimit = 4
    private static let space = GlyphPiece(scalars: [0x20], width: 1)
    private static let unknown = GlyphPiece(scalars: [0xFFFD], width: 1)

    /// Splits a cell's text.
    ///
    /// - Parameters:
    ///   - text: one grapheme.
    ///   - cells: how many cells the frame gives it.
    ///   - width: how many cells the C library gives a scalar.
    package static func pieces(
        of text: String, cells: Int, width: (Unicode.Scalar) -> Int
    ) -> [GlyphPiece] {
        var result: [GlyphPiece] = []
        var free = cells
        // What a joiner or an emoji's skin tone belongs to is drawn already.
        var joined = false
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .surrogate, .lineSeparator, .paragraphSeparator:
                if result.isEmpty, free > 0 { result.append(unknown); free -= 1 }
                continue
            // Joiners, direction marks, soft hyphens: terminals differ about them, so none is sent.
            case .format:
                joined = true
                continue
            case .nonspacingMark, .enclosingMark:
                // They ask for the emoji or the text form, and change the width.
                if (0xFE00...0xFE0F).contains(scalar.value) { continue }
            default: break
            }
            let needed = width(scalar)
            if needed == 0 {
                if result.isEmpty, free > 0 { result.append(space); free -= 1 }
                if let last = result.indices.last, result[last].scalars.count <= markLimit {
                    result[last].scalars.append(scalar.value)
                }
            } else if !result.isEmpty, joined && scalar.properties.isEmoji || scalar.properties.isEmojiModifier {
                continue
            } else if needed > 0, needed <= free {
                result.append(GlyphPiece(scalars: [scalar.value], width: needed))
                free -= needed
            } else if result.isEmpty, free > 0 {
                result.append(unknown)
                free -= 1
            }
            joined = false
        }
        result += Array(repeating: space, count: max(0, free))
        return result
    }
}
