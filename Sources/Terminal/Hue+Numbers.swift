import Screen

/// The colours by meaning as numbers, for each kind of terminal.
///
/// Ink of its own numbers, because ink needs contrast: at least 4.5 to 1 (WCAG 2.2, 1.4.3) on white, and on black.
/// Darkened ink loses some of what tells the seven apart without red or green; each label has its capital besides.
extension Hue {
    // Black and white are the cube's own: a theme may have made its 0 a grey and its 7 a beige.
    // Yellow is the nearest by hue, orange the nearest that is not a yellow; the others are the nearest in RGB.
    var indexed: Int32 {
        switch self {
        case .orange: 214  // ffaf00
        case .sky: 74  // 5fafd7
        case .green: 36  // 00af87
        case .yellow: 227  // ffff5f
        case .blue: 25  // 005faf
        case .vermillion: 166  // d75f00
        case .purple: 175  // d787af
        case .gray: 244  // 808080
        case .black: 16  // 000000
        case .white: 231  // ffffff
        }
    }

    var indexedInkOnDark: Int32 {
        switch self {
        case .blue: 32  // 0087d7
        case .gray: 245  // 8a8a8a
        case .orange, .sky, .green, .yellow, .vermillion, .purple, .black, .white: indexed
        }
    }

    var indexedInkOnLight: Int32 {
        switch self {
        case .orange: 130  // af5f00
        case .sky: 27  // 005fff
        case .green: 29  // 00875f
        case .yellow: 58  // 5f5f00
        case .blue: 18  // 000087
        case .vermillion: 124  // af0000
        case .purple: 53  // 5f005f
        case .gray: 242  // 6c6c6c
        case .black: 16
        case .white: 231
        }
    }

    /// Okabe and Ito's own.
    var exact: Int32 {
        switch self {
        case .orange: 0xE69F00
        case .sky: 0x56B4E9
        case .green: 0x009E73
        case .yellow: 0xF0E442
        case .blue: 0x0072B2
        case .vermillion: 0xD55E00
        case .purple: 0xCC79A7
        case .gray: 0x808080
        // 0 to 7 are the eight; terminfo keeps those numbers for them.
        case .black: 0
        case .white: 0xFFFFFF
        }
    }

    var exactInkOnDark: Int32 {
        switch self {
        case .blue: 0x3388DD
        case .gray: 0x8A8A8A
        case .orange, .sky, .green, .yellow, .vermillion, .purple, .black, .white: exact
        }
    }

    var exactInkOnLight: Int32 {
        switch self {
        case .orange: 0x946E08
        case .sky: 0x0273DA
        case .green: 0x00805D
        case .yellow: 0x5C5600
        case .blue: 0x0B3D84
        case .vermillion: 0xA83200
        case .purple: 0x8A2C6B
        case .gray: 0x6C6C6C
        case .black: 0
        case .white: 0xFFFFFF
        }
    }

    var sixteen: Int32 {
        switch self {
        case .yellow: 11
        case .sky: 14
        case .vermillion: 9
        case .purple: 13
        case .gray: 8
        case .white: 15
        case .orange, .green, .blue, .black: eight
        }
    }

    var eight: Int32 {
        switch self {
        case .black: 0
        case .vermillion: 1
        case .green: 2
        case .orange, .yellow: 3
        case .blue: 4
        case .purple: 5
        case .sky: 6
        case .gray, .white: 7
        }
    }
}
