import Screen

/// Some text in one style.
struct StyledText: Hashable, Sendable {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = Style()) {
        self.text = text
        self.style = style
    }

    static func bold(_ text: String) -> StyledText { StyledText(text, Style(bold: true)) }
    static func dim(_ text: String) -> StyledText { StyledText(text, Style(dim: true)) }
}

/// A line made of pieces in styles of their own.
typealias StyledLine = [StyledText]

extension Frame {
    /// Draws the pieces one after the other, clipped to `width`.
    @discardableResult
    mutating func draw(_ line: StyledLine, row: Int, column: Int, width: Int) -> Int {
        var used = 0
        for piece in line where used < width {
            used += draw(piece.text, row: row, column: column + used, width: width - used, style: piece.style)
        }
        return used
    }
}

extension Array where Element == StyledText {
    /// The cells it takes.
    var cells: Int { reduce(0) { $0 + CellWidth.of(DisplayText.line($1.text)) } }
}
