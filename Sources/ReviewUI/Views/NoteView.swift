import Assertion
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

    /// A stretch to be painted; of several over one character the first is seen.
    private struct Paint {
        let span: TextSpan
        let style: Style
        /// The style where another mark lies underneath.
        let overlapped: Style
        /// Whether it makes another mark an overlapped one.
        let counts: Bool
    }

    /// A visible row and what lies on it.
    private struct RowOfNote {
        let glyphs: [NoteLayout.Glyph]
        let span: TextSpan
        let screenRow: Int
        let paints: [Paint]
        /// The cue and the scope that are shown while a value is chosen.
        let proposal: AssertionProposal?
    }

    /// Draws the visible rows of the note and the label keys beside them.
    func drawNote(on frame: inout Frame) {
        let area = plan.text
        let layout = page.layout
        let rows = page.top..<min(page.top + area.rows, layout.rowCount)
        guard let first = rows.first, let last = rows.last else { return }
        let visible = TextSpan(layout.span(ofRow: first).start, layout.span(ofRow: last).end)
        let marks = page.marks.overlapping(visible)
        let hits = shownHits.filter { $0.overlaps(visible) }
        let paints = paints(marks, hits: hits)
        let focus = currentFocus
        let proposal = shownProposal
        let starting = Dictionary(grouping: marks.filter { $0.rank < 2 && fits($0) }) { layout.row(of: $0.span.start) }
        for row in rows {
            let span = layout.span(ofRow: row)
            let line = RowOfNote(
                glyphs: layout.glyphs(inRow: row), span: span, screenRow: area.row + row - page.top,
                paints: paints.filter { $0.span.overlaps(span) }, proposal: proposal)
            if layout.hiddenRows(at: row) > 0 {
                drawFold(layout.hiddenRows(at: row), starting[row] ?? [], row: line.screenRow, on: &frame)
            } else {
                draw(line, focus: focus, in: area, on: &frame)
            }
            drawGutter(
                starting[row] ?? [], isHit: hits.contains { span.contains($0.start) }, row: line.screenRow,
                on: &frame)
        }
        let cursor = layout.position(of: page.cursor)
        if rows.contains(cursor.row) {
            frame.cursor = CellPosition(
                row: area.row + cursor.row - page.top, column: area.column + cursor.column)
        }
    }

    /// Search hits over the shortest marks over the longer ones over rejected ones.
    private func paints(_ marks: [Mark], hits: [TextSpan]) -> [Paint] {
        let found = hits.map { Paint(span: $0, style: Self.hitStyle, overlapped: Self.hitStyle, counts: false) }
        // What was rejected lies under everything else.
        let sorted = marks.map { (mark: $0, depth: $0.span.count + ($0.rank == 2 ? Int(Int32.max) : 0)) }
            .sorted { $0.depth < $1.depth }.map(\.mark)
        return found
            + sorted.flatMap { mark -> [Paint] in
                if !fits(mark) {
                    return mark.parts.map {
                        Paint(span: $0, style: Self.filteredStyle, overlapped: Self.filteredStyle, counts: false)
                    }
                }
                let style = style(of: mark, isOverlapped: false)
                let overlapped = self.style(of: mark, isOverlapped: true)
                return mark.parts.map { Paint(span: $0, style: style, overlapped: overlapped, counts: mark.rank < 2) }
            }
    }

    private var currentFocus: Focus {
        guard let here = cursorSpan else { return Focus() }
        if let selection {
            let whole = TextSpan(min(selection.anchor.start, here.start), max(selection.anchor.end, here.end))
            return Focus(parts: [whole], style: Self.focusStyle, brackets: .some(nil))
        }
        if let mark = focusedMark {
            var style = Self.focusStyle
            style.underline = mark.isUndecided
            return Focus(parts: mark.parts, style: style, brackets: .some(hue(of: mark.content.label)))
        }
        return Focus(parts: [here])
    }

    private func draw(_ line: RowOfNote, focus: Focus, in area: CellRect, on frame: inout Frame) {
        let isInk: (NoteLayout.Glyph) -> Bool = { $0.kind == .ink || $0.kind == .substitute }
        if line.glyphs.contains(where: { WritingDirection.hasRightToLeft($0.text) }) {
            frame.put("◂", row: line.screenRow, column: area.column - 1, style: Style(dim: true))
        }
        let firstInk = line.glyphs.firstIndex(where: isInk) ?? 0
        let lastInk = line.glyphs.lastIndex(where: isInk) ?? -1
        let focused = focus.parts.filter { $0.overlaps(line.span) }
        let isSelecting = selection != nil
        for (index, glyph) in line.glyphs.enumerated() {
            guard glyph.width > 0, glyph.column + glyph.width <= area.columns else { continue }
            // White space at either end of a row is not part of what is seen as marked.
            let isMarkable = firstInk <= index && index <= lastInk
            var style = glyph.kind == .substitute ? Style(dim: true) : Style()
            if isMarkable, !line.paints.isEmpty, let painted = paint(at: glyph.span.start, line.paints) {
                style = painted
            }
            if isMarkable || isSelecting, focused.contains(where: { $0.overlaps(glyph.span) }) { style = focus.style }
            if isMarkable, let proposal = line.proposal {
                if proposal.cue?.contains(glyph.span.start) ?? false { style = Self.cueStyle }
                if proposal.scope?.contains(glyph.span.start) ?? false { style.underline = true }
            }
            let column = area.column + glyph.column
            if glyph.kind == .space {
                for cell in 0..<glyph.width { frame.put(" ", row: line.screenRow, column: column + cell, style: style) }
            } else {
                frame.put(glyph.text, width: glyph.width, row: line.screenRow, column: column, style: style)
            }
        }
        if let hue = focus.brackets { drawBrackets(around: focused, hue: hue, line, on: &frame) }
    }

    private func paint(at offset: ScalarOffset, _ paints: [Paint]) -> Style? {
        guard let top = paints.firstIndex(where: { $0.span.contains(offset) }) else { return nil }
        let isOverlapped = paints[(top + 1)...].contains { $0.counts && $0.span.contains(offset) }
        return isOverlapped ? paints[top].overlapped : paints[top].style
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
                if next == .space || next == .lineEnd {
                    frame.put("]", row: line.screenRow, column: column, style: style)
                }
            }
        }
    }

    /// The keys of the labels whose spans start on a row, with `?` where no answer was given; `/` for a search hit.
    private func drawGutter(_ marks: [Mark], isHit: Bool, row: Int, on frame: inout Frame) {
        let area = plan.gutter
        var signs: StyledLine = isHit ? [StyledText("/", Self.hitStyle)] : []
        for mark in marks {
            let isFocused = selection == nil && mark.id == page.focus
            let sign = sign(of: mark.content.label) + (mark.isUndecided ? "?" : "")
            let hue = hue(of: mark.content.label)
            let style =
                mark.isUndecided
                ? Style(foreground: hue, bold: isFocused) : Style(foreground: .black, background: hue, bold: isFocused)
            signs.append(StyledText(sign, style))
        }
        guard !signs.isEmpty else { return }
        let spaced = StyledLine(signs.map { [$0] }.joined(separator: [StyledText(" ")]))
        let fitting = spaced.cells <= area.columns ? spaced : signs
        var column = area.column
        for (index, sign) in fitting.enumerated() {
            let left = area.column + area.columns - column
            let isLast = index == fitting.count - 1
            if sign.text.count > (isLast ? left : left - 1) {
                frame.put("…", row: row, column: column, style: Style(dim: true))
                return
            }
            column += frame.draw(sign.text, row: row, column: column, width: left, style: sign.style)
        }
    }

    /// A bar for the visible part of the note, with dots where undecided suggestions are and ticks where only decided spans.
    func drawScrollbar(on frame: inout Frame) {
        let area = plan.scrollbar
        let total = page.layout.rowCount
        guard total > area.rows else { return }
        let thumb = (page.top * area.rows / total)...((page.top + area.rows - 1) * area.rows / total)
        for row in 0..<area.rows {
            let isThumb = thumb.contains(row)
            // The rows of the note that this cell stands for.
            let first = (row * total + area.rows - 1) / area.rows
            let next = ((row + 1) * total + area.rows - 1) / area.rows
            let end = next < total ? page.layout.span(ofRow: next).start : page.text.fullSpan.end
            let stretch = TextSpan(page.layout.span(ofRow: first).start, end)
            let text: String
            if page.marks.startsUndecided(in: stretch) {
                text = isThumb ? "●" : "•"
            } else if page.marks.startsDecided(in: stretch) {
                text = isThumb ? "┫" : "┤"
            } else {
                text = isThumb ? "┃" : "│"
            }
            frame.put(text, row: area.row + row, column: area.column, style: Style(bold: isThumb, dim: !isThumb))
        }
    }
}
