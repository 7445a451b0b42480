/// The size of a terminal, in cells.
public struct ScreenSize: Hashable, Sendable {
    /// Cells across.
    public var columns: Int
    /// Cells down.
    public var rows: Int

    /// Makes a size.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A cell's place: row and column from the top left, counted from 0.
public struct CellPosition: Hashable, Sendable {
    /// Rows down.
    public var row: Int
    /// Columns across.
    public var column: Int

    /// Makes a position.
    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// One cell of the screen.
public struct Cell: Hashable, Sendable {
    /// What is drawn: one grapheme, never a control character; empty in the right half of a wide one.
    public var text: String
    /// How it is drawn.
    public var style: Style

    /// Makes a cell.
    public init(_ text: String, _ style: Style = Style()) {
        self.text = text
        self.style = style
    }

    /// A space without style.
    public static let blank = Cell(" ")
}

/// Everything on the screen at one moment.
///
/// Made by a pure function of the model; the terminal shows it.
public struct Frame: Hashable, Sendable {
    /// How large it is.
    public let size: ScreenSize
    /// The cells, row after row.
    public private(set) var cells: [Cell]
    /// Where the hardware cursor stands, so that screen readers and magnifiers follow; `nil` hides it.
    public var cursor: CellPosition?

    /// An empty screen.
    public init(size: ScreenSize) {
        self.size = ScreenSize(columns: max(0, size.columns), rows: max(0, size.rows))
        cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
    }

    /// The cell at a position; outside the screen reads are blank and writes are ignored.
    public subscript(row: Int, column: Int) -> Cell {
        get { contains(row, column) ? cells[row * size.columns + column] : .blank }
        set { if contains(row, column) { cells[row * size.columns + column] = newValue } }
    }

    /// Whether a cell belongs to the wide grapheme on its left.
    func isContinuation(row: Int, column: Int) -> Bool {
        contains(row, column) && cells[row * size.columns + column].text.isEmpty
    }

    private func contains(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && row < size.rows && column >= 0 && column < size.columns
    }
}
