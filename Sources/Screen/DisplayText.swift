/// Text as it may stand on the screen: nothing in it moves the cursor, rings, or turns the writing direction.
///
/// A note may hold any code point. What has no ink gets a visible cell, so that a person sees that it is there; the
/// offsets of the note never change.
public enum DisplayText {
    /// One character made harmless.
    public struct Glyph: Hashable, Sendable {
        /// What to draw.
        public let text: String
        /// Cells: 1 or 2, more for a conjunct.
        public let width: Int
        /// Whether it stands for something that cannot be shown as it is.
        public let isSubstitute: Bool
    }

    /// What stands for a character without ink that has no picture of its own.
    public static let placeholder = "·"

    /// The longest emoji sequences have ten code points; more is a stack of marks that no cell can hold.
    private static let longestGrapheme = 16

    /// Shows `character` in its cells, at least one.
    ///
    /// A control character becomes its Control Picture (ESC: `␛`), other invisible ones (zero-width spaces, bidirectional
    /// controls, soft hyphens, separators) a middle dot, every space a plain one, and a combining mark without a base
    /// gets the dotted circle.
    public static func glyph(for character: Character) -> Glyph {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return Glyph(text: " ", width: 1, isSubstitute: true) }
        if character.utf8.count == 1, let byte = character.utf8.first { return glyph(forASCII: byte) }
        if CellWidth.isInvisible(first) {
            let picture = first.value < 0x20 ? picture(of: first) : placeholder
            return Glyph(text: picture, width: 1, isSubstitute: true)
        }
        if first.properties.generalCategory == .spaceSeparator, first.value != 0x3000 {
            return Glyph(text: " ", width: 1, isSubstitute: false)
        }
        let text = scalars.count > longestGrapheme ? shortened(scalars) : String(character)
        if CellWidth.isCombining(first) { return Glyph(text: "\u{25CC}" + text, width: 1, isSubstitute: true) }
        return Glyph(text: text, width: max(1, CellWidth.of(character)), isSubstitute: false)
    }

    /// Makes a string fit for one line of the screen: line ends and tabs become spaces, the rest as in ``glyph(for:)``.
    public static func line(_ string: String) -> String {
        if CellWidth.isPlain(string) { return string }
        var result = ""
        for character in string {
            switch character {
            case "\n", "\r\n", "\r", "\t": result += " "
            default: result += glyph(for: character).text
            }
        }
        return result
    }

    /// `string` if it fits `width` cells, else its beginning and `…`.
    public static func clipped(_ string: String, to width: Int) -> String {
        if CellWidth.of(string) <= width { return string }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in string {
            let cells = CellWidth.of(character)
            if used + cells > width - 1 { break }
            result.append(character)
            used += cells
        }
        return result + "…"
    }

    /// Shows an ASCII byte in one cell.
    static func glyph(forASCII byte: UInt8) -> Glyph { ascii[Int(byte & 0x7F)] }

    /// Made once: a screen of text is twelve thousand look-ups a frame.
    private static let ascii: [Glyph] = (UInt8(0)..<0x80).map { byte in
        let scalar = Unicode.Scalar(byte)
        switch byte {
        case 0x00...0x1F, 0x7F...: return Glyph(text: picture(of: scalar), width: 1, isSubstitute: true)
        default: return Glyph(text: String(scalar), width: 1, isSubstitute: false)
        }
    }

    /// The Control Pictures block mirrors the controls, with DEL after them.
    private static func picture(of scalar: Unicode.Scalar) -> String {
        let value = scalar.value == 0x7F ? 0x2421 : 0x2400 + scalar.value
        return Unicode.Scalar(value).map { String($0) } ?? placeholder
    }

    private static func shortened(_ scalars: Character.UnicodeScalarView) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars.prefix(longestGrapheme))
        return text
    }
}
