import CTerminal
import Screen

/// What an event loop listens to: the terminal, or a stand-in for tests.
package protocol EventSource: AnyObject {
    /// Readable when keys wait.
    var inputDescriptor: Int32 { get }
    /// Cells that can be drawn on.
    var size: ScreenSize { get }
    /// The next key that waits; `nil` when none does.
    func readRawKey() -> RawKey?
    /// Names the descriptor that signals write a byte to; -1 for none.
    func setWake(_ descriptor: Int32)
    /// What was asked from outside since the last call.
    func takeRequests() -> Requests
    /// Asks the terminal for its size.
    func adoptSize()
    /// Takes what the terminal says it writes on.
    func adopt(_ ground: Ground)
    /// Stops the process and returns when it goes on.
    func suspend()
    /// Takes the screen again after a stop from outside.
    func resume()
}

/// What signals ask for.
package struct Requests: OptionSet, Hashable, Sendable {
    /// Bits as CTerminal has them.
    package let rawValue: UInt32

    /// Takes CTerminal's bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let resize = Requests(rawValue: UInt32(TERMINAL_RESIZED))
    package static let suspend = Requests(rawValue: UInt32(TERMINAL_SUSPEND))
    package static let resume = Requests(rawValue: UInt32(TERMINAL_CONTINUED))
    package static let terminate = Requests(rawValue: UInt32(TERMINAL_TERMINATE))
}
