import ClinicalText

/// A note laid out on rows of a given width, as it was written: indents, tables, tabs and blank lines stay.
///
/// Long lines go on in further rows, broken at words and indented like the line; a word longer than a row is split.
/// Rows cover the note without gaps, so that every offset has one cell and every cell one offset. Only where rows start
/// is stored: a row's characters are made when it is drawn, which keeps a note of 1 MB cheap.
public struct NoteLayout: Sendable {
    /// Where a row starts.
    struct Row: Sendable {
        let scalar: Int
        let byte: Int
        /// Blank cells before the row's first character, on rows that continue a line.
        let indent: Int
        /// The rows that it stands for where they are folded; 0 for a row that shows its own words.
        var hidden = 0
    }

    /// One character on a row.
    public struct Glyph: Hashable, Sendable {
        /// How it takes part in the note.
        public enum Kind: Hashable, Sendable {
            /// Ink.
            case ink
            /// White space within a row.
            case space
            /// A stand-in for a character that has no ink.
            case substitute
            /// The end of the line: no cell of its own.
            case lineEnd
        }
        /// The code points it shows.
        public let span: TextSpan
        /// Its first cell, from the left edge of the layout.
        public let column: Int
        /// Its cells; 0 for a line end.
        public let width: Int
        /// What to draw.
        public let text: String
        /// How it takes part in the note.
        public let kind: Kind
    }

    /// Fewer cells than this a row never has; narrower screens show no note at all.
    public static let minimumWidth = 8
    /// Tabs go to the next multiple of this, as terminals do by default.
    private static let tabStop = 8

    /// The text that is laid out.
    public let text: NoteText
    /// Cells across.
    public let width: Int
    /// Every row, and those that are left by folding.
    let allRows: [Row]
    var rows: [Row]

    /// Lays `text` out on rows of `width` cells.
    public init(_ text: NoteText, width: Int) {
        let width = max(Self.minimumWidth, width)
        self.text = text
        self.width = width
        allRows = Self.rows(of: text, width: width)
        rows = allRows
    }

    /// How many rows there are; an empty note has one.
    public var rowCount: Int { rows.count }

