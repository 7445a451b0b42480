import Screen

/// Where frames are drawn: the terminal, or a stand-in for tests.
package protocol Canvas: AnyObject {
    /// Colours to choose from; 0 for none.
    var colors: Int { get }
    /// Goes up whenever what was drawn may be lost.
    var generation: Int { get }
    /// What it writes on.
    var ground: Ground { get }
    /// Whether nothing but ASCII may be drawn.
    var isASCII: Bool { get }
    /// Told the palette whose numbers the inks are going to have.
    func draw(in palette: Palette)
    /// Blanks everything.
    func erase()
    /// Draws one piece.
    func put(row: Int, column: Int, scalars: [UInt32], ink: Ink)
    /// Brings what was drawn to the eye.
    func show(cursor: CellPosition?)
    /// Cells that drawing a scalar takes.
    func width(of scalar: Unicode.Scalar) -> Int
}

/// Draws frames, each time only the rows that differ from the frame before.
///
/// curses then sends only the cells that differ. Rows, not cells: the half of a wide character is never left behind,
/// and comparing is what costs least.
public final class FramePresenter {
    private let canvas: any Canvas
    private var palette: Palette
    private var shown: Frame?
    private var generation: Int
    private var inks: [Style: Ink] = [:]

    /// Draws on a session's terminal, in the colours it has.
    public convenience init(_ session: TerminalSession) {
        self.init(canvas: session)
    }

    /// Draws on any canvas.
    package init(canvas: any Canvas) {
        self.canvas = canvas
        palette = Palette(colors: canvas.colors, ground: canvas.ground)
        generation = canvas.generation
        canvas.draw(in: palette)
    }

    /// Shows a frame.
    ///
    /// What lies outside the terminal is not drawn.
    public func present(_ frame: Frame) {
        let frame = canvas.isASCII ? frame.inASCII() : frame
        if generation != canvas.generation || shown?.size != frame.size {
            generation = canvas.generation
            shown = nil
            if palette.ground != canvas.ground {
                palette = Palette(colors: canvas.colors, ground: canvas.ground)
                inks = [:]
                canvas.draw(in: palette)
            }
            canvas.erase()
        }
        let before = shown?.cells
        let columns = frame.size.columns
        for row in 0..<frame.size.rows {
            let cells = frame.cells[row * columns..<(row + 1) * columns]
            if let before, before[cells.indices] == cells { continue }
            draw(cells, row: row)
        }
        canvas.show(cursor: frame.cursor)
        shown = frame
    }

    private func draw(_ cells: ArraySlice<Cell>, row: Int) {
        var index = cells.startIndex
        while index < cells.endIndex {
            let cell = cells[index]
            // The frame decides widths: empty cells belong to the text before them.
            var end = index + 1
            while end < cells.endIndex, cells[end].text.isEmpty { end += 1 }
            let ink = ink(cell.style)
            var column = index - cells.startIndex
            for piece in pieces(cell.text, cells: end - index) {
                canvas.put(row: row, column: column, scalars: piece.scalars, ink: ink)
                column += piece.width
            }
            index = end
        }
    }

    private func pieces(_ text: String, cells: Int) -> [GlyphPiece] {
        if cells == 1, text.utf8.count == 1, let byte = text.utf8.first, byte >= 0x20, byte < 0x7F {
            return [GlyphPiece(scalars: [UInt32(byte)], width: 1)]
        }
        return GlyphPiece.pieces(of: text, cells: cells, width: canvas.width)
    }

    private func ink(_ style: Style) -> Ink {
        if let known = inks[style] { return known }
        let ink = palette.ink(style)
        inks[style] = ink
        return ink
    }
}
