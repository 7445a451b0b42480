import ClinicalText
import Screen

/// What the mouse holds on to while its button is down.
enum MouseGrip: Hashable, Sendable {
    /// The note's words, from this token (or character) on.
    case text(TextSpan)
    /// The scrollbar.
    case scrollbar
}

extension Model {
    /// Rows that one step of the wheel goes.
    private static let wheelRows = 3

    /// Carries out what was done with the mouse; where it means nothing, nothing happens.
    mutating func point(_ action: MouseAction) -> [Effect] {
        switch action.kind {
        case .press: return pressButton(at: action.position)
        case .drag: drag(to: action.position)
        case .release: grip = nil
        case .wheelUp: return turnWheel(by: -Self.wheelRows)
        case .wheelDown: return turnWheel(by: Self.wheelRows)
        }
        return []
    }

    private mutating func turnWheel(by rows: Int) -> [Effect] {
        switch keyContext {
        case .note, .selection:
            scrollView(by: rows)
            return []
        case .reader: return scrollPage(rows)
        case .list, .panel, .attributes: return moveInList(rows.signum())
        case .occurrences:
            moveInOccurrences(rows.signum())
            return []
        case .adjudication, .hints, .prompt, .completeQuestion, .capsLockQuestion, .quitQuestion, .adapterQuestion:
            return []
        }
    }

    /// Moves the view; the cursor stays as long as it is in it, for keys must not act on what is not seen.
    mutating func scrollView(by rows: Int) {
        let area = plan.text
        let last = max(0, page.layout.rowCount - area.rows)
        let top = min(max(0, page.top + rows), last)
        guard top != page.top else { return }
        let column = page.goalColumn ?? page.layout.position(of: page.cursor).column
        let visible = top..<min(top + area.rows, page.layout.rowCount)
        let row = page.layout.row(of: page.cursor)
        if !visible.contains(row) {
            var found: ScalarOffset?
            for row in row < top ? Array(visible) : visible.reversed() where found == nil {
                found = place(inRow: row, near: column)
            }
            guard let place = found else { return }
            moveCursor(to: place, keepingColumn: true)
            page.goalColumn = column
        }
        page.top = top
    }

    private mutating func pressButton(at position: CellPosition) -> [Effect] {
        notice = nil
        count = nil
        grip = nil
        if let rows = listRows {
            guard rows.rect.contains(position) else { return [] }
            return takeRow(rows.first + position.row - rows.rect.row)
        }
        if case .hints = context { context = .note }
        guard context == .note else { return [] }
        if plan.scrollbar.contains(position) {
            grip = .scrollbar
            scroll(toBarRow: position.row)
        } else if let place = place(at: position) {
            selection = nil
            putCursor(at: place)
            if let here = cursorSpan { grip = .text(here) }
        }
        return []
    }

    private mutating func drag(to position: CellPosition) {
        guard context == .note, let grip else { return }
        switch grip {
        case .scrollbar: scroll(toBarRow: position.row)
        case .text(let anchor):
            let area = plan.text
            if position.row < area.row { scrollView(by: -1) }
            if position.row >= area.row + area.rows { scrollView(by: 1) }
            let inside = CellPosition(
                row: min(max(area.row, position.row), area.row + area.rows - 1),
                column: min(max(area.column, position.column), area.column + area.columns - 1))
            guard let place = place(at: inside) else { return }
            putCursor(at: place)
            if selection == nil, cursorSpan != anchor { selection = Selection(anchor: anchor) }
        }
    }

    /// The code point shown at a cell of the note; beside the words of a row, its nearest.
    private func place(at position: CellPosition) -> ScalarOffset? {
        let area = plan.text
        let row = page.top + position.row - area.row
        guard area.contains(position), row < page.layout.rowCount else { return nil }
        return page.layout.offset(at: CellPosition(row: row, column: position.column - area.column))
    }

    /// Moves the cursor under the pointer; the view must not slip away from under the hand.
    private mutating func putCursor(at place: ScalarOffset) {
        let top = page.top
        moveCursor(to: place)
        page.top = min(top, max(0, page.layout.rowCount - plan.text.rows))
        scrollIfHidden()
    }

    /// Brings the cursor into view where a click put it outside: on a blank row the word before may be above the screen.
    private mutating func scrollIfHidden() {
        let row = page.layout.row(of: page.cursor)
        if row < page.top || row >= page.top + plan.text.rows { scrollToCursor() }
    }

    private mutating func scroll(toBarRow row: Int) {
        let area = plan.scrollbar
        let wanted = (row - area.row) * page.layout.rowCount / max(1, area.rows) - area.rows / 2
        scrollView(by: wanted - page.top)
    }

    /// The rows of the list on the screen, and which of the list's elements the first of them shows.
    private var listRows: (rect: CellRect, first: Int)? {
        let rect: CellRect
        let count: Int
        let selected: Int
        switch context {
        case .noteList(let list):
            rect = noteListRect
            count = listedNotes(list).count
            selected = list.selected
        case .palette(let list):
            count = listedCommands(list).count
            rect = paletteRect(rows: count)
            selected = list.selected
        case .picker(let list):
            rect = pickerRect
            count = listedLabels(list).count
            selected = list.selected
        default: return nil
        }
        let inside = rect.inset(rows: 1, columns: 2)
        let room = max(1, inside.rows - 1)
        let first = Self.firstRow(of: count, selected: selected, room: room)
        let shown = min(room, count - first)
        return (CellRect(row: inside.row + 1, column: rect.column, rows: shown, columns: rect.columns), first)
    }

    /// A click in a list takes the row.
    private mutating func takeRow(_ row: Int) -> [Effect] {
        switch context {
        case .noteList(var list):
            list.selected = row
            context = .noteList(list)
        case .palette(var list):
            list.selected = row
            context = .palette(list)
        case .picker(var list):
            list.selected = row
            context = .picker(list)
        default: return []
        }
        return chooseInList()
    }
}