    /// The row that shows the code point at `offset`; offsets outside the note are clamped to it.
    public func row(of offset: ScalarOffset) -> Int {
        var low = 0
        var high = rows.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if rows[middle].scalar <= offset.value { low = middle } else { high = middle }
        }
        return low
    }

    /// The code points of a row, line end included; the nearest row for one that is not there.
    public func span(ofRow row: Int) -> TextSpan {
        let row = clamped(row)
        let end = row + 1 < rows.count ? rows[row + 1].scalar : text.scalarCount
        return TextSpan(rows[row].scalar, end)
    }

    /// The characters of a row from left to right.
    public func glyphs(inRow row: Int) -> [Glyph] {
        let row = clamped(row)
        if rows[row].hidden > 0 { return [] }
        let endByte = row + 1 < rows.count ? rows[row + 1].byte : text.utf8.count
        var column = rows[row].indent
        var scalar = rows[row].scalar
        var glyphs: [Glyph] = []
        glyphs.reserveCapacity(endByte - rows[row].byte)
        Grapheme.forEach(in: text.utf8[rows[row].byte..<endByte]) { grapheme in
            let glyph = Self.glyph(grapheme, at: scalar, column: column)
            glyphs.append(glyph)
            column += glyph.width
            scalar = glyph.span.end.value
        }
        return glyphs
    }

    /// The cell of the code point at `offset`.
    ///
    /// White space that hangs over the right edge, line ends and the end of the note are clamped into the row.
    public func position(of offset: ScalarOffset) -> CellPosition {
        let row = row(of: offset)
        var column = rows[row].indent
        for glyph in glyphs(inRow: row) {
            column = glyph.column
            if glyph.span.end > offset { break }
            column += glyph.width
        }
        return CellPosition(row: row, column: min(column, width - 1))
    }

    /// The first code point of the character at a cell; beside the text, of the nearest character of that row.
    public func offset(at position: CellPosition) -> ScalarOffset {
        let glyphs = glyphs(inRow: position.row)
        for glyph in glyphs where glyph.column + glyph.width > position.column && glyph.kind != .lineEnd {
            return glyph.span.start
        }
        return glyphs.last { $0.kind != .lineEnd }?.span.start ?? span(ofRow: position.row).start
    }

    /// Cells from `column` to the next tab stop.
    static func tabWidth(at column: Int) -> Int { tabStop - column % tabStop }

    func clamped(_ row: Int) -> Int { min(max(0, row), rows.count - 1) }

    private static func glyph(_ grapheme: Grapheme, at start: Int, column: Int) -> Glyph {
        func glyph(_ shown: DisplayText.Glyph, isSpace: Bool, scalars: Int) -> Glyph {
            let kind: Glyph.Kind = shown.isSubstitute ? .substitute : isSpace ? .space : .ink
            let span = TextSpan(start, start + scalars)
            return Glyph(span: span, column: column, width: shown.width, text: shown.text, kind: kind)
        }
        switch grapheme {
        case .lineEnd:
            return Glyph(span: TextSpan(start, start + 2), column: column, width: 0, text: "", kind: .lineEnd)
        case .ascii(0x0A):
            return Glyph(span: TextSpan(start, start + 1), column: column, width: 0, text: "", kind: .lineEnd)
        case .ascii(0x09):
            let span = TextSpan(start, start + 1)
            return Glyph(span: span, column: column, width: tabWidth(at: column), text: " ", kind: .space)
        case .ascii(let byte):
            return glyph(DisplayText.glyph(forASCII: byte), isSpace: byte == 0x20, scalars: 1)
        case .character(let character, let scalars, _):
            return glyph(DisplayText.glyph(for: character), isSpace: character.isWhitespace, scalars: scalars)
        }
    }

    private static func rows(of text: NoteText, width: Int) -> [Row] {
        let bytes = text.utf8
        var rows: [Row] = []
        rows.reserveCapacity(bytes.count / 40 + 1)
        var place = LineWrapper.Place(scalar: 0, byte: 0)
        repeat {
            var end = place.byte
            var isPlain = true
            while end < bytes.count, bytes[end] != 0x0A {
                if bytes[end] < 0x20 || bytes[end] > 0x7E { isPlain = false }
                end += 1
            }
            let next = min(end + 1, bytes.count)
            if isPlain, end - place.byte <= width {
                rows.append(Row(scalar: place.scalar, byte: place.byte, indent: 0))
                place = LineWrapper.Place(scalar: place.scalar + next - place.byte, byte: next)
            } else {
                var wrapper = LineWrapper(width: width, at: place, rows: rows)
                // Given up for the time of the call, so that the wrapper appends in place.
                rows = []
                let scalars = add(bytes[place.byte..<end], to: &wrapper)
                wrapper.finish()
                rows = wrapper.rows
                place = LineWrapper.Place(scalar: place.scalar + scalars + (next - end), byte: next)
            }
        } while place.byte < bytes.count
        return rows
    }

    private static func add(_ line: ArraySlice<UInt8>, to wrapper: inout LineWrapper) -> Int {
        // The CR of CRLF belongs to the line's end and has no cell.
        let content = line.last == 0x0D ? line.dropLast() : line
        var count = line.count - content.count
        Grapheme.forEach(in: content) { grapheme in
            switch grapheme {
            case .lineEnd: break
            case .ascii(let byte):
                wrapper.add(BreakClass(byte), scalars: 1, bytes: 1, width: 1)
                count += 1
            case .character(let character, let scalars, let bytes):
                let width = DisplayText.glyph(for: character).width
                wrapper.add(BreakClass(character, width: width), scalars: scalars, bytes: bytes, width: width)
                count += scalars
            }
        }
        return count
    }
}
