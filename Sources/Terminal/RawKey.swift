import CTerminal
import Screen

/// What the terminal sent, before it is read as a key.
package enum RawKey: Hashable, Sendable {
    /// A byte of UTF-8, control characters and escape included.
    case byte(UInt8)
    /// A sequence that the terminal's description knows.
    case key(Key)
    /// The start of a pasted text.
    case pasteBegin
    /// The end of a pasted text.
    case pasteEnd
    /// Something without a meaning here.
    case ignored
}

extension RawKey {
    /// Reads what C found; `nil` when nothing waits.
    init?(_ key: terminal_key) {
        switch key.kind {
        case .TERMINAL_KEY_NONE: return nil
        case .TERMINAL_KEY_IGNORED: self = .ignored
        case .TERMINAL_KEY_BYTE: self = .byte(UInt8(truncatingIfNeeded: key.code))
        case .TERMINAL_KEY_UP: self = .key(.up)
        case .TERMINAL_KEY_DOWN: self = .key(.down)
        case .TERMINAL_KEY_LEFT: self = .key(.left)
        case .TERMINAL_KEY_RIGHT: self = .key(.right)
        case .TERMINAL_KEY_HOME: self = .key(.home)
        case .TERMINAL_KEY_END: self = .key(.end)
        case .TERMINAL_KEY_PAGE_UP: self = .key(.pageUp)
        case .TERMINAL_KEY_PAGE_DOWN: self = .key(.pageDown)
        case .TERMINAL_KEY_DELETE: self = .key(.delete)
        case .TERMINAL_KEY_BACKSPACE: self = .key(.backspace)
        case .TERMINAL_KEY_BACK_TAB: self = .key(.backTab)
        case .TERMINAL_KEY_ENTER: self = .key(.enter)
        case .TERMINAL_KEY_FUNCTION: self = .key(.function(Int(key.code)))
        case .TERMINAL_KEY_PASTE_BEGIN: self = .pasteBegin
        case .TERMINAL_KEY_PASTE_END: self = .pasteEnd
        }
    }
}
