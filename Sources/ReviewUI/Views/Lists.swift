import Annotation
import Screen

extension Model {
    /// A box of rows, one of them selected, with the line that narrows it on top.
    private func drawList(
        title: String, count: Int, list: ListState, note: String, in rect: CellRect, on frame: inout Frame,
        row line: (Int) -> StyledLine
    ) {
        frame.box(rect, title: title, note: note, style: Style(dim: true))
        let inside = rect.inset(rows: 1, columns: 2)
        let typed = list.filter.text
        let used = frame.draw("› ", row: inside.row, column: inside.column, width: 2, style: Style(bold: true))
        frame.draw(typed, row: inside.row, column: inside.column + used, width: inside.columns - used)
        if typed.isEmpty {
            frame.draw(
                "type to narrow the list", row: inside.row, column: inside.column + used + 1,
                width: inside.columns - used - 1, style: Style(dim: true))
        }
        let cursor = CellWidth.of(DisplayText.line(list.filter.textBeforeCursor))
        frame.cursor = CellPosition(
            row: inside.row, column: min(inside.column + inside.columns, inside.column + used + cursor))
        let room = max(1, inside.rows - 1)
        let first = Self.firstRow(of: count, selected: list.selected, room: room)
        // Only the rows on the screen are made: a project may have thousands of notes.
        for index in first..<min(count, first + room) {
            let line = line(index)
            let row = inside.row + 1 + index - first
            if index == list.selected {
                frame.fill(
                    CellRect(row: row, column: rect.column + 1, rows: 1, columns: rect.columns - 2),
                    style: Self.cursorStyle)
                frame.draw("▸", row: row, column: rect.column + 1, width: 1, style: Self.focusStyle)
                let plain = line.map { StyledText($0.text, Style(bold: $0.style.bold, reverse: true)) }
                frame.draw(plain, row: row, column: inside.column, width: inside.columns)
            } else {
                frame.draw(line, row: row, column: inside.column, width: inside.columns)
            }
        }
        if count == 0 {
            frame.draw(
                "nothing fits", row: inside.row + 1, column: inside.column, width: inside.columns,
                style: Style(dim: true))
        }
    }

    /// The element that the first row of a list shows, so that the selected one is in the middle.
    static func firstRow(of count: Int, selected: Int, room: Int) -> Int {
        min(max(0, selected - room / 2), max(0, count - room))
    }

    /// Where the notes are listed.
    var noteListRect: CellRect {
        let area = plan.popupArea
        return CellRect(row: area.row, column: 0, rows: area.rows, columns: area.columns)
    }

    /// Where commands are listed.
    func paletteRect(rows: Int) -> CellRect { popup(rows: rows + 3, columns: 78) }

    /// Where labels are listed.
    var pickerRect: CellRect { popup(rows: schema.spans.count + 3, columns: 78) }

    /// A box that leaves the cursor's half of the note free.
    func popup(rows: Int, columns: Int) -> CellRect {
        let area = plan.popupArea
        let height = min(rows, max(5, area.rows * 3 / 5))
        let available = plan.panel.map { $0.column - 1 } ?? area.columns
        let width = min(columns, available - 2)
        let cursorRow = page.layout.row(of: page.cursor) - page.top
        let isLow = cursorRow >= plan.text.rows / 2
        let row = isLow ? area.row : area.row + area.rows - height - 1
        return CellRect(row: row, column: (available - width) / 2, rows: height, columns: width)
    }

    /// Pads `text` to `width` cells.
    static func padded(_ text: String, to width: Int) -> String {
        let clipped = DisplayText.clipped(DisplayText.line(text), to: width)
        return clipped + String(repeating: " ", count: max(0, width - CellWidth.of(clipped)))
    }

    /// The notes with how far each is.
    func drawNoteList(_ list: ListState, on frame: inout Frame) {
        let rect = noteListRect
        let listed = listedNotes(list)
        let idWidth = min(60, max(10, rect.columns - 44))
        let finished = notes.count { $0.progress.status != .pending }
        drawList(
            title: "Notes", count: listed.count, list: list,
            note: "\(finished) of \(notes.count) finished · \(key("choose", in: .list)) opens", in: rect, on: &frame
        ) { row in
            let review = notes[listed[row]]
            let progress = progress(of: review)
            let id = Self.padded(review.id, to: idWidth)
            return [
                StyledText(progress.sign + " "), listed[row] == current ? .bold(id) : StyledText(id),
                StyledText("  " + Self.padded(progress.words, to: 16)), .dim(offered(review)),
            ]
        }
    }

