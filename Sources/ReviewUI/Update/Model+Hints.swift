import ClinicalText

extension Model {
    /// Draws two letters on each visible token.
    ///
    /// Where there are more tokens than letters, punctuation goes without, then what is farthest from the cursor.
    mutating func startHints() {
        let rows = page.top..<min(page.top + plan.text.rows, page.layout.rowCount)
        guard let first = rows.first, let last = rows.last else { return }
        let visible = TextSpan(page.layout.span(ofRow: first).start, page.layout.span(ofRow: last).end)
        var tokens = page.tokens(in: visible).filter {
            visible.contains($0.span.start) && !page.layout.isHidden($0.span.start)
        }
        if tokens.count > HintJump.limit { tokens = tokens.filter(isWord) }
        if tokens.count > HintJump.limit {
            let here = tokens.firstIndex { $0.span.end > page.cursor } ?? tokens.count
            let start = min(max(0, here - HintJump.limit / 2), tokens.count - HintJump.limit)
            tokens = Array(tokens[start..<(start + HintJump.limit)])
        }
        guard !tokens.isEmpty else { return refuse("there is no word on the screen") }
        context = .hints(HintJump(tokens.map(\.span.start)))
    }

    /// Takes one letter of a hint: after the second the cursor is there, and a selection ends there.
    mutating func typeHint(_ letter: Character) {
        guard case .hints(var jump) = context else { return }
        guard let typed = jump.typed else {
            guard jump.hints.contains(where: { $0.first == letter }) else {
                return refuse("no hint begins with \(letter); \(key("cancel", in: .hints)) stays here")
            }
            jump.typed = letter
            context = .hints(jump)
            return
        }
        guard let hint = jump.hints.first(where: { $0.first == typed && $0.second == letter }) else {
            return refuse("no hint is \(typed)\(letter); \(key("cancel", in: .hints)) stays here")
        }
        context = .note
        moveCursor(to: hint.offset)
    }

    /// Takes the first letter of a hint back.
    mutating func untypeHint() {
        guard case .hints(var jump) = context, jump.typed != nil else { return }
        jump.typed = nil
        context = .hints(jump)
    }
}
