import Annotation
import ClinicalText

/// A note under review: its text, what was decided on it, and what is offered; or its name and how far it is, until it is
/// opened.
public struct NoteReview: Sendable {
    /// The note's id.
    public let id: String
    private var state: State

    /// How far a note is that was not opened yet.
    public struct Progress: Hashable, Sendable {
        /// Whether it is finished.
        public var status: Document.Status
        /// Spans that stand, and suggestions that were rejected.
        public var decisions: Int

        /// A note that nothing was decided on, or what is known of another.
        public init(status: Document.Status = .pending, decisions: Int = 0) {
            self.status = status
            self.decisions = decisions
        }
    }

    /// What an open note holds.
    private struct Contents: Sendable {
        var note: Note
        var document: Document
        var suggestions: SuggestionState
        var comparison: NoteComparison?
        var unknownLabelCount = 0
        var scores: [NoteScores]?
        var guesses: [String: [TextSpan: AttributeGuess?]] = [:]
        /// What not every model offers, with those that do.
        var supporters: [SpanContent: [String]] = [:]
    }

    /// Indirect, because a project may have a hundred thousand notes of which a few are opened.
    private indirect enum State: Sendable {
        case closed(Progress)
        case open(Contents)
    }

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
        id = note.id
        let offered = comparison.map { .ready($0.offers) } ?? suggestions
        state = .open(Contents(note: note, document: document, suggestions: offered, comparison: comparison))
    }

    /// Names a note that is opened when the person comes to it.
    public init(id: String, progress: Progress) {
        self.id = id
        state = .closed(progress)
    }

    private static let nothing = Contents(
        note: Note(id: "", text: NoteText("")), document: Document(note: "", text: NoteText("")), suggestions: .none)

    private var contents: Contents {
        get { Self.contents(of: state) }
        _modify {
            var changed = Self.contents(of: state)
            // Given up for the time of the change, so that the document changes in place.
            state = .closed(Progress())
            defer { state = .open(changed) }
            yield &changed
        }
    }

    private static func contents(of state: State) -> Contents {
        if case .open(let contents) = state { return contents }
        return nothing
    }

    /// Whether its text is there.
    public var isOpen: Bool {
        if case .open = state { return true }
        return false
    }

    /// How far it is.
    public var progress: Progress {
        switch state {
        case .closed(let progress): progress
        case .open(let contents):
            Progress(
                status: contents.document.status,
                decisions: contents.document.spans.count + contents.document.rejected.count)
        }
    }

    /// The note; empty until it is opened.
    public var note: Note { contents.note }

    /// The fold of its events; empty until it is opened.
    public internal(set) var document: Document {
        get { contents.document }
        _modify { yield &contents.document }
    }

    /// What is offered for it, with labels of the schema only.
    public internal(set) var suggestions: SuggestionState {
        get { contents.suggestions }
        _modify { yield &contents.suggestions }
    }

    /// What annotators agree on and where they differ, in an adjudication.
    public var comparison: NoteComparison? { contents.comparison }

    /// Suggestions left out because the schema has no such label.
    public internal(set) var unknownLabelCount: Int {
        get { contents.unknownLabelCount }
        _modify { yield &contents.unknownLabelCount }
    }

    /// How likely a classifier holds each value of the note's own labels; `nil` where none was asked.
    var scores: [NoteScores]? {
        get { contents.scores }
        _modify { yield &contents.scores }
    }

    /// What classifiers propose for attributes of spans, by attribute; an empty guess was asked for and is on its way.
    var guesses: [String: [TextSpan: AttributeGuess?]] {
        get { contents.guesses }
        _modify { yield &contents.guesses }
    }

    private var supporters: [SpanContent: [String]] {
        get { contents.supporters }
        _modify { yield &contents.supporters }
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
        let text = document.text
        var kept: [Suggestion] = []
        var seen: Set<SpanContent> = Set(minimumCapacity: offered.count)
        for var suggestion in offered where text.holds(suggestion.content.span) {
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
        let document = document
        return offered.filter { $0.score >= threshold && !document.isDecided($0.content) }
    }

    /// What is offered for exactly these words.
    func offered(at span: TextSpan) -> ArraySlice<Suggestion> {
        guard case .ready(let offered) = suggestions else { return [] }
        let first = offered.partition(where: { $0.content.span < span })
        var end = first
        while end < offered.count, offered[end].content.span == span { end += 1 }
        return offered[first..<end]
    }

    /// What is offered and not decided, but below `threshold`, in reading order.
    func hidden(threshold: Double) -> [Suggestion] {
        guard case .ready(let offered) = suggestions else { return [] }
        let document = document
        return offered.filter { $0.score < threshold && !document.isDecided($0.content) }
    }
}
