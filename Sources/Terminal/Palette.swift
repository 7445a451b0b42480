import Screen

/// Turns colours by meaning into what a terminal has: 16 million colours, 256, 16, 8 or none.
///
/// Without colours a ground becomes reverse and grey ink dim, so that what is marked stays marked.
package struct Palette: Hashable, Sendable {
    /// How many colours there are to choose from.
    package enum Depth: Hashable, Sendable {
        /// None, or none wanted.
        case none
        /// The eight of ECMA-48.
        case eight
        /// Those and their bright forms.
        case sixteen
        /// xterm's 256.
        case indexed
        /// Red, green and blue (terminfo's `-direct` entries).
        case direct
    }

    /// What the terminal has.
    package let depth: Depth

    /// A palette for a terminal with so many colours.
    package init(colors: Int) {
        depth =
            switch colors {
            case ..<8: .none
            case ..<16: .eight
            case ..<256: .sixteen
            // Between them are 88-colour terminals, whose cube is another: they have the sixteen too.
            case ..<0x100_0000: .indexed
            default: .direct
            }
    }

    /// Whether the environment asks for no colours: https://no-color.org, set and not empty.
    package static func refusesColors(noColor: String?) -> Bool {
        noColor.map { !$0.isEmpty } ?? false
    }

    /// How to draw a style here.
    package func ink(_ style: Style) -> Ink {
        var attributes: Ink.Attributes = []
        if style.bold { attributes.insert(.bold) }
        if style.dim { attributes.insert(.dim) }
        if style.underline { attributes.insert(.underline) }
        if style.reverse { attributes.insert(.reverse) }
        if depth == .none { return Ink(withoutColors(style, attributes)) }

        var foreground = style.foreground
        if let ground = style.background, foreground == nil || foreground == ground {
            // The terminal's own ink may be light or dark; a ground needs one that can be read on it.
            foreground = Self.readable(on: ground)
        }
        if foreground == .gray, style.background == nil, depth == .eight {
            // Eight colours have no grey.
            attributes.insert(.dim)
            foreground = nil
        }
        // Eight colours have one yellow; bold makes an ink of it that differs from orange.
        if foreground == .yellow, depth == .eight { attributes.insert(.bold) }
        return Ink(
            attributes, foreground: foreground.map { number($0) }, background: style.background.map { number($0) })
    }

    private func withoutColors(_ style: Style, _ attributes: Ink.Attributes) -> Ink.Attributes {
        var attributes = attributes
        if style.background != nil {
            // A marked place on a ground has to differ from the ground around it.
            if style.reverse { attributes.insert(.bold) }
            attributes.insert(.reverse)
        }
        if style.foreground == .gray, style.background == nil { attributes.insert(.dim) }
        return attributes
    }

    private static func readable(on ground: Hue) -> Hue {
        switch ground {
        case .blue, .black: .white
        case .orange, .sky, .green, .yellow, .vermillion, .purple, .gray, .white: .black
        }
    }

    private func number(_ hue: Hue) -> Int32 {
        switch depth {
        case .none, .eight: Self.eight(hue)
        case .sixteen: Self.sixteen(hue)
        case .indexed: Self.indexed(hue)
        case .direct: Self.direct(hue)
        }
    }

    // Black and white are the cube's own: a theme may have made its 0 a grey and its 7 a beige.
    // Yellow is the nearest by hue, orange the nearest that is not a yellow; the others are the nearest in RGB.
    private static func indexed(_ hue: Hue) -> Int32 {
        switch hue {
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

    private static func direct(_ hue: Hue) -> Int32 {
        switch hue {
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

    private static func sixteen(_ hue: Hue) -> Int32 {
        switch hue {
        case .yellow: 11
        case .sky: 14
        case .vermillion: 9
        case .purple: 13
        case .gray: 8
        case .white: 15
        case .orange, .green, .blue, .black: eight(hue)
        }
    }

    private static func eight(_ hue: Hue) -> Int32 {
        switch hue {
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
