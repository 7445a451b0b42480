import ClinicalText

/// What folding one event changed, so that undo need not fold a long log again.
enum DocumentChange: Sendable {
    case inserted(EventID)
    indirect case removed(EntitySpan)
    indirect case changed(EntitySpan)
    case rejectedInserted(EventID, TextSpan)
    indirect case rejectedRemoved(RejectedSpan)
    indirect case decided(DecidedMark)
    case noteLabel(String, [String]?)
    case commented
    case status(Document.Status)
}

/// The changes of each step that counts, oldest first.
///
/// How a document came about, not what it says: two that say the same are equal whatever led there.
struct ChangeTrail: Hashable, Sendable {
    struct Step: Sendable {
        let id: EventID
        var changes: [DocumentChange] = []
    }

    var steps: [Step] = []

    static func == (left: ChangeTrail, right: ChangeTrail) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

extension Document {
    /// Takes the changes of the step that was folded last back, one by one.
    ///
    /// - Returns: whether `step` was that one.
    mutating func takeBack(_ step: EventID) -> Bool {
        guard let last = trail.steps.last, last.id == step else { return false }
        trail.steps.removeLast()
        for change in last.changes.reversed() {
            switch change {
            case .inserted(let id): if let index = index(of: id) { removeSpan(at: index) }
            case .removed(let span): addSpan(span)
            case .changed(let old):
                if let index = index(of: old.id) { removeSpan(at: index) }
                addSpan(old)
            case .rejectedInserted(let id, let span):
                if let index = rejectedRange(at: span).first(where: { rejected[$0].id == id }) {
                    rejected.remove(at: index)
                }
            case .rejectedRemoved(let old): addRejected(old)
            case .decided(let mark): decided.remove(mark)
            case .noteLabel(let name, let values): noteLabels[name] = values
            case .commented: comments.removeLast()
            case .status(let old): status = old
            }
        }
        return true
    }

    /// Notes a change of the event that is being folded.
    mutating func trace(_ change: DocumentChange) {
        if !trail.steps.isEmpty { trail.steps[trail.steps.count - 1].changes.append(change) }
    }
}

extension Document {
    /// Spans that stand on exactly these words, the oldest first.
    ///
    /// O(log n).
    public func spans(at span: TextSpan) -> ArraySlice<EntitySpan> {
        let first = spans.partition(where: { $0.content.span < span })
        var end = first
        while end < spans.count, spans[end].content.span == span { end += 1 }
        return spans[first..<end]
    }

    /// Suggestions on exactly these words that were rejected.
    ///
    /// O(log n).
    public func rejected(at span: TextSpan) -> ArraySlice<RejectedSpan> { rejected[rejectedRange(at: span)] }

    /// The words on which an event changes, or changed, what stands, is rejected or may be offered.
    ///
    /// Looked up before an event is applied and again after it, the two together hold every such place.
    public func places(of event: Event) -> [TextSpan] {
        switch event {
        case .created(let content): [content.span]
        case .accepted(let offered): [offered.content.span]
        case .rejected(let offered):
            [offered.content.span] + standing(offeredAs: offered.content).map { spans[$0].content.span }
        case .edited(let target, let from, let to):
            [from.span, to.span] + (span(target).map { [$0.content.span] } ?? [])
        case .relabelled(let target, _, _), .deleted(let target), .attribute(let target, _, _):
            span(target).map { [$0.content.span] } ?? []
        case .undone(let step), .redone(let step):
            events(ofStep: step).flatMap { event -> [TextSpan] in
                switch event {
                // A step is never undone by being undone itself; a journal from elsewhere may say so all the same.
                case .undone, .redone: []
                default: places(of: event)
                }
            }
        case .noteLabel, .comment, .completed, .skipped, .reopened: []
        }
    }

    /// The events of the batch that `id` names, or that the event of that id belongs to.
    ///
    /// Looked for from the end, where what is undone and redone mostly is.
    public func events(ofStep id: EventID) -> [Event] { log[range(ofStep: id)].map(\.event) }

    /// Where the events of a step stand in the log; a batch is written in one piece.
    func range(ofStep id: EventID) -> Range<Int> {
        guard let last = log.lastIndex(where: { $0.batch == id || $0.id == id }) else { return 0..<0 }
        let batch = log[last].batch
        var first = last
        while first > 0, log[first - 1].batch == batch { first -= 1 }
        var end = last + 1
        while end < log.count, log[end].batch == batch { end += 1 }
        return first..<end
    }

    /// The position of the span of this id.
    func index(of id: EventID) -> Int? {
        guard let place = placesByID[id] else { return nil }
        let index = spans.partition(where: { ($0.content.span, $0.id) < (place, id) })
        return index < spans.count && spans[index].id == id ? index : nil
    }

    /// The positions of spans that stand and were offered as `content`, moved ones too.
    func standing(offeredAs content: SpanContent) -> [Int] {
        // What was never decided on was never accepted.
        guard decided.contains(DecidedMark(content)) else { return [] }
        let here = spans(at: content.span).indices
        let moved = movedOffers.compactMap { index(of: $0) }.filter { !here.contains($0) }
        return (Array(here) + moved).filter { spans[$0].offered?.content.marksTheSame(as: content) ?? false }.sorted()
    }

    /// Puts a span in its place in reading order, the older first of two that mark the same words.
    mutating func addSpan(_ span: EntitySpan) {
        let key = (span.content.span, span.id)
        if let last = spans.last, (last.content.span, last.id) > key {
            spans.insert(span, at: spans.partition(where: { ($0.content.span, $0.id) < key }))
        } else {
            // Whoever reads from the beginning to the end decides in this order.
            spans.append(span)
        }
        placesByID[span.id] = span.content.span
        if let offered = span.offered, offered.content.span != span.content.span { movedOffers.insert(span.id) }
    }

    @discardableResult
    mutating func removeSpan(at index: Int) -> EntitySpan {
        let span = spans.remove(at: index)
        placesByID[span.id] = nil
        movedOffers.remove(span.id)
        return span
    }

    func rejectedRange(at span: TextSpan) -> Range<Int> {
        let first = rejected.partition(where: { $0.offered.content.span < span })
        var end = first
        while end < rejected.count, rejected[end].offered.content.span == span { end += 1 }
        return first..<end
    }

    /// Puts a rejected suggestion in its place in reading order.
    mutating func addRejected(_ span: RejectedSpan) {
        rejected.insert(span, at: rejectedRange(at: span.offered.content.span).upperBound)
    }
}
