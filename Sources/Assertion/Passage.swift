import ClinicalText

/// The sentence around a span, in words, and what stands above it.
///
/// Bounded, so that a proposal costs the same in a note of a megabyte as in a short one.
struct Passage {
    struct Word {
        let span: TextSpan
        /// Lower case, straight apostrophes.
        let text: String
    }

    /// From where to where a scope may reach.
    let span: TextSpan
    let words: [Word]

    /// A sentence that is longer is a table or a dictation without full stops; no cue is meant to reach so far.
    private static let reach = 600

    init(around finding: TextSpan, in text: NoteText) {
        let target = TextSpan(finding.start, min(finding.end, finding.start.advanced(by: Self.reach)))
        let from = ScalarOffset(max(0, target.start.value - Self.reach))
        let to = ScalarOffset(min(text.scalarCount, target.end.value + Self.reach))
        let window = NoteText(text[TextSpan(from, to)])
        var sentences = Sentence.spans(of: window).map { sentence in
            TextSpan(sentence.start.advanced(by: from.value), sentence.end.advanced(by: from.value))
        }
        sentences = Self.joined(sentences, in: text)
        let touched = sentences.filter { $0.overlaps(target) }
        let first = min(touched.first?.start ?? target.start, target.start)
        let last = max(touched.last?.end ?? target.end, target.end)
        span = TextSpan(first, last)
        words = WordToken.tokens(of: text, in: span).map { Word(span: $0.span, text: Self.folded(text[$0.span])) }
    }

    /// Lines that a sentence was broken over: clinical notes are wrapped by hand, and Sentence takes a line that starts with a
    /// capital ("no evidence of⏎DVT") for a new one.
    private static func joined(_ sentences: [TextSpan], in text: NoteText) -> [TextSpan] {
        var joined: [TextSpan] = []
        for sentence in sentences {
            if let last = joined.last, goesOn(last, sentence, in: text) {
                joined[joined.count - 1] = TextSpan(last.start, sentence.end)
            } else {
                joined.append(sentence)
            }
        }
        return joined
    }

    private static func goesOn(_ sentence: TextSpan, _ next: TextSpan, in text: NoteText) -> Bool {
        let gap = text[TextSpan(sentence.end, next.start)].unicodeScalars
        guard gap.count(where: { $0 == "\n" }) == 1 else { return false }
        let tail = TextSpan(ScalarOffset(max(sentence.start.value, sentence.end.value - lastWordReach)), sentence.end)
        guard let last = WordToken.tokens(of: text, in: tail).last else { return false }
        return wordsThatGoOn.contains(folded(text[last.span]))
    }

    /// Longer than any of the words below.
    private static let lastWordReach = 12
    /// What no sentence ends with.
    private static let wordsThatGoOn: Set<String> = [
        ",", "of", "any", "or", "and", "no", "for", "with", "the", "a", "an", "to", "denies", "denied", "without",
        "possible", "in",
        "her", "his", "not", "from",
    ]

    /// The folded words of some text, as they are compared.
    static func words(of phrase: String) -> [String] {
        let text = NoteText(phrase)
        return WordToken.tokens(of: text).map { folded(text[$0.span]) }
    }

    private static func folded(_ word: String) -> String { word == "’" || word == "ʼ" ? "'" : word.lowercased() }

    /// From the first to the last of some words; `nil` for none.
    func span(of range: Range<Int>) -> TextSpan? {
        guard let first = range.first, let last = range.last else { return nil }
        return TextSpan(words[first].span.start, words[last].span.end)
    }

    /// The words that have a code point in `target`.
    func words(in target: TextSpan) -> Range<Int> {
        let first = words.firstIndex { $0.span.end > target.start } ?? words.count
        let end = words[first...].firstIndex { $0.span.start >= target.end } ?? words.count
        return first..<end
    }
}
