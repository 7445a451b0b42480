/// What a person may wish of the terminal, beside what it says of itself.
public struct TerminalOptions: Hashable, Sendable {
    /// No colours.
    ///
    /// They are also left out where `NO_COLOR` is set and not empty.
    public var noColor: Bool
    /// Clicks, drags and the wheel come as keys.
    public var mouse: Bool
    /// Nothing but ASCII is drawn.
    public var ascii: Bool
    /// What the terminal writes on; `nil` takes `COLORFGBG`, else asks the terminal, else takes a dark one.
    public var ground: Ground?

    /// Makes options; by default everything that the terminal has.
    public init(noColor: Bool = false, mouse: Bool = true, ascii: Bool = false, ground: Ground? = nil) {
        self.noColor = noColor
        self.mouse = mouse
        self.ascii = ascii
        self.ground = ground
    }

    /// Whether the environment says that red, green and blue may be given, which terminfo seldom does.
    package static func takesExactColors(colorTerm: String?) -> Bool {
        colorTerm == "truecolor" || colorTerm == "24bit"
    }
}
