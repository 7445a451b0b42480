import Annotation
import ClinicalText

/// A question about a span: why it is what a model says it is.
public struct SpanQuestion: Hashable, Sendable {
    /// The note's id.
    public let note: String
    /// The span.
    public let span: TextSpan
    /// The label's names: the schema's and its aliases, whichever the model uses.
    public let names: Set<String>
    /// The model to ask; the first one where it is none of those that are loaded.
    public let model: String

    /// Asks about a span.
    public init(note: String, span: TextSpan, names: Set<String>, model: String) {
        self.note = note
        self.span = span
        self.names = names
        self.model = model
    }
}

/// Makes the texts that occlusion looks at: a stretch of the note around the span, whole and without each word of the
/// span's sentence.
package struct OcclusionPlan {
    /// A text without one word.
    package struct Variant: Hashable {
        package let word: TextSpan
        package let text: NoteText
        package let span: TextSpan
    }

    /// The stretch as it stands, and the span in it.
    package let text: NoteText
    package let span: TextSpan
    package let variants: [Variant]

    /// What a model sees around the span: about 200 tokens, as much as the models' own windows have.
    private static let surroundings = 800
    /// A line of a list may be a "sentence" of hundreds of words; those nearest to the span push most.
    private static let longestSentence = 60

    package init(_ target: TextSpan, in note: NoteText) {
        let sentences = Sentence.spans(of: note)
        var first = sentences.lastIndex { $0.start <= target.start } ?? 0
        var last = max(first, sentences.lastIndex { $0.start < target.end } ?? 0)
        var sentence = target
        var stretch = target
        if sentences.indices.contains(first), sentences.indices.contains(last) {
            sentence = TextSpan(
                min(target.start, sentences[first].start), max(target.end, sentences[last].end))
            stretch = sentence
            var grows = true
            while grows {
                grows = false
                if first > 0, stretch.end.value - sentences[first - 1].start.value <= Self.surroundings {
                    first -= 1
                    stretch = TextSpan(sentences[first].start, stretch.end)
                    grows = true
                }
                if last + 1 < sentences.count, sentences[last + 1].end.value - stretch.start.value <= Self.surroundings
                {
                    last += 1
                    stretch = TextSpan(stretch.start, sentences[last].end)
                    grows = true
                }
            }
        }
        let origin = stretch.start.value
        text = NoteText(note[stretch])
        span = TextSpan(target.start.value - origin, target.end.value - origin)
        let tokens = WordToken.tokens(of: note, in: sentence).filter { token in
            token.isWord || note.scalar(at: token.span.start)?.properties.isIdeographic ?? false
        }
        let inside = tokens.count { target.overlaps($0.span) }
        var words = tokens.map(\.span).filter { inside > 1 || !target.overlaps($0) }
        if words.count > Self.longestSentence {
            func distance(_ word: TextSpan) -> Int {
                max(0, target.start.value - word.end.value, word.start.value - target.end.value)
            }
            let near = Set(words.sorted { distance($0) < distance($1) }.prefix(Self.longestSentence))
            words = words.filter(near.contains)
        }
        variants = words.map { word in
            let length = word.count
            let without = note[TextSpan(stretch.start, word.start)] + note[TextSpan(word.end, stretch.end)]
            let start = target.start.value - origin - (word.end <= target.start ? length : 0)
            let end = target.end.value - origin - (word.start < target.end ? length : 0)
            return Variant(word: word, text: NoteText(without), span: TextSpan(start, max(start + 1, end)))
        }
    }
}
