/// How good a model is after so many notes, for each order in which they came.
struct LearningCurve {
    /// What was measured once.
    struct Point: Hashable {
        let notes: Int
        let f1: Double
        /// What a reviewer presses for each gold span of notes that the model has not seen, with its suggestions.
        let keysPerSpan: Double?
    }

    /// An order's points, by the number of notes.
    struct Line {
        let name: String
        var points: [Point]
    }

    var lines: [Line]

    private var sizes: [Int] { Set(lines.flatMap { $0.points.map(\.notes) }).sorted() }

    private func point(_ line: Line, _ notes: Int) -> Point? { line.points.first { $0.notes == notes } }

    /// A row for each number of notes; what was not measured is `–`.
    var table: String {
        let columns = lines.flatMap { ["\($0.name) F1", "keys/span"] }
        let rows = sizes.map { size in
            [String(size)]
                + lines.flatMap { line in
                    let point = point(line, size)
                    return [point.map(\.f1.threeDigits) ?? "–", point?.keysPerSpan?.threeDigits ?? "–"]
                }
        }
        let all = [["notes"] + columns] + rows
        let widths = all[0].indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Where the best F1 is rounded up to, so that the scale ends at a tenth.
    private var top: Double { max(0.1, (lines.flatMap { $0.points.map(\.f1) }.max() ?? 0) * 10).rounded(.up) / 10 }

    private static let height = 12
    private static let cellsPerSize = 10
    /// A mark for each line; where two meet the first one is seen.
    private static let marks: [Character] = ["●", "○", "△", "□"]

    /// F1 upwards against the notes, which are apart alike: each size is about twice the last.
    var plot: String {
        let top = top
        var cells = [[Character]](
            repeating: [Character](repeating: " ", count: sizes.count * Self.cellsPerSize), count: Self.height + 1)
        for (line, mark) in zip(lines, Self.marks).reversed() {
            for point in line.points {
                guard let column = sizes.firstIndex(of: point.notes) else { continue }
                let row = Self.height - Int((point.f1 / top * Double(Self.height)).rounded())
                cells[min(max(0, row), Self.height)][column * Self.cellsPerSize + Self.cellsPerSize / 2] = mark
            }
        }
        var text = cells.enumerated().map { row, cells in
            let label = row % 3 == 0 ? (top * Double(Self.height - row) / Double(Self.height)).threeDigits : "     "
            return "\(label) │\(String(cells))"
        }
        text.append("      └" + String(repeating: "─", count: sizes.count * Self.cellsPerSize))
        text.append(
            "       "
                + sizes.map { size in
                    let name = String(size)
                    let left = (Self.cellsPerSize - name.count + 1) / 2
                    return String(repeating: " ", count: left) + name.padded(to: Self.cellsPerSize - left)
                }.joined())
        text.append("       " + zip(Self.marks, lines).map { "\($0) \($1.name)" }.joined(separator: "   "))
        return text.joined(separator: "\n")
    }

    /// Okabe and Ito's blue and orange, which are told apart by who sees no red or green, as well as by their dashes.
    private static let colors = [("#0072b2", ""), ("#e69f00", "6 4"), ("#009e73", "2 3"), ("#cc79a7", "8 3 2 3")]

    /// The same plot as SVG, for a page.
    var svg: String {
        let (width, height, left, bottom) = (640.0, 360.0, 60.0, 50.0)
        let top = top
        func x(_ notes: Int) -> Double {
            let place = Double(sizes.firstIndex(of: notes) ?? 0)
            return left + 20 + place * (width - left - 60) / Double(max(1, sizes.count - 1))
        }
        func y(_ f1: Double) -> Double { 20 + (1 - f1 / top) * (height - bottom - 20) }
        func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
            "<text x=\"\(x.oneDigit)\" y=\"\(y.oneDigit)\" text-anchor=\"\(anchor)\">\(words)</text>\n"
        }
        var page = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="13">
            <title>F1 against notes seen</title>
            <rect width="640" height="360" fill="#fff"/>

            """
        for step in 0...Int((top * 10).rounded()) {
            let value = Double(step) / 10
            page += "<path d=\"M\(left) \(y(value).oneDigit)H\(width - 20)\" stroke=\"#ddd\"/>\n"
            page += text(value.oneDigit, left - 8, y(value) + 4, "end")
        }
        for size in sizes { page += text(String(size), x(size), height - bottom + 20, "middle") }
        page += text("notes", (left + width) / 2, height - 10, "middle")
        for (index, (line, look)) in zip(lines, Self.colors).enumerated() {
            let places = line.points.map { "\(x($0.notes).oneDigit),\(y($0.f1).oneDigit)" }
            page += "<polyline fill=\"none\" stroke=\"\(look.0)\" stroke-width=\"2\" stroke-dasharray=\"\(look.1)\" "
            page += "points=\"\(places.joined(separator: " "))\"/>\n"
            for point in line.points {
                page +=
                    "<circle cx=\"\(x(point.notes).oneDigit)\" cy=\"\(y(point.f1).oneDigit)\" r=\"4\" fill=\"\(look.0)\">"
                page += "<title>\(line.name), \(point.notes) notes: F1 \(point.f1.threeDigits)</title></circle>\n"
            }
            let height = height - bottom - 20 - Double(lines.count - index) * 20
            page += "<path d=\"M\(width - 200) \(height)h30\" stroke=\"\(look.0)\" stroke-width=\"2\" "
            page += "stroke-dasharray=\"\(look.1)\"/>\n"
            page += text(line.name, width - 160, height + 4, "start")
        }
        return page + "</svg>\n"
    }
}
