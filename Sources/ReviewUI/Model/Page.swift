import ClinicalText
import Screen

/// The open note as it is looked at: everything derived from its text, made once, and where the person is in it.
struct Page: Sendable {
    let text: NoteText
    private(set) var layout: NoteLayout
    let tokens: [WordToken]
    /// Found when first asked for: a long note opens without it.
    private var foundSentences: [TextSpan]?
    /// Likewise; `nil` until then.
    private(set) var knownSections: [NoteSection]?
    /// The sections that are folded, in order.
    private(set) var folds: [TextSpan] = []
    var marks: MarkIndex

    /// The token or character the person is at, by its first code point.
    var cursor = ScalarOffset(0)
    /// The column that up and down keep to.
    var goalColumn: Int?
    /// The mark that was chosen where several lie under the cursor.
    var focus: Mark.ID?
    /// The first row on the screen.
    var top = 0
    /// Whether nobody has touched it yet: no place of the eye's to keep.
    var isUntouched = true

    init(_ review: NoteReview, width: Int, threshold: Double, filter: SpanFilter? = nil) {
        text = review.document.text
        layout = NoteLayout(text, width: width)
        tokens = WordToken.tokens(of: text)
        marks = MarkIndex(review, threshold: threshold, filter: filter)
        cursor = tokens.first?.span.start ?? ScalarOffset(0)
    }

    /// Lays the note out again.
    mutating func lay(width: Int) {
        guard width != layout.width else { return }
        layout = NoteLayout(text, width: width).folding(folds)
    }

    /// Folds these sections and opens all others.
    mutating func fold(_ spans: [TextSpan]) {
        folds = spans.sorted()
        layout = layout.folding(folds)
    }

    /// The note's sections.
    mutating func sections() -> [NoteSection] {
        if let knownSections { return knownSections }
        let found = NoteSection.sections(of: text)
        knownSections = found
        return found
    }

    /// The note's sentences.
    mutating func sentences() -> [TextSpan] {
        if let foundSentences { return foundSentences }
        let found = Sentence.spans(of: text)
        foundSentences = found
        return found
    }

    /// The position of the last token that starts at or before `offset`.
    func tokenIndex(atOrBefore offset: ScalarOffset) -> Int? {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].span.start <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The token at `offset`, or the nearest one before it, or the first.
    func token(near offset: ScalarOffset) -> WordToken? {
        tokenIndex(atOrBefore: offset).map { tokens[$0] } ?? tokens.first
    }

    /// The tokens that have a code point in `span`.
    func tokens(in span: TextSpan) -> ArraySlice<WordToken> {
        var first = tokenIndex(atOrBefore: span.start) ?? 0
        if first < tokens.count, tokens[first].span.end <= span.start { first += 1 }
        var end = first
        while end < tokens.count, tokens[end].span.start < span.end { end += 1 }
        return tokens[first..<end]
    }

    /// The character at `offset` (a grapheme of the layout).
    func character(at offset: ScalarOffset) -> TextSpan? {
        layout.glyphs(inRow: layout.row(of: offset)).first { $0.span.end > offset }?.span
    }

    /// The character before the one at `offset`.
    func character(before offset: ScalarOffset) -> TextSpan? {
        offset.value > 0 ? character(at: offset.advanced(by: -1)) : nil
    }
}
