import Screen
import Terminal
import Testing

/// Remembers what was drawn.
private final class RecordingCanvas: Canvas {
    var colors = 256
    var generation = 0
    var ground = Ground.dark
    var isASCII = false
    var palettes: [Palette] = []
    var erased = 0
    var puts: [String] = []
    var cursors: [CellPosition?] = []

    func draw(in palette: Palette) { palettes.append(palette) }
    func erase() { erased += 1 }
    func put(row: Int, column: Int, scalars: [UInt32], ink: Ink) {
        let text = String(String.UnicodeScalarView(scalars.compactMap(Unicode.Scalar.init)))
        puts.append("\(row),\(column) \(text)\(ink.foreground.map { " ink \($0)" } ?? "")")
    }
    func show(cursor: CellPosition?) { cursors.append(cursor) }
    func width(of scalar: Unicode.Scalar) -> Int { scalar.value > 0x1000 ? 2 : 1 }
}

@Suite("FramePresenter")
struct FramePresenterTests {
    private func frame(_ rows: [[String]], cursor: CellPosition? = nil) -> Frame {
        var frame = Frame(size: ScreenSize(columns: rows.first?.count ?? 0, rows: rows.count))
        for (row, cells) in rows.enumerated() {
            for (column, text) in cells.enumerated() { frame[row, column] = Cell(text) }
        }
        frame.cursor = cursor
        return frame
    }

    @Test("draws the whole first frame, then only rows that differ")
    func difference() {
        let canvas = RecordingCanvas()
        let presenter = FramePresenter(canvas: canvas)
        presenter.present(frame([["a", "b"], ["c", "d"]]))
        #expect(canvas.erased == 1)
        #expect(canvas.puts == ["0,0 a", "0,1 b", "1,0 c", "1,1 d"])

        canvas.puts = []
        presenter.present(frame([["a", "b"], ["c", "x"]]))
        #expect(canvas.puts == ["1,0 c", "1,1 x"])

        canvas.puts = []
        presenter.present(frame([["a", "b"], ["c", "x"]], cursor: CellPosition(row: 1, column: 0)))
        #expect(canvas.puts == [])
        #expect(canvas.cursors == [nil, nil, CellPosition(row: 1, column: 0)])
        #expect(canvas.erased == 1)
    }

    @Test("draws everything again when the size or the canvas is another")
    func again() {
        let canvas = RecordingCanvas()
        let presenter = FramePresenter(canvas: canvas)
        presenter.present(frame([["a"]]))
        canvas.generation += 1
        presenter.present(frame([["a"]]))
        presenter.present(frame([["a", "b"]]))
        #expect(canvas.erased == 3)
        #expect(canvas.puts == ["0,0 a", "0,0 a", "0,0 a", "0,1 b"])
    }

    @Test("places what follows a wide character where the frame has it")
    func wide() {
        let canvas = RecordingCanvas()
        FramePresenter(canvas: canvas).present(frame([["中", "", "|", "é", "", "|"]]))
        #expect(canvas.puts == ["0,0 中", "0,2 |", "0,3 é", "0,4  ", "0,5 |"])
    }

    @Test("blanks a half that lost its character")
    func orphan() {
        let canvas = RecordingCanvas()
        FramePresenter(canvas: canvas).present(frame([["", "a"]]))
        #expect(canvas.puts == ["0,0  ", "0,1 a"])
    }

    @Test("draws in the colours of the canvas")
    func colours() {
        let canvas = RecordingCanvas()
        var frame = frame([["a"]])
        frame[0, 0].style.foreground = .vermillion
        FramePresenter(canvas: canvas).present(frame)
        canvas.colors = 0
        FramePresenter(canvas: canvas).present(frame)
        #expect(canvas.puts == ["0,0 a ink 166", "0,0 a"])
    }

    @Test("draws in other colours once it is known that the ground is light")
    func ground() {
        let canvas = RecordingCanvas()
        var frame = frame([["a"]])
        frame[0, 0].style.foreground = .yellow
        let presenter = FramePresenter(canvas: canvas)
        presenter.present(frame)
        canvas.ground = .light
        canvas.generation += 1
        presenter.present(frame)
        #expect(canvas.puts == ["0,0 a ink 227", "0,0 a ink 58"])
        #expect(canvas.palettes.map(\.ground) == [.dark, .light])
    }

    @Test("draws ASCII alone where nothing else may be drawn")
    func ascii() {
        let canvas = RecordingCanvas()
        canvas.isASCII = true
        FramePresenter(canvas: canvas).present(frame([["é", "中", ""]]))
        #expect(canvas.puts == ["0,0 e", "0,1 ?", "0,2 ?"])
    }

    @Test("takes a frame without cells")
    func empty() {
        let canvas = RecordingCanvas()
        FramePresenter(canvas: canvas).present(frame([]))
        #expect(canvas.puts == [])
        #expect(canvas.cursors.count == 1)
    }
}
