/// Which way a script is written.
///
/// Text is always drawn in logical order, the first letter leftmost, so that a cell is an offset and an edge moves the way
/// its key says; where it reads the other way is marked beside it.
public enum WritingDirection {
    /// Whether any of `text` is of a script that is written from right to left.
    public static func hasRightToLeft(_ text: String) -> Bool {
        // The first such code point, U+0590, begins with this byte.
        guard text.utf8.contains(where: { $0 >= 0xD6 }) else { return false }
        return text.unicodeScalars.contains(where: isRightToLeft)
    }

    /// Unicode's blocks of Hebrew, Arabic, Syriac, Thaana, N'Ko and their like (bidirectional classes R and AL), presentation
    /// forms and older scripts included.
    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
