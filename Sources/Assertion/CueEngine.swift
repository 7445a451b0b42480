import ClinicalText

/// Proposes how a finding is meant from the words around it.
///
/// A rule engine of the ConText family (see ``Cue``): fast, explainable word by word, and no more than a proposal. A cue's scope
/// runs from the cue to a terminator, another cue of the same question, a section's header, or the end of the sentence.
/// English; in other languages nothing matches and everything is `present`.
public struct CueEngine: Sendable {
    private let matcher: CueMatcher

    /// The engine for English notes.
    public static let english = CueEngine(EnglishCues.all)

    init(_ cues: [Cue]) { matcher = CueMatcher(cues) }

    /// How the finding at `target` seems to be meant.
    ///
    /// Looks at its sentence, and for the header it stands under at some lines above, so that the cost does not grow with the
    /// note.
    ///
    /// - Parameters:
    ///   - target: the finding; a span that is not in the note is `present`.
    ///   - text: the note.
    public func proposal(for target: TextSpan, in text: NoteText) -> AssertionProposal {
        guard text.holds(target) else { return .present }
        let passage = Passage(around: target, in: text)
        var nearest: [Cue.Dimension: Reach] = [:]
        for reach in reaches(in: passage, around: target, text) where reach.covers(target) {
            if let other = nearest[reach.value.dimension], other.distance(to: target) <= reach.distance(to: target) {
                continue
            }
            nearest[reach.value.dimension] = reach
        }
        var proposals = nearest.values.map { AssertionProposal(value: $0.value, cue: $0.cue, scope: $0.scope) }
        if let header = SectionHeader.over(target.start, in: text) {
            let from = max(header.span.end, passage.span.start)
            let scope = TextSpan(from, max(from, passage.span.end))
            proposals.append(AssertionProposal(value: header.value, cue: header.span, scope: Self.inked(scope, text)))
        }
        for value in AssertionValue.precedence {
            if let proposal = proposals.first(where: { $0.value == value }) { return proposal }
        }
        return .present
    }

    // MARK: Scopes

    /// A cue, and what it reaches.
    private struct Reach {
        let value: AssertionValue
        let cue: TextSpan
        let scope: TextSpan
        let isBefore: Bool

        /// A finding belongs to the cue before it by its first character, to one after it by its last.
        func covers(_ target: TextSpan) -> Bool {
            scope.contains(isBefore ? target.start : target.end.advanced(by: -1))
        }

        func distance(to target: TextSpan) -> Int {
            isBefore ? target.start.value - cue.end.value : cue.start.value - target.end.value
        }
    }

    private func reaches(in passage: Passage, around target: TextSpan, _ text: NoteText) -> [Reach] {
        let words = passage.words
        let matches = matcher.matches(in: words, besides: passage.words(in: target))
        let headers = Self.headers(in: words, text)
        var found: [Reach] = []
        for match in matches {
            for cue in match.cues {
                guard let value = cue.value else { continue }
                let stops = matches.filter { Self.ends($0, value.dimension) }.map(\.words)
                let scope: Range<Int>
                let isBefore: Bool
                switch cue.role {
                case .before:
                    let end = Self.end(of: match, stops: stops + headers, among: words.count)
                    scope = match.words.upperBound..<Self.closing(words[match.words.upperBound..<end])
                    isBefore = true
                case .after(_, let reach):
                    // A header may be what is answered: "Allergies: none".
                    let answers = words[match.words.lowerBound].text == ":"
                    let first = Self.start(of: match, stops: answers ? stops : stops + headers, reach: reach)
                    scope = first..<match.words.lowerBound
                    isBefore = false
                case .pseudo, .terminator: continue
                }
                guard let reached = passage.span(of: scope), let own = passage.span(of: match.words) else { continue }
                found.append(Reach(value: value, cue: own, scope: reached, isBefore: isBefore))
            }
        }
        return found
    }

    /// Where the scope after a cue ends: at the first stop behind it.
    private static func end(of match: CueMatcher.Match, stops: [Range<Int>], among count: Int) -> Int {
        stops.map(\.lowerBound).filter { $0 >= match.words.upperBound }.min() ?? count
    }

    /// Where the bracket closes that the first of some words stands in, else their end: "(no slides) show lymphoma".
    private static func closing(_ words: ArraySlice<Passage.Word>) -> Int {
        var depth = 0
        for (index, word) in zip(words.indices, words) {
            if word.text == "(" || word.text == "[" { depth += 1 }
            if word.text == ")" || word.text == "]" { depth -= 1 }
            if depth < 0 { return index }
        }
        return words.endIndex
    }

    /// Where the scope before a cue starts: at the last stop in front of it, and no more than `reach` words away.
    private static func start(of match: CueMatcher.Match, stops: [Range<Int>], reach: Int) -> Int {
        let stop = stops.map(\.upperBound).filter { $0 <= match.words.lowerBound }.max() ?? 0
        return max(stop, match.words.lowerBound - reach)
    }

    /// Whether a match ends the scopes of a dimension.
    ///
    /// A cue that follows its finding does not: the finding may lie in the scope of one before it, too.
    private static func ends(_ match: CueMatcher.Match, _ dimension: Cue.Dimension) -> Bool {
        match.cues.contains { cue in
            switch cue.role {
            case .terminator(let dimensions): dimensions.contains(dimension)
            case .before(let value): value.dimension == dimension
            case .after, .pseudo: false
            }
        }
    }

    /// Headers inside a passage: a few words that start with capitals, and a colon.
    private static func headers(in words: [Passage.Word], _ text: NoteText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for (index, word) in words.enumerated() where word.text == ":" && index > 0 {
            var first = index
            while first > 0, index - first < mostHeaderWords, isCapital(words[first - 1], text) { first -= 1 }
            if first < index { found.append(first..<(index + 1)) }
        }
        return found
    }

    /// "Review of systems" is three words, "Past medical and surgical history" five.
    private static let mostHeaderWords = 5

    private static func isCapital(_ word: Passage.Word, _ text: NoteText) -> Bool {
        text.scalar(at: word.span.start)?.properties.isUppercase ?? false
    }

    /// A stretch without the white space and marks at its ends.
    private static func inked(_ span: TextSpan, _ text: NoteText) -> TextSpan {
        let words = WordToken.tokens(of: text, in: span).filter(\.isWord)
        guard let first = words.first, let last = words.last else { return span }
        return TextSpan(first.span.start, last.span.end)
    }
}
