import Annotation
import ClinicalText
import Screen

extension Model {
    /// Below the note: what each annotator made of the stretch under the cursor, side by side.
    func drawReadings(on frame: inout Frame, in area: CellRect) {
        frame.fill(area)
        let count = review.comparison?.disagreements.count ?? 0
        guard let (position, disagreement) = disagreementHere else {
            drawRule(count == 0 ? "no disagreement in this note" : openWords(count), on: &frame, in: area)
            for (index, name) in (review.comparison?.openNoteLabels ?? []).prefix(area.rows - 1).enumerated() {
                frame.draw(
                    "\(name) differs: \(key("note-labels")) sets it", row: area.row + 1 + index, column: area.column,
                    width: area.columns)
            }
            return
        }
        drawRule("disagreement \(position + 1) of \(count)", on: &frame, in: area)
        let readings = disagreement.readings
        let width = max(1, area.columns / max(1, readings.count))
        guard width >= Self.narrowestReading else { return drawStacked(readings, on: &frame, in: area) }
        for (index, reading) in readings.enumerated() {
            let column = area.column + index * width
            let isLast = index == readings.count - 1
            let room = (isLast ? area.columns - index * width : width) - 2
            let lines = [readingTitle(index, reading)] + spanLines(reading, room: area.rows - 2)
            for (row, line) in lines.enumerated() {
                frame.draw(line, row: area.row + 1 + row, column: column, width: room)
            }
            guard !isLast else { continue }
            for row in 1..<area.rows {
                frame.draw("│", row: area.row + row, column: column + width - 2, width: 1, style: Style(dim: true))
            }
        }
    }

    /// A label of twelve letters and two words.
    private static let narrowestReading = 24

    private func openWords(_ count: Int) -> String {
        "\(openDisagreements) of \(count) disagreements open: \(key("next-target")) goes to the next"
    }

    private func drawRule(_ title: String, on frame: inout Frame, in area: CellRect) {
        let style = Style(dim: true)
        frame.draw(
            String(repeating: "─", count: area.columns), row: area.row, column: area.column, width: area.columns,
            style: style)
        frame.draw(
            " \(title) ", row: area.row, column: area.column + 2, width: area.columns - 4, style: Style(bold: true))
    }

    private func readingTitle(_ index: Int, _ reading: Reading) -> StyledLine {
        [.bold("\(index + 1) "), StyledText(reading.annotators.joined(separator: ", "), Style(bold: isTaken(reading)))]
            + (isTaken(reading) ? [.dim(" taken")] : [])
    }

    /// Whether what stands in the stretch is just this.
    private func isTaken(_ reading: Reading) -> Bool {
        guard let (_, disagreement) = disagreementHere,
            !page.marks.overlapping(disagreement.span).contains(where: \.isUndecided)
        else { return false }
        let standing = review.document.spans.filter { span in
            disagreement.contents.contains { $0.marksTheSame(as: span.content) }
        }
        let isEdited = review.document.spans.contains { span in
            guard let offered = span.offered, !offered.content.marksTheSame(as: span.content) else { return false }
            return disagreement.contents.contains { $0.marksTheSame(as: offered.content) }
        }
        return !isEdited
            && Set(
                standing.map { Reading.Span(content: $0.content, attributes: schema.withoutDefaults($0.attributes)) })
                == Set(reading.spans)
    }

    private func spanLines(_ reading: Reading, room: Int) -> [StyledLine] {
        guard !reading.spans.isEmpty else { return [[.dim("nothing here")]] }
        let lines = reading.spans.map(line)
        guard lines.count > room else { return lines }
        return lines.prefix(room - 1) + [[.dim("and \(lines.count - room + 1) more")]]
    }

    private func line(_ span: Reading.Span) -> StyledLine {
        let attributes = span.attributes.sorted { $0.key < $1.key }.map { " \($0.value)" }.joined()
        return [
            StyledText(sign(of: span.content.label), Style(foreground: hue(of: span.content.label), bold: true)),
            StyledText(" “\(DisplayText.line(span.content.text))”"), .bold(attributes),
        ]
    }

    /// One reading a row, where there is no room for columns.
    private func drawStacked(_ readings: [Reading], on frame: inout Frame, in area: CellRect) {
        for (index, reading) in readings.prefix(area.rows - 1).enumerated() {
            let spans = spanLines(reading, room: .max).joined(separator: [StyledText("  ")])
            frame.draw(
                readingTitle(index, reading) + [StyledText(": ")] + spans, row: area.row + 1 + index,
                column: area.column, width: area.columns)
        }
        if readings.count > area.rows - 1 {
            let title = " and \(readings.count - area.rows + 1) more "
            let width = CellWidth.of(title)
            frame.draw(title, row: area.row, column: area.column + area.columns - width - 2, width: width)
        }
    }
}
