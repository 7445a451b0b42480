/// A colour by meaning; the terminal maps it to what it can show.
///
/// The eight of Okabe and Ito's palette ("Color Universal Design", 2008), which people with the common forms of colour
/// blindness can tell apart, plus neutrals.
public enum Hue: String, Hashable, Sendable, CaseIterable {
    /// #E69F00
    case orange
    /// #56B4E9
    case sky
    /// #009E73
    case green
    /// #F0E442
    case yellow
    /// #0072B2
    case blue
    /// #D55E00
    case vermillion
    /// #CC79A7
    case purple
    /// A middle grey, for what is secondary.
    case gray
    /// The terminal's black.
    case black
    /// The terminal's white.
    case white
}

/// How a cell is drawn.
public struct Style: Hashable, Sendable {
    /// The colour of the ink; `nil` for the terminal's own.
    public var foreground: Hue?
    /// The colour of the ground; `nil` for the terminal's own.
    public var background: Hue?
    /// Bold.
    public var bold: Bool
    /// Dim.
    public var dim: Bool
    /// Underlined.
    public var underline: Bool
    /// Ink and ground exchanged.
    public var reverse: Bool

    /// Makes a style.
    public init(
        foreground: Hue? = nil, background: Hue? = nil, bold: Bool = false, dim: Bool = false, underline: Bool = false,
        reverse: Bool = false
    ) {
        self.foreground = foreground
        self.background = background
        self.bold = bold
        self.dim = dim
        self.underline = underline
        self.reverse = reverse
    }
}
