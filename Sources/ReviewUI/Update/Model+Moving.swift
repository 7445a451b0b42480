import ClinicalText
import Screen

extension Model {
    /// How far a page goes: two rows stay to hold on to.
    var rowsOfPage: Int { max(1, plan.text.rows - 2) }

    /// Some tokens (or characters) to the right, or to the left.
    mutating func moveByStep(_ steps: Int) {
        switch step {
        case .token:
            guard let index = page.tokenIndex(atOrBefore: page.cursor), !page.tokens.isEmpty else { return }
            moveCursor(to: page.tokens[min(max(0, index + steps), page.tokens.count - 1)].span.start)
        case .character:
            var cursor = page.cursor
            for _ in 0..<abs(steps) {
                guard let next = neighbour(of: cursor, forwards: steps > 0) else { break }
                cursor = next
            }
            moveCursor(to: cursor)
        }
    }

    /// The next character that has a cell.
    private func neighbour(of offset: ScalarOffset, forwards: Bool) -> ScalarOffset? {
        var offset = offset
        while true {
            guard let here = page.character(at: offset) else { return nil }
            let next = forwards ? page.character(at: here.end) : page.character(before: here.start)
            guard let next, next.start != here.start else { return nil }
            if page.text.scalar(at: next.end.advanced(by: -1)) != "\n" { return next.start }
            offset = next.start
        }
    }

    /// Some words on or back, marks passed over.
    mutating func moveByWord(_ words: Int) {
        var index = page.tokenIndex(atOrBefore: page.cursor) ?? 0
        var left = abs(words)
        var target: Int?
        while left > 0 {
            index += words > 0 ? 1 : -1
            guard page.tokens.indices.contains(index) else { break }
            if isWord(page.tokens[index]) {
                target = index
                left -= 1
            }
        }
        if let target { moveCursor(to: page.tokens[target].span.start) }
    }

    /// Whether a token is read as a word: letters, digits, or an ideograph.
    func isWord(_ token: WordToken) -> Bool {
        token.isWord || page.text.scalar(at: token.span.start)?.properties.isIdeographic ?? false
    }

    /// Some rows down or up, to the token that is nearest to the column the motion began in.
    mutating func moveByRow(_ rows: Int) {
        guard rows != 0 else { return }
        let position = page.layout.position(of: page.cursor)
        let column = page.goalColumn ?? position.column
        let last = page.layout.rowCount - 1
        let wanted = min(max(0, position.row + rows), last)
        let direction = rows > 0 ? 1 : -1
        // Blank rows hold no cursor: on to the next that does, else back to the last before it.
        let onwards = stride(from: wanted, through: rows > 0 ? last : 0, by: direction)
        let back = stride(from: wanted - direction, to: position.row, by: -direction)
        for row in Array(onwards) + Array(back) {
            if let offset = place(inRow: row, near: column), offset != page.cursor {
                moveCursor(to: offset, keepingColumn: true)
                page.goalColumn = column
                return
            }
        }
    }

    /// The token or character of a row that is nearest to a column.
    func place(inRow row: Int, near column: Int) -> ScalarOffset? {
        let glyphs = page.layout.glyphs(inRow: row)
        guard step == .token else {
            guard glyphs.contains(where: { $0.kind != .lineEnd }) else { return nil }
            return page.layout.offset(at: CellPosition(row: row, column: column))
        }
        var best: (token: WordToken, distance: Int)?
        // A word that is split over rows does not hold the cursor back.
        for token in page.tokens(in: page.layout.span(ofRow: row)) where token.span.start != page.cursor {
            let cells = glyphs.filter { $0.span.overlaps(token.span) }
            guard let first = cells.first, let last = cells.last else { continue }
            let distance = max(0, first.column - column, column - (last.column + last.width - 1))
            if distance < best?.distance ?? .max { best = (token, distance) }
        }
        return best?.token.span.start
    }

    /// The first or last token (or character) of the row.
    mutating func moveToRowEdge(atEnd: Bool) {
        let row = page.layout.row(of: page.cursor)
        switch step {
        case .token:
            let tokens = page.tokens(in: page.layout.span(ofRow: row))
            let first = tokens.first { page.layout.row(of: $0.span.start) == row } ?? tokens.first
            if let token = atEnd ? tokens.last : first { moveCursor(to: token.span.start) }
        case .character:
            let column = atEnd ? page.layout.width : 0
            moveCursor(to: page.layout.offset(at: CellPosition(row: row, column: column)))
        }
    }

    /// The start of the next sentence, or of this one and then the one before.
    mutating func moveBySentence(_ count: Int) {
        let starts = page.sentences().map(\.start)
        var cursor = page.cursor
        for _ in 0..<abs(count) {
            let next = count > 0 ? starts.first { $0 > cursor } : starts.last { $0 < cursor }
            guard let next else { break }
            cursor = next
        }
        moveCursor(to: cursor)
    }

    /// Starts or leaves selecting.
    mutating func toggleSelection() {
        selection = selection == nil ? cursorSpan.map(Selection.init) : nil
    }

    /// Turns the tokens at the ends of a selection into characters, or back, so that it covers what it covered.
    private mutating func keepSelection(anchor: TextSpan, head: TextSpan) {
        let isForward = head.start >= anchor.start
        func unit(_ span: TextSpan, atEnd: Bool) -> TextSpan? {
            let place = atEnd ? span.end.advanced(by: -1) : span.start
            return step == .character ? page.character(at: place) : page.token(near: place)?.span
        }
        if let first = unit(anchor, atEnd: !isForward) { selection = Selection(anchor: first) }
        if let last = unit(head, atEnd: isForward) { page.cursor = last.start }
    }

    /// Goes from steps of one token to steps of one character, or back.
    mutating func toggleCharacters() {
        let old = (anchor: selection?.anchor, head: cursorSpan)
        step = step == .token ? .character : .token
        if let span = cursorSpan { page.cursor = span.start }
        if let anchor = old.anchor, let head = old.head { keepSelection(anchor: anchor, head: head) }
        inform(
            step == .character
                ? "steps of one character; \(key("characters", in: keyContext)) or \(key("cancel", in: keyContext)) goes back to tokens"
                : "steps of one token")
    }
}
