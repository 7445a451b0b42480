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
    /// What it writes on.
    package let ground: Ground

    /// A palette for a terminal with so many colours and a ground.
    package init(colors: Int, ground: Ground = .dark) {
        self.ground = ground
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
        let isInk = style.background == nil
        return Ink(
            attributes, foreground: foreground.map { isInk ? inkNumber($0) : number($0) },
            background: style.background.map { number($0) })
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

    /// The colour of a ground, or of ink on one of ours.
    private func number(_ hue: Hue) -> Int32 {
        switch depth {
        case .none, .eight: hue.eight
        case .sixteen: hue.sixteen
        case .indexed: hue.indexed
        case .direct: hue.exact
        }
    }

    /// The colour of ink on the terminal's own ground.
    private func inkNumber(_ hue: Hue) -> Int32 {
        switch depth {
        case .none: hue.eight
        case .eight: hue.eight
        // The bright forms are for dark grounds.
        case .sixteen: ground == .light ? hue == .gray ? hue.sixteen : hue.eight : hue.sixteen
        case .indexed: ground == .light ? hue.indexedInkOnLight : hue.indexedInkOnDark
        case .direct: ground == .light ? hue.exactInkOnLight : hue.exactInkOnDark
        }
    }

    /// For a terminal with 256 colours that takes red, green and blue all the same: what stands for which number.
    package var exactColors: [(number: Int32, color: UInt32)] {
        guard depth == .indexed else { return [] }
        var exact: [Int32: UInt32] = [:]
        for hue in Hue.allCases where hue != .black && hue != .white {
            exact[hue.indexed] = UInt32(hue.exact)
            exact[inkNumber(hue)] = UInt32(ground == .light ? hue.exactInkOnLight : hue.exactInkOnDark)
        }
        return exact.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
