import Annotation
import ClinicalText
import Screen

extension Model {
    /// Beside the note on a wide screen: the span under the cursor, the labels with their keys, the note itself.
    func drawPanel(on frame: inout Frame, in area: CellRect) {
        let details = spanDetails(width: area.columns)
        let legend = legendLines(width: area.columns)
        let note = noteDetails(width: area.columns)
        // The details have a fixed room, so that the legend below stands still while the cursor moves.
        let detailRows = min(8, max(0, area.rows - legend.count - 1))
        var lines: [StyledLine] = []
        if detailRows >= 3 {
            lines += details.prefix(detailRows)
            lines += Array(repeating: [], count: detailRows - min(detailRows, details.count) + 1)
        }
        lines += legend
        if lines.count + note.count < area.rows { lines += [[]] + note }
        for (index, line) in lines.prefix(area.rows).enumerated() {
            frame.draw(line, row: area.row + index, column: area.column, width: area.columns)
        }
    }

    private func spanDetails(width: Int) -> [StyledLine] {
        guard selection == nil, let mark = focusedMark else { return [[.dim("no span under the cursor")]] }
        var lines: [StyledLine] = [
            [StyledText(mark.content.label, Style(foreground: hue(of: mark.content.label), bold: true))]
        ]
        lines += TextBlock.wrapped("“\(DisplayText.line(mark.words))”", width: width).prefix(2).map {
            [StyledText($0)]
        }
        lines.append([StyledText(state(of: mark))])
        if let offered = offered(as: mark) {
            let name = originWords(of: offered)
            lines.append([.dim(offered.isFromAnnotators ? name : "\(offered.score.percent) · \(name)")])
        }
        for words in attributeWords(of: mark) { lines.append([StyledText(words)]) }
        for comment in comments(on: mark) { lines.append([.dim("comment: \(comment)")]) }
        if let definition = schema.spanLabel(named: mark.content.label)?.definition, !definition.isEmpty {
            lines += TextBlock.wrapped(definition, width: width).map { [.dim($0)] }
        }
        return lines
    }

    private func legendLines(width: Int) -> [StyledLine] {
        schema.spans.map { label in
            let count = page.marks.counts[label.label] ?? (0, 0)
            var tail = count.decided > 0 ? "\(count.decided)" : ""
            if count.undecided > 0 { tail += " \(count.undecided)?" }
            let name = DisplayText.clipped(DisplayText.line(label.label), to: width - 4 - CellWidth.of(tail))
            let free = max(1, width - 2 - CellWidth.of(name) - CellWidth.of(tail))
            // What the label is for, where there is room for a few words of it.
            let definition =
                free >= Self.fewestDefinitionCells
                ? "  " + DisplayText.clipped(DisplayText.line(label.definition), to: free - 4) : ""
            let gap = String(repeating: " ", count: max(1, free - CellWidth.of(definition)))
            let key = label.key.map(String.init) ?? " "
            return [
                StyledText(key, Style(foreground: hue(of: label.label), bold: true)), StyledText(" \(name)"),
                .dim(definition + gap + tail),
            ]
        }
    }

    /// Four or five words: fewer say nothing, and beside some labels only they would be noise.
    private static let fewestDefinitionCells = 30

    private func noteDetails(width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        for label in schema.noteLabels {
            let values = review.document.noteLabels[label.name]?.joined(separator: ", ")
            var line: StyledLine = [.dim("\(label.name): ")]
            if let values {
                line.append(StyledText(values))
            } else if let (value, score) = review.likeliest(of: label) {
                line.append(.dim("\(value)? \(score.percent)"))
            } else {
                line.append(.dim("not set (\(key("note-labels")))"))
            }
            lines.append(line)
        }
        for comment in review.document.comments where comment.target == nil {
            lines += TextBlock.wrapped("comment: \(DisplayText.line(comment.text))", width: width).map {
                [StyledText($0)]
            }
        }
        return lines
    }
}
