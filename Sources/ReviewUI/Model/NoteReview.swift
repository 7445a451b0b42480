import Annotation
import ClinicalText

/// A note under review: its text, what was decided on it, and what is offered.
public struct NoteReview: Sendable {
    /// The note.
    public let note: Note
    /// The fold of its events.
    public internal(set) var document: Document
    /// What is offered for it, with labels of the schema only.
    public internal(set) var suggestions: SuggestionState
    /// What annotators agree on and where they differ, in an adjudication.
    public let comparison: NoteComparison?
    /// Suggestions left out because the schema has no such label.
    public internal(set) var unknownLabelCount = 0
    /// How likely a classifier holds each value of the note's own labels; `nil` where none was asked.
    var scores: [NoteScores]?
    /// What classifiers propose for attributes of spans, by attribute; an empty guess was asked for and is on its way.
    var guesses: [String: [TextSpan: AttributeGuess?]] = [:]
    /// What not every model offers, with those that do.
    private var supporters: [SpanContent: [String]] = [:]

    /// Puts a note under review.
    ///
    /// - Parameters:
    ///   - note: the note.
    ///   - document: its events so far.
    ///   - suggestions: ready ones for a note that came with spans, else `.none`.
    ///   - comparison: for an adjudication: what the annotators agree on and where they differ; the latter is offered instead
    ///     of `suggestions`.
    public init(
        note: Note, document: Document, suggestions: SuggestionState = .none, comparison: NoteComparison? = nil
    ) {
        self.note = note
        self.document = document
        self.comparison = comparison
        self.suggestions = comparison.map { .ready($0.offers) } ?? suggestions
    }

    /// Takes what is offered: names a model's labels as the schema does, leaves out labels that it lacks, spans that are
    /// not in the note, and repetitions.
    mutating func offer(_ state: SuggestionState, schema: LabelSchema, readerCount: Int = 1) {
        unknownLabelCount = 0
        supporters = [:]
        guard case .ready(let offered) = state else {
            suggestions = state
            return
        }
        var kept: [Suggestion] = []
        var seen: Set<SpanContent> = []
        for var suggestion in offered where document.text.holds(suggestion.content.span) {
            guard let label = schema.spanLabel(standingFor: suggestion.content.label) else {
                unknownLabelCount += 1
                continue
            }
            suggestion.content.label = label.label
            if seen.insert(suggestion.content).inserted { kept.append(suggestion) }
            if readerCount > 1 { supporters[suggestion.content, default: []].append(suggestion.model) }
        }
        // Agreement of all is the rule, and nothing to keep.
        supporters = supporters.filter { Set($0.value).count < readerCount }
        kept.sort { ($0.content.span, $0.content.label) < ($1.content.span, $1.content.label) }
        suggestions = .ready(kept)
    }

    /// Whether some of the models offer it and some do not.
    func isDisputed(_ content: SpanContent?) -> Bool { content.map { supporters[$0] != nil } ?? false }

    /// The models that offer it, where some do not.
    func supporters(of content: SpanContent) -> [String]? { supporters[content] }

    /// What is offered and not decided, at or above `threshold`, in reading order.
    func undecided(threshold: Double) -> [Suggestion] {
        guard case .ready(let offered) = suggestions else { return [] }
        return offered.filter { $0.score >= threshold && !document.isDecided($0.content) }
    }

    /// How many undecided suggestions the threshold hides.
    func hiddenCount(threshold: Double) -> Int {
        guard case .ready(let offered) = suggestions else { return 0 }
        return offered.count { $0.score < threshold && !document.isDecided($0.content) }
    }
}
