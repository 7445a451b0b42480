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
    package let isASCII: Bool
    package private(set) var ground: Ground
    /// Whether colours are drawn in red, green and blue.
    private let hasExactColors: Bool
    /// What C holds on to.
    private var exactColors: UnsafeMutableBufferPointer<terminal_exact_color>?

    /// Takes the terminal.
    ///
    /// - Parameter options: what is wished of it.
    /// - Throws: when standard input or output is no terminal, or one that cannot be drawn on; the terminal is
    ///   untouched then.
    public init(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
        let refused = Palette.refusesColors(noColor: Self.environment("NO_COLOR"))
        let name = Self.environment("TERM") ?? ""
        isASCII = options.ascii
        let known = options.ground ?? Ground(colorFGBG: Self.environment("COLORFGBG"))
        ground = known ?? .dark
        hasExactColors = TerminalOptions.takesExactColors(colorTerm: Self.environment("COLORTERM"))
        var wishes = 0
        if !(options.noColor || refused) { wishes |= TERMINAL_COLORS }
        if options.mouse { wishes |= TERMINAL_MOUSE }
        if options.ascii { wishes |= TERMINAL_ASCII }
        if known == nil { wishes |= TERMINAL_ASK_GROUND }
        switch terminal_open(UInt32(wishes)) {
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
        exactColors?.deallocate()
        exactColors = nil
    }

    /// Takes clicks, or leaves them to the terminal, which selects and copies with them.
    ///
    /// - Returns: whether the terminal has a mouse to give.
    public func setMouse(_ isWanted: Bool) -> Bool { terminal_set_mouse(isWanted) }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

extension TerminalSession: Canvas {
    package var colors: Int { Int(terminal_colors()) }

    package func draw(in palette: Palette) {
        let colors = hasExactColors ? palette.exactColors : []
        let kept = UnsafeMutableBufferPointer<terminal_exact_color>.allocate(capacity: max(1, colors.count))
        for (index, entry) in colors.enumerated() {
            kept.initializeElement(at: index, to: terminal_exact_color(number: entry.number, color: entry.color))
        }
        terminal_set_exact_colors(kept.baseAddress, Int32(clamping: colors.count))
        exactColors?.deallocate()
        exactColors = kept
    }

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

    package func adopt(_ ground: Ground) {
        terminal_take_ground()
        guard ground != self.ground else { return }
        self.ground = ground
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
