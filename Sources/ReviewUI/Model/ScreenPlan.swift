import Screen

/// Where everything stands on a screen of a given size.
struct ScreenPlan: Hashable, Sendable {
    /// Below this a note cannot be read.
    static let smallest = ScreenSize(columns: 40, rows: 10)
    /// From here on there is room for a panel beside the note.
    private static let columnsForPanel = 110
    /// Room for four labels of a row with their question marks; half of it where the note itself has little.
    private static func gutterWidth(_ columns: Int) -> Int { columns < 60 ? 4 : 8 }
    /// A span line, a status line, a footer.
    private static let bottomRows = 3

    let size: ScreenSize
    /// The note's cells.
    let text: CellRect
    /// The label keys beside each row.
    let gutter: CellRect
    let scrollbar: CellRect
    /// What each annotator made of the stretch under the cursor, below the note; `nil` outside adjudication.
    let readings: CellRect?
    /// Legend and details; `nil` on a narrow screen.
    let panel: CellRect?

    /// A title, the annotators' names, three spans of each.
    static let readingRows = 5

    /// Plans a screen.
    ///
    /// - Parameter hasReadings: whether readings are shown below the note, where there is room.
    init(_ size: ScreenSize, hasReadings: Bool = false) {
        self.size = size
        let below = hasReadings && size.rows >= Self.smallest.rows ? Self.readingRows : 0
        let rows = max(1, size.rows - 1 - Self.bottomRows - below)
        var panelWidth = 0
        if size.columns >= Self.columnsForPanel {
            // The note's lines come first, up to 80 cells; then a third of what is gained goes to the panel.
            panelWidth = min(56, 30 + max(0, size.columns - 120) / 3)
        }
        // A blank cell left of the text and one right of it hold the brackets of the span under the cursor.
        let gutterWidth = Self.gutterWidth(size.columns)
        let textWidth = size.columns - panelWidth - gutterWidth - 3
        text = CellRect(row: 1, column: 1, rows: rows, columns: max(NoteLayout.minimumWidth, textWidth))
        gutter = CellRect(row: 1, column: text.column + text.columns + 1, rows: rows, columns: gutterWidth)
        scrollbar = CellRect(row: 1, column: gutter.column + gutter.columns, rows: rows, columns: 1)
        readings =
            below == 0
            ? nil : CellRect(row: 1 + rows, column: 1, rows: below, columns: scrollbar.column)
        panel =
            panelWidth == 0
            ? nil : CellRect(row: 1, column: scrollbar.column + 2, rows: rows + below, columns: panelWidth - 2)
    }

    var isTooSmall: Bool { size.columns < Self.smallest.columns || size.rows < Self.smallest.rows }
    var spanRow: Int { size.rows - 3 }
    var statusRow: Int { size.rows - 2 }
    var footerRow: Int { size.rows - 1 }
    /// Where popups may stand: everything between the title and the status line.
    var popupArea: CellRect { CellRect(row: 1, column: 0, rows: max(1, size.rows - 3), columns: size.columns) }
}
