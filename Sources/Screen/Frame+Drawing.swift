/// A rectangle of cells.
public struct CellRect: Hashable, Sendable {
    /// Rows from the top of the screen.
    public var row: Int
    /// Columns from its left edge.
    public var column: Int
    /// Cells down.
    public var rows: Int
    /// Cells across.
    public var columns: Int

    /// Makes a rectangle; negative sizes become 0.
    public init(row: Int, column: Int, rows: Int, columns: Int) {
        self.row = row
        self.column = column
        self.rows = max(0, rows)
        self.columns = max(0, columns)
    }

    /// Whether a cell lies in it.
    public func contains(_ position: CellPosition) -> Bool {
        (row..<(row + rows)).contains(position.row) && (column..<(column + columns)).contains(position.column)
    }

    /// The rectangle without a border of `rows` and `columns` cells on each side.
    public func inset(rows: Int, columns: Int) -> CellRect {
        CellRect(
            row: row + rows, column: column + columns, rows: self.rows - 2 * rows, columns: self.columns - 2 * columns)
    }
}

extension Frame {
    /// Puts one grapheme of `width` cells at a place, never leaving a part of a wide one beside it.
    public mutating func put(_ text: String, width: Int = 1, row: Int, column: Int, style: Style = Style()) {
        guard width == 1 || column + width <= size.columns else { return self[row, column] = Cell(" ", style) }
        for cell in column..<(column + max(1, width)) { clearGrapheme(row: row, column: cell) }
        self[row, column] = Cell(text, style)
        for cell in (column + 1)..<(column + max(1, width)) { self[row, cell] = Cell("", style) }
    }

    /// Draws one line of text, made harmless and clipped to `width` cells with `…`.
    ///
    /// - Returns: the cells it took.
    @discardableResult
    public mutating func draw(_ text: String, row: Int, column: Int, width: Int, style: Style = Style()) -> Int {
        var used = 0
        for character in DisplayText.clipped(DisplayText.line(text), to: width) {
            let cells = max(1, CellWidth.of(character))
            put(String(character), width: cells, row: row, column: column + used, style: style)
            used += cells
        }
        return used
    }

    /// Fills a rectangle with blanks of one style.
    public mutating func fill(_ rect: CellRect, style: Style = Style()) {
        for row in rect.row..<(rect.row + rect.rows) {
            for column in rect.column..<(rect.column + rect.columns) {
                put(" ", row: row, column: column, style: style)
            }
        }
    }

    /// Draws a box with a title in its upper edge and one at the right of its lower edge, and clears its inside.
    public mutating func box(_ rect: CellRect, title: String = "", note: String = "", style: Style = Style()) {
        guard rect.rows >= 2, rect.columns >= 2 else { return }
        fill(rect)
        let bottom = rect.row + rect.rows - 1
        let right = rect.column + rect.columns - 1
        for column in (rect.column + 1)..<max(rect.column + 1, right) {
            put("─", row: rect.row, column: column, style: style)
            put("─", row: bottom, column: column, style: style)
        }
        for row in (rect.row + 1)..<max(rect.row + 1, bottom) {
            put("│", row: row, column: rect.column, style: style)
            put("│", row: row, column: right, style: style)
        }
        put("╭", row: rect.row, column: rect.column, style: style)
        put("╮", row: rect.row, column: right, style: style)
        put("╰", row: bottom, column: rect.column, style: style)
        put("╯", row: bottom, column: right, style: style)
        var heading = style
        heading.bold = true
        heading.dim = false
        if !title.isEmpty {
            draw(" \(title) ", row: rect.row, column: rect.column + 2, width: rect.columns - 4, style: heading)
        }
        if !note.isEmpty {
            let text = DisplayText.clipped(" \(note) ", to: rect.columns - 4)
            draw(text, row: bottom, column: right - 1 - CellWidth.of(text), width: rect.columns - 4, style: style)
        }
    }

    /// Blanks all of a wide grapheme of which one cell is about to be overwritten.
    private mutating func clearGrapheme(row: Int, column: Int) {
        var first = column
        while isContinuation(row: row, column: first) { first -= 1 }
        var end = column + 1
        while isContinuation(row: row, column: end) { end += 1 }
        guard end - first > 1 else { return }
        for cell in first..<end { self[row, cell].text = " " }
    }
}
