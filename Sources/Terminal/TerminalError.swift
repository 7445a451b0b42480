/// Why the terminal cannot be used, and what to do about it.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input comes from a file or a pipe.
    case inputIsNoTerminal
    /// Standard output goes to a file or a pipe.
    case outputIsNoTerminal
    /// The terminal's kind, as `TERM` has it, is not described on this machine; empty when `TERM` is not set.
    case unknownTerminal(String)
    /// The terminal's kind is known, and is one that cannot place a cursor.
    case cannotPlaceCursor(String)
    /// The machine has no UTF-8 locale, not even `C.UTF-8`.
    case noUTF8
    /// Another session is open in this process.
    case alreadyOpen
    /// The system gave no pipe to wake the event loop with: its error number.
    case noPipe(Int32)

    /// What is wrong and what to do, in one line.
    public var description: String {
        switch self {
        case .inputIsNoTerminal:
            "standard input is not a terminal, and keys are read from it; start without `<` and not behind a pipe"
        case .outputIsNoTerminal:
            "standard output is not a terminal, and the screen is drawn on it; start without `>` and not before a pipe"
        case .unknownTerminal(let name) where name.isEmpty:
            "TERM is not set, so the terminal's kind is unknown; try TERM=xterm-256color"
        case .unknownTerminal(let name):
            "TERM=\(name) is not a terminal this machine knows; try TERM=xterm-256color, or install ncurses-term"
        case .cannotPlaceCursor(let name):
            "TERM=\(name) is a terminal that cannot place a cursor; try TERM=xterm-256color"
        case .noUTF8:
            "the machine has no UTF-8 locale; try LC_ALL=C.UTF-8 after installing it (Debian: libc-bin or locales)"
        case .alreadyOpen:
            "the terminal is already open in this process; close the other session first"
        case .noPipe(let number):
            "no pipe to wake the screen with (error \(number)); close other programs or raise `ulimit -n`"
        }
    }
}
