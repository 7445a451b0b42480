/// What a person did with the mouse, at a cell of the screen.
public struct MouseAction: Hashable, Sendable {
    /// Which of the things a hand does.
    public enum Kind: Hashable, Sendable {
        /// The left button went down.
        case press
        /// The mouse moved with the left button down.
        case drag
        /// The left button went up.
        case release
        /// The wheel was turned away from the person.
        case wheelUp
        /// The wheel was turned towards the person.
        case wheelDown
    }

    /// What was done.
    public let kind: Kind
    /// Where the pointer was.
    public let position: CellPosition

    /// Makes an action.
    public init(_ kind: Kind, row: Int, column: Int) {
        self.kind = kind
        position = CellPosition(row: row, column: column)
    }
}
