/// How many cells a character takes on a terminal: 0, 1 or 2, and up to 4 in the scripts of India.
///
/// One table of our own, so that a frame is the same on every machine and with every C library: East Asian Wide and
/// Fullwidth (Unicode Standard Annex 11) and emoji presentation (Unicode Technical Standard 51) take two cells.
public enum CellWidth {
    /// The cells of one grapheme.
    ///
    /// A base with its combining marks takes what the base takes; a flag, a keycap, a joined or skin-toned emoji and
    /// anything with the emoji variation selector takes two. Control and format characters take none.
    public static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.value < 0x300 {
            if isInvisible(first) { return 0 }
            return isEmojiSequence(scalars, first) ? 2 : 1
        }
        if isWide(first) { return 2 }
        if isCombining(first) || isInvisible(first) { return 0 }
        if isRegionalIndicator(first) { return scalars.count > 1 ? 2 : 1 }
        if isEmojiSequence(scalars, first) { return 2 }
        return min(mostCells, 1 + scalars.dropFirst().count(where: isSpacing))
    }

    /// A conjunct of three consonants with a vowel sign; no script in use needs more.
    private static let mostCells = 4

    /// Whether a code point that goes on a grapheme has a cell of its own.
    ///
    /// A vowel sign of Devanagari or Thai has, and the second consonant of a conjunct: terminals go by code points, so
    /// that without its cell it would not be seen.
    private static func isSpacing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .spacingMark, .otherLetter: true
        default: false
        }
    }

    /// Whether a character is a letter with others that have cells of their own: wide, but no row breaks beside it.
    static func isConjunct(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard let first = scalars.first, first.value >= 0x300, !isWide(first) else { return false }
        return scalars.dropFirst().contains(where: isSpacing)
    }

    /// The cells of a string, graphemes added up.
    public static func of(_ string: String) -> Int {
        isPlain(string) ? string.utf8.count : string.reduce(0) { $0 + of($1) }
    }

    /// Whether a string is of ASCII with ink, or spaces: one byte, one cell, nothing to make harmless.
    static func isPlain(_ string: String) -> Bool { string.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    /// Whether a code point is East Asian Wide or Fullwidth, or an emoji by default.
    static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x1100 else { return false }
        var low = 0
        var high = wide.count
        while low < high {
            let middle = (low + high) / 2
            if wide[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < wide.count && wide[low].contains(scalar.value)
    }

    /// Whether a code point only ever changes the one before it.
    static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    /// Whether a code point has no ink and no width of its own: controls, formats, line separators.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: return false
        case 0x00...0x1F, 0x7F...0x9F, 0xAD: return true
        case 0xA0...0x2FF: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    /// Whether a narrow base is drawn as an emoji because of what follows it: a variation selector 16, a skin tone, a
    /// joined emoji.
    private static func isEmojiSequence(_ scalars: Character.UnicodeScalarView, _ first: Unicode.Scalar) -> Bool {
        guard scalars.count > 1, first.properties.isEmoji else { return false }
        return scalars.dropFirst().contains { $0.value == 0xFE0F || isWide($0) }
    }

    /// Unicode's `EastAsianWidth.txt`, W and F, with unassigned gaps inside a block closed.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
        0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
        0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
        0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
        0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9,
        0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F004...0x1F004,
        0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335,
        0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0,
        0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D,
        0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4,
        0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF,
        0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945,
        0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
