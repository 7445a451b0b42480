import ClinicalText
import Screen

extension Model {
    /// What of the note is drawn as being under the cursor.
    private struct Focus {
        var parts: [TextSpan] = []
        var style = Model.cursorStyle
        /// The hue of the brackets; `nil` for none.
        var brackets: Hue??
    }

    /// Draws the visible rows of the note and the label keys beside them.
    func drawNote(on frame: inout Frame) {
        let area = plan.text
        let layout = page.layout
        let rows = page.top..<min(page.top + area.rows, layout.rowCount)
        guard let first = rows.first, let last = rows.last else { return }
        let visible = TextSpan(layout.span(ofRow: first).start, layout.span(ofRow: last).end)
        let marks = page.marks.overlapping(visible)
        let hits = search?.hits.filter { $0.overlaps(visible) } ?? []
        let focus = currentFocus
        for row in rows {
            let span = layout.span(ofRow: row)
            let line = RowOfNote(
                glyphs: layout.glyphs(inRow: row), span: span, screenRow: area.row + row - page.top,
                marks: marks.filter { $0.span.overlaps(span) }, hits: hits.filter { $0.overlaps(span) })
            draw(line, focus: focus, on: &frame)
            drawGutter(line, on: &frame)
        }
        let cursor = layout.position(of: page.cursor)
        if rows.contains(cursor.row) {
            frame.cursor = CellPosition(
                row: area.row + cursor.row - page.top, column: area.column + cursor.column)
        }
    }

    /// A visible row and what lies on it.
    private struct RowOfNote {
        let glyphs: [NoteLayout.Glyph]
        let span: TextSpan
        let screenRow: Int
        let marks: [Mark]
        let hits: [TextSpan]
    }

    private var currentFocus: Focus {
        guard let here = cursorSpan else { return Focus() }
        if let selection {
            let whole = TextSpan(min(selection.anchor.start, here.start), max(selection.anchor.end, here.end))
            return Focus(parts: [whole], style: Self.focusStyle, brackets: .some(nil))
        }
        if let mark = focusedMark {
            return Focus(parts: mark.parts, style: Self.focusStyle, brackets: .some(hue(of: mark.content.label)))
        }
        return Focus(parts: [here])
    }

    private func draw(_ line: RowOfNote, focus: Focus, on frame: inout Frame) {
        let area = plan.text
        let ink = line.glyphs.indices.filter { line.glyphs[$0].kind == .ink || line.glyphs[$0].kind == .substitute }
        let inked = (ink.first ?? 0)..<((ink.last ?? -1) + 1)
        for (index, glyph) in line.glyphs.enumerated() {
            guard glyph.width > 0, glyph.column + glyph.width <= area.columns else { continue }
            // White space at either end of a row is not part of what is seen as marked.
            let isMarkable = inked.contains(index)
            var style = glyph.kind == .substitute ? Style(dim: true) : Style()
            if isMarkable, let marked = markStyle(at: glyph.span.start, line) { style = marked }
            if focus.parts.contains(where: { $0.overlaps(glyph.span) }), isMarkable || selection != nil {
                style = focus.style
                if case .undecided? = focusedMark?.kind, selection == nil { style.underline = true }
            }
            let column = area.column + glyph.column
            if glyph.kind == .space {
                for cell in 0..<glyph.width { frame.put(" ", row: line.screenRow, column: column + cell, style: style) }
            } else {
                frame.put(glyph.text, width: glyph.width, row: line.screenRow, column: column, style: style)
            }
        }
        if let hue = focus.brackets { drawBrackets(around: focus.parts, hue: hue, line, on: &frame) }
    }

    /// The style of the innermost mark or search hit at a place.
    private func markStyle(at offset: ScalarOffset, _ line: RowOfNote) -> Style? {
        if line.hits.contains(where: { $0.contains(offset) }) { return Self.hitStyle }
        var top: Mark?
        var depth = 0
        for mark in line.marks where mark.parts.contains(where: { $0.contains(offset) }) {
            if mark.rank < 2 { depth += 1 }
            guard let best = top else {
                top = mark
                continue
            }
            let isRejected = mark.rank == 2
            if isRejected == (best.rank == 2) ? mark.span.count < best.span.count : !isRejected { top = mark }
        }
        return top.map { style(of: $0, isOverlapped: depth > 1) }
    }

    /// Brackets in the blank cells beside what is under the cursor; never over a character.
    private func drawBrackets(around parts: [TextSpan], hue: Hue?, _ line: RowOfNote, on frame: inout Frame) {
        let area = plan.text
        let style = Style(foreground: hue, bold: true)
        for part in parts {
            if let index = line.glyphs.firstIndex(where: { $0.span.end > part.start }), line.span.contains(part.start),
                index == 0 || line.glyphs[index - 1].kind == .space
            {
                let column = area.column + line.glyphs[index].column - 1
                frame.put("[", row: line.screenRow, column: column, style: style)
            }
            let last = part.end.advanced(by: -1)
            if let index = line.glyphs.lastIndex(where: { $0.span.start <= last }), line.span.contains(last) {
                let next = index + 1 < line.glyphs.count ? line.glyphs[index + 1].kind : .lineEnd
                let column = area.column + line.glyphs[index].column + line.glyphs[index].width
                if next == .space || next == .lineEnd { frame.put("]", row: line.screenRow, column: column, style: style) }
            }
        }
    }

    /// The keys of the labels whose spans start on a row, with `?` where no answer was given; `/` for a search hit.
    private func drawGutter(_ line: RowOfNote, on frame: inout Frame) {
        let area = plan.gutter
        var signs: StyledLine = []
        if line.hits.contains(where: { line.span.contains($0.start) }) { signs.append(StyledText("/", Self.hitStyle)) }
        for mark in line.marks where mark.rank < 2 && line.span.contains(mark.span.start) {
            let isFocused = selection == nil && mark.id == page.focus
            let sign = sign(of: mark.content.label) + (mark.isUndecided ? "?" : "")
            let hue = hue(of: mark.content.label)
            let style =
                mark.isUndecided
                ? Style(foreground: hue, bold: isFocused) : Style(foreground: .black, background: hue, bold: isFocused)
            signs.append(StyledText(sign, style))
        }
        let spaced = StyledLine(signs.map { [$0] }.joined(separator: [StyledText(" ")]))
        let fitting = spaced.cells <= area.columns ? spaced : signs
        var column = area.column
        for (index, sign) in fitting.enumerated() {
            let left = area.column + area.columns - column
            let isLast = index == fitting.count - 1
            if sign.text.count > (isLast ? left : left - 1) {
                frame.put("…", row: line.screenRow, column: column, style: Style(dim: true))
                return
            }
            column += frame.draw(sign.text, row: line.screenRow, column: column, width: left, style: sign.style)
        }
    }

    /// A bar for the visible part of the note, with dots where undecided suggestions are.
    func drawScrollbar(on frame: inout Frame) {
        let area = plan.scrollbar
        let total = page.layout.rowCount
        guard total > area.rows else { return }
        var dotted = Set<Int>()
        for row in page.undecidedRows { dotted.insert(row * area.rows / total) }
        let thumb = (page.top * area.rows / total)...((page.top + area.rows - 1) * area.rows / total)
        for row in 0..<area.rows {
            let isThumb = thumb.contains(row)
            let text = dotted.contains(row) ? "•" : isThumb ? "┃" : "│"
            frame.put(text, row: area.row + row, column: area.column, style: Style(bold: isThumb, dim: !isThumb))
        }
    }
}
