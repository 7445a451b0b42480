/// What a character means for breaking a row.
enum BreakClass {
    case space
    case tab
    case narrow
    /// A wide character: a row may break on either side of it.
    case wide
    /// Closing punctuation of CJK text, which does not start a row.
    case closer
    /// Opening punctuation of CJK text, which does not end a row.
    case opener
    /// Sticks to both its neighbours: quotation marks, which open or close, in CJK text as in any other.
    case glue
}

/// Divides one line of a note into rows: at words where it can, inside a word that is longer than a row.
struct LineWrapper {
    /// A place in the note, in both countings.
    struct Place {
        var scalar: Int
        var byte: Int
    }

    /// How far rows that continue a line of columns are moved in, so that they are not taken for lines.
    private static let tabularHang = 4

    let width: Int
    var rows: [NoteLayout.Row]
    private var here: Place
    private var rowStart: Place
    private var rowIndent = 0
    private var column = 0
    private var lastBreak: (place: Place, column: Int)?
    private var previous: BreakClass?
    private var hanging = 0
    private var inIndent = true
    /// Whether the line has had a gap as between the columns of a table.
    private var isTabular = false

    init(width: Int, at start: Place, rows: [NoteLayout.Row]) {
        self.width = width
        self.rows = rows
        here = start
        rowStart = start
    }

    /// Takes the next character of the line.
    mutating func add(_ kind: BreakClass, scalars: Int, bytes: Int, width cells: Int) {
        let isSpace = kind == .space || kind == .tab
        if inIndent, !isSpace {
            inIndent = false
            // A deep indent would leave no room: such lines go on from the left edge.
            hanging = column <= width / 3 ? column : 0
        }
        if isSpace {
            if !inIndent, kind == .tab || previous == .space || previous == .tab { isTabular = true }
            column += kind == .tab ? NoteLayout.tabWidth(at: column) : cells
        } else {
            if mayBreak(before: kind) { lastBreak = (here, column) }
            if column + cells > width, here.scalar > rowStart.scalar { wrap(for: cells) }
            column += cells
        }
        here.scalar += scalars
        here.byte += bytes
        previous = kind
    }

    /// Ends the line's last row.
    mutating func finish() { endRow() }

    private func mayBreak(before kind: BreakClass) -> Bool {
        guard let previous else { return false }
        if previous == .space || previous == .tab { return true }
        if kind == .closer || kind == .glue || previous == .opener || previous == .glue { return false }
        return kind != .narrow || previous != .narrow
    }

    private mutating func wrap(for cells: Int) {
        let deepest = width / 3
        let hanging = min(deepest, hanging + (isTabular ? Self.tabularHang : 0))
        if let lastBreak, lastBreak.place.scalar > rowStart.scalar {
            let carried = column - lastBreak.column
            let next = here
            here = lastBreak.place
            endRow()
            rowStart = here
            here = next
            rowIndent = carried + cells + hanging <= width ? hanging : 0
            column = rowIndent + carried
        } else {
            endRow()
            rowStart = here
            rowIndent = hanging
            column = rowIndent
        }
        lastBreak = nil
    }

    private mutating func endRow() {
        rows.append(NoteLayout.Row(scalar: rowStart.scalar, byte: rowStart.byte, indent: rowIndent))
    }
}

extension BreakClass {
    /// The class of an ASCII byte.
    init(_ byte: UInt8) { self = byte == 0x20 ? .space : byte == 0x09 ? .tab : .narrow }

    /// The class of a character beyond ASCII that takes `width` cells.
    init(_ character: Character, width: Int) {
        guard let first = character.unicodeScalars.first else {
            self = .narrow
            return
        }
        switch first {
        case "\u{2002}", "\u{2003}", "\u{2009}", "\u{3000}": self = .space
        case "，", "。", "、", "；", "：", "？", "！", "）", "」", "』", "】", "》", "〉", "〕", "％": self = .closer
        case "（", "「", "『", "【", "《", "〈", "〔": self = .opener
        case "“", "”", "‘", "’", "℃": self = .glue
        default: self = width > 1 && !CellWidth.isConjunct(character) ? .wide : .narrow
        }
    }
}
