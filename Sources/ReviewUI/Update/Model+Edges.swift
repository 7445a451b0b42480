import Annotation
import ClinicalText

extension Model {
    /// An edge of a span.
    enum Edge {
        case left
        case right
    }

    /// Moves an edge of the selection, or of the span under the cursor (a suggestion is accepted with its new edges).
    ///
    /// - Parameter steps: tokens (or characters) to the right; negative to the left.
    mutating func moveEdge(_ edge: Edge, by steps: Int) -> [Effect] {
        if selection != nil {
            moveSelectionEdge(edge, by: steps)
            return []
        }
        var effects: [Effect] = []
        guard let mark = focusedMark else { return [] }
        guard let span = moved(edge, of: mark.span, by: steps) else {
            refuse("the edge cannot move further")
            return []
        }
        let command: Command
        switch mark.kind {
        case .undecided(let suggestion): command = .acceptEdited(suggestion, to: span)
        case .decided(let standing): command = .edit(standing.id, to: span)
        case .rejected: return []
        }
        guard let events = decide(command, effects: &effects) else { return effects }
        var focus = mark.id
        for event in events {
            if case .accepted = event.event { focus = .span(event.id) }
        }
        if let here = cursorSpan, !here.overlaps(span) { moveCursor(to: span) }
        page.focus = focus
        if let mark = focusedMark { inform(mark.summary) }
        return effects
    }

    private mutating func moveSelectionEdge(_ edge: Edge, by steps: Int) {
        guard let selection, let head = cursorSpan else { return }
        let whole = TextSpan(min(selection.anchor.start, head.start), max(selection.anchor.end, head.end))
        guard let span = moved(edge, of: whole, by: steps), let first = unit(at: span.start),
            let last = unit(at: span.end.advanced(by: -1))
        else { return refuse("the edge cannot move further") }
        let headIsLast = head.start >= selection.anchor.start
        self.selection = Selection(anchor: headIsLast ? first : last)
        moveCursor(to: (headIsLast ? last : first).start)
    }

    /// The token or character at a place.
    private func unit(at offset: ScalarOffset) -> TextSpan? {
        step == .token ? page.token(near: offset)?.span : page.character(at: offset)
    }

    /// `span` with one edge moved as far as it goes; `nil` if it does not move.
    func moved(_ edge: Edge, of span: TextSpan, by steps: Int) -> TextSpan? {
        var result = span
        for _ in 0..<abs(steps) {
            guard let next = movedOnce(edge, of: result, outwards: (edge == .right) == (steps > 0)) else { break }
            result = next
        }
        return result == span ? nil : result
    }

    private func movedOnce(_ edge: Edge, of span: TextSpan, outwards: Bool) -> TextSpan? {
        let place: ScalarOffset?
        switch (edge, outwards, step) {
        case (.right, true, .token): place = tokenEnd(after: span.end)
        case (.right, false, .token): place = tokenEnd(before: span.end)
        case (.left, true, .token): place = tokenStart(before: span.start)
        case (.left, false, .token): place = tokenStart(after: span.start)
        case (.right, true, .character): place = page.character(at: span.end)?.end
        case (.right, false, .character): place = page.character(before: span.end)?.start
        case (.left, true, .character): place = page.character(before: span.start)?.start
        case (.left, false, .character): place = page.character(at: span.start)?.end
        }
        guard let place else { return nil }
        let moved = edge == .left ? TextSpan(place, span.end) : TextSpan(span.start, place)
        return page.text.holds(moved) && moved != span ? moved : nil
    }

    private func tokenEnd(after end: ScalarOffset) -> ScalarOffset? {
        let index = page.tokenIndex(atOrBefore: end.advanced(by: -1)) ?? -1
        if page.tokens.indices.contains(index), page.tokens[index].span.end > end { return page.tokens[index].span.end }
        return page.tokens.indices.contains(index + 1) ? page.tokens[index + 1].span.end : nil
    }

    private func tokenEnd(before end: ScalarOffset) -> ScalarOffset? {
        var index = page.tokenIndex(atOrBefore: end.advanced(by: -1)) ?? -1
        while index >= 0, page.tokens[index].span.end >= end { index -= 1 }
        return index >= 0 ? page.tokens[index].span.end : nil
    }

    private func tokenStart(before start: ScalarOffset) -> ScalarOffset? {
        page.tokenIndex(atOrBefore: start.advanced(by: -1)).map { page.tokens[$0].span.start }
    }

    private func tokenStart(after start: ScalarOffset) -> ScalarOffset? {
        let index = (page.tokenIndex(atOrBefore: start) ?? -1) + 1
        return page.tokens.indices.contains(index) ? page.tokens[index].span.start : nil
    }
}
