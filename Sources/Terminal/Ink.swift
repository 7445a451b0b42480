import CTerminal

/// What a terminal is told about a cell's look.
package struct Ink: Hashable, Sendable {
    /// Bold, dim, underline, reverse.
    package struct Attributes: OptionSet, Hashable, Sendable {
        /// Bits as CTerminal has them.
        package let rawValue: UInt32

        /// Takes CTerminal's bits.
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let bold = Attributes(rawValue: UInt32(TERMINAL_BOLD))
        package static let dim = Attributes(rawValue: UInt32(TERMINAL_DIM))
        package static let underline = Attributes(rawValue: UInt32(TERMINAL_UNDERLINE))
        package static let reverse = Attributes(rawValue: UInt32(TERMINAL_REVERSE))
    }

    /// How it is drawn.
    package var attributes: Attributes = []
    /// The ink's colour number; `nil` for the terminal's own.
    package var foreground: Int32?
    /// The ground's colour number; `nil` for the terminal's own.
    package var background: Int32?

    /// Makes an ink.
    package init(_ attributes: Attributes = [], foreground: Int32? = nil, background: Int32? = nil) {
        self.attributes = attributes
        self.foreground = foreground
        self.background = background
    }
}