    private func progress(of review: NoteReview) -> (sign: String, words: String) {
        let progress = review.progress
        switch progress.status {
        case .completed: return ("✓", "complete")
        case .skipped: return ("–", "skipped")
        case .pending: break
        }
        if progress.decisions == 0, !review.document.hasDecisions { return ("·", "untouched") }
        return ("▪", "\(progress.decisions) decided")
    }

    private func offered(_ review: NoteReview) -> String {
        switch review.suggestions {
        case .none: return ""
        case .waiting: return "suggestions coming"
        case .withheld: return "none offered"
        case .failed: return "failed"
        case .ready:
            if let filter {
                let fitting = MarkIndex(review, threshold: threshold, filter: filter).targets.count
                return fitting == 0 ? "" : "\(fitting) fit the filter"
            }
            let open = review.undecided(threshold: threshold).count
            return open == 0 ? "" : "\(open) undecided"
        }
    }

    /// Commands by name.
    func drawPalette(_ list: ListState, on frame: inout Frame) {
        let place: KeyContext = selection == nil ? .note : .selection
        let commands = listedCommands(list)
        drawList(
            title: "Commands", count: commands.count, list: list, note: "\(key("choose", in: .list)) runs",
            in: paletteRect(rows: commands.count), on: &frame
        ) { row in
            let command = commands[row]
            let keys = Self.padded(command.keyNames(in: place).joined(separator: " "), to: 13)
            var line: StyledLine = [.bold(keys), StyledText(Self.padded(command.title, to: 16))]
            if case .unavailable(let reason) = command.availability(self) {
                line = line.map { .dim($0.text) } + [.dim(reason)]
            } else {
                line.append(.dim(command.help))
            }
            return line
        }
    }

    /// Labels by name.
    func drawPicker(_ list: ListState, on frame: inout Frame) {
        let labels = listedLabels(list)
        let nameWidth = (schema.spans.map { CellWidth.of(DisplayText.line($0.label)) }.max() ?? 0) + 2
        drawList(
            title: "Label", count: labels.count, list: list, note: "\(key("choose", in: .list)) gives it",
            in: pickerRect, on: &frame
        ) { row in
            let label = labels[row]
            return [
                StyledText(label.key.map(String.init) ?? " ", Style(foreground: hue(of: label.label), bold: true)),
                StyledText(" " + Self.padded(label.label, to: min(nameWidth, 30))), .dim(label.definition),
            ]
        }
    }

    /// The note's own labels and comments.
    func drawNoteLabels(selected: Int, on frame: inout Frame) {
        var rows: [StyledLine] = []
        var selectedLine = 0
        var last: String?
        for (index, item) in noteLabelValues.enumerated() {
            if item.label.name != last {
                if last != nil { rows.append([]) }
                rows.append([.bold(item.label.name), .dim(item.label.choose == .one ? "  one value" : "  any number")])
                last = item.label.name
            }
            let isSet = review.document.noteLabels[item.label.name]?.contains(item.value) ?? false
            let sign = item.label.choose == .one ? (isSet ? "(●)" : "( )") : isSet ? "[x]" : "[ ]"
            let letter = Self.letter(ofRow: index).map(String.init) ?? " "
            if index == selected { selectedLine = rows.count }
            var row: StyledLine = [.bold("  \(letter) "), StyledText("\(sign) \(item.value)", Style(bold: isSet))]
            if let score = review.score(of: item.value) { row.append(.dim("  \(score.percent)")) }
            rows.append(row)
        }
        let comments = review.document.comments.filter { $0.target == nil }
        if !comments.isEmpty { rows += [[], [.bold("comments")]] + comments.map { [StyledText("  \($0.text)")] } }
        let area = plan.popupArea
        let height = min(area.rows - 1, rows.count + 2)
        let width = min(60, area.columns - 2)
        let rect = CellRect(row: area.row, column: (area.columns - width) / 2, rows: height, columns: width)
        frame.box(rect, title: "Labels of the note", style: Style(dim: true))
        let inside = rect.inset(rows: 1, columns: 2)
        let first = min(max(0, selectedLine - inside.rows / 2), max(0, rows.count - inside.rows))
        for (index, line) in rows.enumerated().dropFirst(first).prefix(inside.rows) {
            let row = inside.row + index - first
            if index == selectedLine {
                frame.fill(
                    CellRect(row: row, column: rect.column + 1, rows: 1, columns: rect.columns - 2),
                    style: Self.cursorStyle)
                frame.draw(
                    line.map { StyledText($0.text, Self.cursorStyle) }, row: row, column: inside.column,
                    width: inside.columns)
                frame.cursor = CellPosition(row: row, column: inside.column)
            } else {
                frame.draw(line, row: row, column: inside.column, width: inside.columns)
            }
        }
    }
}
