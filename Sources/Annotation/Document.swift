import ClinicalText

/// One annotator's view of one note: the fold of that note's events.
///
/// Events go in through ``apply(_:)`` and nothing ever comes out of the log; what was undone stays in it and does not
/// count. Pure: the journal stores the events, a clock and ids come from outside.
public struct Document: Hashable, Sendable {
    /// Whether the note is finished.
    public enum Status: String, Hashable, Sendable, Codable {
        /// Not decided yet.
        case pending
        /// Finished: every unmarked token is meant to be unmarked.
        case completed
        /// Left out.
        case skipped
    }

    /// The note's id.
    public let note: String
    /// The note's text.
    public private(set) var text: NoteText
    /// Every event so far, undone ones too, in order.
    public private(set) var log: [RecordedEvent] = []
    /// Spans that stand, in reading order.
    public internal(set) var spans: [EntitySpan] = []
    /// Suggestions that were rejected, in reading order.
    public internal(set) var rejected: [RejectedSpan] = []
    /// Values of the note's own labels, by name.
    public internal(set) var noteLabels: [String: [String]] = [:]
    /// Remarks, in the order they were written.
    public internal(set) var comments: [Comment] = []
    /// Whether the note is finished.
    public internal(set) var status: Status = .pending
    /// Span and label of everything a person once decided on, so that it is not offered again.
    var decided: Set<DecidedMark> = []
    /// Where each span stands, by its id.
    var placesByID: [EventID: TextSpan] = [:]
    /// Accepted spans whose edges are no longer those that were offered.
    var movedOffers: Set<EventID> = []
    /// What each step that counts changed.
    var trail = ChangeTrail()
    /// Steps that count, oldest first; the last one is what undo takes back.
    private(set) var undoable: [EventID] = []
    /// Steps that were undone since the last new edit; the last one is what redo brings back.
    private(set) var redoable: [EventID] = []

    /// Opens a note that nothing was decided on.
    public init(note: String, text: NoteText) {
        self.note = note
        self.text = text
    }

    /// Opens a note and folds `events` into it.
    public init(note: String, text: NoteText, events: [RecordedEvent]) {
        self.init(note: note, text: text)
        for event in events { record(event) }
        refold()
    }

    /// The same decisions beside the note's text: what was folded from a journal alone has none.
    public init(_ document: Document, on text: NoteText) {
        self = document
        self.text = text
    }

    /// Whether undo has something to take back.
    public var canUndo: Bool { !undoable.isEmpty }
    /// Whether redo has something to bring back.
    public var canRedo: Bool { !redoable.isEmpty }
    /// Whether anything that counts was decided.
    public var hasDecisions: Bool { !undoable.isEmpty }

    /// Whether a step, the batch of one decision, was taken in this note and stands.
    public func stands(_ step: EventID) -> Bool { undoable.contains(step) }
    /// Whether a step was taken back in this note and can still be brought back.
    public func isUndone(_ step: EventID) -> Bool { redoable.contains(step) }

    /// Whether a step is the one that was folded last, so that taking it back changes what it changed and nothing else.
    public func isFoldedLast(_ step: EventID) -> Bool { trail.steps.last?.id == step }

    /// Whether a suggestion of this span and label was decided on, by any model's offer or a person's own hand.
    public func isDecided(_ content: SpanContent) -> Bool { decided.contains(DecidedMark(content)) }

    /// The span of this id.
    public func span(_ id: EventID) -> EntitySpan? { index(of: id).map { spans[$0] } }

    /// Folds one event in.
    ///
    /// Never fails: an event whose target is not there changes nothing but the log.
    public mutating func apply(_ event: RecordedEvent) {
        let lastStep = undoable.last
        record(event)
        switch event.event {
        case .undone(let target):
            guard let step = step(named: target), redoable.last == step else { return }
            if step != lastStep || !takeBack(step) { refold() }
        case .redone(let target):
            guard let step = step(named: target), undoable.last == step else { return }
            let events = range(ofStep: step)
            // Brought back behind everything that counts, it is folded like a new one.
            let isLast = lastStep.map { range(ofStep: $0).upperBound <= events.lowerBound } ?? true
            guard isLast else { return refold() }
            for event in log[events] { fold(event) }
        default: fold(event)
        }
    }

    /// The batch (or the event itself) that `id` names, if the log has it.
    private func step(named id: EventID) -> EventID? {
        log.last { $0.batch == id || $0.id == id }?.batch
    }

    private mutating func record(_ event: RecordedEvent) {
        log.append(event)
        switch event.event {
        case .undone(let target):
            guard let step = step(named: target), let index = undoable.lastIndex(of: step) else { return }
            undoable.remove(at: index)
            redoable.append(step)
        case .redone(let target):
            guard let step = step(named: target), let index = redoable.lastIndex(of: step) else { return }
            redoable.remove(at: index)
            undoable.append(step)
        default:
            if undoable.last != event.batch { undoable.append(event.batch) }
            redoable = []
        }
    }

    /// Folds the whole log again without what is undone.
    private mutating func refold() {
        spans = []
        rejected = []
        noteLabels = [:]
        comments = []
        status = .pending
        decided = []
        placesByID = [:]
        movedOffers = []
        trail = ChangeTrail()
        let counting = Set(undoable)
        // A long log is one of decisions on spans: tables that grow by doubling hash each of them twice.
        decided.reserveCapacity(counting.count)
        placesByID.reserveCapacity(counting.count)
        for event in log where counting.contains(event.batch) { fold(event) }
    }
}

/// A span and a label, as the key of what was decided.
struct DecidedMark: Hashable, Sendable {
    let span: TextSpan
    let label: String
    let fragments: [TextSpan]?

    init(_ content: SpanContent) {
        span = content.span
        label = content.label
        fragments = content.fragments
    }
}
