import Annotation
import ClinicalText
import Screen

extension Model {
    /// The token or character under the cursor; `nil` in a note without any.
    package var cursorSpan: TextSpan? {
        switch step {
        case .token: page.token(near: page.cursor)?.span
        case .character: page.character(at: page.cursor)
        }
    }

    /// Where the cursor stands.
    package var cursor: ScalarOffset { page.cursor }

    /// The first row of the note on the screen.
    package var topRow: Int { page.top }

    /// Every mark of the open note, in reading order.
    package var marks: [Mark] { page.marks.marks }

    /// The marks under the cursor, the one that keys act on by default first.
    package var marksUnderCursor: [Mark] {
        guard let span = cursorSpan else { return [] }
        // Between the parts of a span nothing of it stands.
        let here = page.marks.overlapping(span).filter { $0.parts.contains { $0.overlaps(span) } }
        return here.sorted { left, right in
            (left.rank, left.span.count, left.span.start) < (right.rank, right.span.count, right.span.start)
        }
    }

    /// The mark that keys act on.
    package var focusedMark: Mark? {
        let marks = marksUnderCursor
        if let focus = page.focus, let chosen = marks.first(where: { $0.id == focus }) { return chosen }
        return marks.first
    }

    /// The words that are selected, without white space at either end.
    package var selectedSpan: TextSpan? {
        guard let selection, let head = cursorSpan else { return nil }
        var start = min(selection.anchor.start, head.start).value
        var end = max(selection.anchor.end, head.end).value
        func isSpace(_ offset: Int) -> Bool {
            page.text.scalar(at: ScalarOffset(offset))?.properties.isWhitespace ?? false
        }
        while start < end, isSpace(start) { start += 1 }
        while start < end, isSpace(end - 1) { end -= 1 }
        return start < end ? TextSpan(start, end) : nil
    }

    /// Puts the cursor at the token (or character) of `offset` and brings it into view.
    mutating func moveCursor(to offset: ScalarOffset, keepingColumn: Bool = false) {
        page.cursor = offset
        if let span = cursorSpan { page.cursor = span.start }
        if !keepingColumn { page.goalColumn = nil }
        page.focus = nil
        labelRun = 0
        unfoldAtCursor()
        scrollToCursor()
    }

    /// Puts the cursor on the first token (or character) of a stretch.
    mutating func moveCursor(to span: TextSpan) {
        let token = step == .token ? page.tokens(in: span).first : nil
        moveCursor(to: token?.span.start ?? span.start)
    }

    /// Puts the cursor on a mark and makes it the one that keys act on.
    mutating func moveCursor(to mark: Mark) {
        moveCursor(to: mark.span)
        page.focus = mark.id
    }

    /// Where a session in a note begins: at the first thing that needs an answer.
    mutating func goToFirstSuggestion() {
        if let first = page.marks.targets.first {
            moveCursor(to: page.marks.marks[first])
        } else {
            moveCursor(to: ScalarOffset(0))
        }
        notice = nil
    }

    /// Puts the cursor on the first thing that needs an answer where that moves nothing on the screen.
    mutating func goToFirstInView() {
        guard let first = page.marks.targets.first, context == .note else { return }
        let shown = page.top..<(page.top + plan.text.rows)
        let mark = page.marks.marks[first]
        guard shown.contains(page.layout.row(of: mark.span.start)) else { return }
        let (top, notice) = (page.top, notice)
        moveCursor(to: mark)
        (page.top, self.notice) = (top, notice)
    }

    /// Moves the view no more than the cursor needs: three rows of margin, and after a leap a third of the screen above.
    mutating func scrollToCursor() {
        let rows = plan.text.rows
        let margin = min(3, max(0, (rows - 1) / 2))
        let row = page.layout.row(of: page.cursor)
        let lowest = row + margin - rows + 1
        let highest = row - margin
        var top = page.top
        if top > highest {
            top = top - highest > rows / 2 ? row - rows / 3 : highest
        } else if top < lowest {
            top = lowest - top > rows / 2 ? row - rows / 3 : lowest
        }
        page.top = min(max(0, top), max(0, page.layout.rowCount - rows))
    }

    /// Fits the note to a new size, the cursor staying as far from the top as it was.
    mutating func fitToSize() {
        let distance = page.layout.row(of: page.cursor) - page.top
        page.lay(width: plan.text.columns)
        unfoldAtCursor()
        page.top = max(0, page.layout.row(of: page.cursor) - distance)
        scrollToCursor()
    }
}
