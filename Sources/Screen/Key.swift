/// What a person did at the keyboard, or with the mouse, after the terminal's escape sequences are read.
public enum Key: Hashable, Sendable {
    /// A printable character, capitals and composed characters as they arrive.
    case character(Character)
    /// Control with a lower-case letter: Ctrl-R is `.control("r")`.
    case control(Character)
    /// The Enter key.
    case enter
    /// Escape, alone.
    case escape
    /// Backspace (DEL or BS).
    case backspace
    /// Delete forwards.
    case delete
    /// Tab.
    case tab
    /// Shift-Tab.
    case backTab
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// F1 to F12.
    case function(Int)
    /// Text that was pasted in one piece (bracketed paste).
    case paste(String)
    /// The mouse.
    case mouse(MouseAction)
}
