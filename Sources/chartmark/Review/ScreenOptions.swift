import ArgumentParser
import Terminal

/// What a person may wish of the screen, in every command that takes it.
struct ScreenOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Put the cursor, select and scroll with the mouse. With Shift held (Option on a Mac's terminals) the terminal "
                + "selects and copies as ever; :mouse leaves it the mouse for longer."))
    var mouse = true

    @Option(
        help: ArgumentHelp(
            "What the terminal writes on. Default: what $COLORFGBG says, else what the terminal answers.",
            valueName: "dark|light"))
    var ground: Ground?

    @Flag(help: "Draw with ASCII alone; what is not ASCII in a note is shown by its likeness or as ?.")
    var ascii = false

    /// The same for the terminal; colours by `NO_COLOR`, `TERM` and `COLORTERM`.
    var options: TerminalOptions { TerminalOptions(mouse: mouse, ascii: ascii, ground: ground) }
}

extension Ground: ExpressibleByArgument {}
