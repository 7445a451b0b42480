import Screen

extension Model {
    /// Where the help and the guidelines are read: over the note, on a wide screen beside it.
    var readerRect: CellRect {
        let area = plan.popupArea
        let width = plan.panel == nil ? area.columns : max(64, area.columns / 2)
        return CellRect(row: area.row, column: area.columns - width, rows: area.rows, columns: width)
    }

    var readerWidth: Int { readerRect.columns - 4 }

    /// Draws the page of a context, what was searched for marked.
    func drawOpenPage(_ context: Context, on frame: inout Frame) {
        var shown = self
        shown.context = context
        guard let (title, lines, scroll) = shown.openPage else { return }
        let rect = readerRect
        let inside = rect.inset(rows: 1, columns: 2)
        let last = min(lines.count, scroll + inside.rows)
        let note = lines.count > inside.rows ? "\(last) of \(lines.count) lines" : ""
        frame.box(rect, title: title, note: note, style: Style(dim: true))
        for (index, line) in lines.dropFirst(scroll).prefix(inside.rows).enumerated() {
            let isHit = pageSearch?.lines.contains(scroll + index) ?? false
            let drawn = isHit ? line.map { StyledText($0.text, Self.hitStyle) } : line
            frame.draw(drawn, row: inside.row + index, column: inside.column, width: inside.columns)
        }
        frame.cursor = CellPosition(row: inside.row, column: inside.column)
    }

    /// The help page, from the registry: the keys of reading and deciding by what they are for, then the other contexts.
    var helpLines: [StyledLine] {
        var lines: [StyledLine] = []
        for (group, commands) in registry.commands(in: .note) {
            if !lines.isEmpty { lines.append([]) }
            lines.append([.bold(group.rawValue)])
            for command in commands { lines += helpEntry(command, in: .note) }
        }
        for place in KeyContext.allCases where place != .note {
            let commands = registry.commands.filter { command in
                command.bindings[place] != nil && !["cancel", "interrupt"].contains(command.id)
                    && (place != .selection || command.group != .moving)
            }
            lines += [[], [.bold(place.title)]]
            for command in commands { lines += helpEntry(command, in: place) }
            if place == .selection { lines += [[.dim("  and every motion above, with counts")]] }
        }
        return lines
    }

    private func helpEntry(_ command: ReviewCommand, in place: KeyContext) -> [StyledLine] {
        let keys = command.callNames(in: place).joined(separator: " ")
        let column = 15
        let rows = TextBlock.wrapped(command.help, width: readerWidth - column)
        return rows.enumerated().map { index, row in
            let head = index == 0 ? "  " + keys : ""
            let gap = String(repeating: " ", count: max(1, column - CellWidth.of(head)))
            return [.bold(head), StyledText(gap + row)]
        }
    }

    /// The guidelines, laid out for the reader.
    var guidelineLines: [StyledLine] { MarkdownPage.lines(of: guidelines, width: readerWidth) }
}
