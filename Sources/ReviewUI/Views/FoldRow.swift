import Screen

extension Model {
    /// The row that stands for a folded section: what it hides, so that nothing is forgotten there.
    func drawFold(_ rows: Int, _ marks: [Mark], row: Int, on frame: inout Frame) {
        let open = marks.count(where: \.isUndecided)
        var words = "\(rows) row\(rows == 1 ? "" : "s"), \(marks.isEmpty ? "no" : "\(marks.count)") span"
        words += marks.count == 1 ? "" : "s"
        if open > 0 { words += ", \(open) undecided" }
        let line: StyledLine = [.bold("  ▸ "), StyledText(words, Style(bold: open > 0, dim: open == 0))]
        frame.draw(line, row: row, column: plan.text.column, width: plan.text.columns)
    }
}
