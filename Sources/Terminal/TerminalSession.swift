import CTerminal
import Glibc
import Screen

/// The terminal on standard input and output, taken for a full-screen program and given back as it was.
///
/// One at a time, and used by one thread. The terminal is given back by ``close()``, by the end of the session's life,
/// by a crash and by a signal. Ctrl-C arrives as a key; Ctrl-Z, resizes and signals through an ``EventLoop``.
public final class TerminalSession {
    private var isOpen = false
    package private(set) var generation = 0

    /// Takes the terminal.
    ///
    /// - Parameter noColor: draws without colours. They are also left out when `NO_COLOR` is set and not empty.
    /// - Throws: when standard input or output is no terminal, or one that cannot be drawn on; the terminal is
    ///   untouched then.
    public init(noColor: Bool = false) throws(TerminalError) {
        let refused = Palette.refusesColors(noColor: Self.environment("NO_COLOR"))
        let name = Self.environment("TERM") ?? ""
        switch terminal_open(!(noColor || refused)) {
        case .TERMINAL_OPENED: isOpen = true
        case .TERMINAL_INPUT_IS_NO_TERMINAL: throw .inputIsNoTerminal
        case .TERMINAL_OUTPUT_IS_NO_TERMINAL: throw .outputIsNoTerminal
        case .TERMINAL_UNKNOWN_TYPE: throw .unknownTerminal(name)
        case .TERMINAL_CANNOT_PLACE_CURSOR: throw .cannotPlaceCursor(name)
        case .TERMINAL_NO_UTF8: throw .noUTF8
        case .TERMINAL_ALREADY_OPEN: throw .alreadyOpen
        }
    }

    deinit { close() }

    /// The terminal's size.
    ///
    /// After a resize the event loop says the new one.
    public var size: ScreenSize {
        var rows: Int32 = 0
        var columns: Int32 = 0
        terminal_get_size(&rows, &columns)
        return ScreenSize(columns: Int(columns), rows: Int(rows))
    }

    /// Gives the terminal back; a second time does nothing.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        terminal_close()
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

extension TerminalSession: Canvas {
    package var colors: Int { Int(terminal_colors()) }

    package func erase() { terminal_erase() }

    package func put(row: Int, column: Int, scalars: [UInt32], ink: Ink) {
        let pair = terminal_pair(ink.foreground ?? -1, ink.background ?? -1)
        _ = terminal_put(
            Int32(clamping: row), Int32(clamping: column), scalars, Int32(clamping: scalars.count),
            ink.attributes.rawValue, pair)
    }

    package func show(cursor: CellPosition?) {
        terminal_show(Int32(clamping: cursor?.row ?? -1), Int32(clamping: cursor?.column ?? -1))
    }

    package func width(of scalar: Unicode.Scalar) -> Int { Int(terminal_scalar_width(scalar.value)) }
}

extension TerminalSession: EventSource {
    package var inputDescriptor: Int32 { STDIN_FILENO }

    package func readRawKey() -> RawKey? { RawKey(terminal_read_key()) }

    package func setWake(_ descriptor: Int32) { terminal_set_wake(descriptor) }

    package func takeRequests() -> Requests { Requests(rawValue: terminal_take_signals()) }

    package func adoptSize() {
        terminal_adopt_size()
        generation += 1
    }

    package func suspend() {
        terminal_suspend()
        generation += 1
    }

    package func resume() {
        terminal_resume()
        generation += 1
    }
}
