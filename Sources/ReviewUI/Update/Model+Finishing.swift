import Annotation
import ClinicalText

extension Model {
    /// Enter: completes the note, or asks about what is still open.
    mutating func complete() -> [Effect] {
        if review.document.status == .completed {
            let id = review.note.id
            let effects = goOn()
            if nextOpenNote != nil || review.document.status == .pending { inform("\(id) was complete already") }
            return effects
        }
        if !page.marks.undecided.isEmpty {
            context = .completeQuestion(.undecided)
            return []
        }
        if review.suggestions == .waiting {
            context = .completeQuestion(.waiting)
            return []
        }
        return finish(.complete(accepting: [], rejecting: []), saying: "complete")
    }

    /// The answer "all" to the question about undecided suggestions.
    mutating func completeDeciding(accepting: Bool) -> [Effect] {
        let open = undecidedSuggestions
        context = .note
        return finish(
            .complete(accepting: accepting ? open : [], rejecting: accepting ? [] : open),
            saying: "complete, \(open.count) \(accepting ? "accepted" : "rejected")")
    }

    var openMatterAvailability: Availability {
        if case .completeQuestion(.waiting) = context {
            return .unavailable(
                "no suggestion is there yet: \(key("question-first", in: .completeQuestion)) completes without them, \(key("cancel", in: .completeQuestion)) waits"
            )
        }
        return .available
    }

    /// Accepting all that is open; of different readings not all can be right.
    var acceptOpenAvailability: Availability {
        isAdjudicating ? .unavailable(Self.takeEach) : openMatterAvailability
    }

    /// Enter at the question: on to the first undecided suggestion, or on without those that are coming.
    mutating func answerOpenMatter() -> [Effect] {
        guard case .completeQuestion(let matter) = context else { return [] }
        context = .note
        switch matter {
        case .undecided:
            if let first = page.marks.undecided.first {
                let mark = page.marks.marks[first]
                // Otherwise it would be dim, and n would pass it by.
                if !fits(mark) {
                    filter = nil
                    refreshMarks()
                    inform("the filter hid some that are undecided: it is off")
                }
                moveCursor(to: mark)
            }
            return []
        case .waiting:
            // They may have come while the question stood.
            return page.marks.undecided.isEmpty
                ? finish(.complete(accepting: [], rejecting: []), saying: "complete") : complete()
        }
    }

    /// Leaves the note out.
    mutating func skip() -> [Effect] { finish(.skip, saying: "skipped") }

    private mutating func finish(_ command: Command, saying word: String) -> [Effect] {
        var effects: [Effect] = []
        let id = review.note.id
        guard let events = decide(command, effects: &effects) else { return effects }
        let isCompleted = events.contains { $0.event == .completed }
        effects += goOn()
        if isCompleted { effects += countCompleted() }
        if notice == nil { inform("\(id): \(word)") }
        return effects
    }

    var undoAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        if review.document.canUndo || noteToReturnTo != nil { return .available }
        return .unavailable("nothing to undo in this note")
    }

    var redoAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        return review.document.canRedo ? .available : .unavailable("nothing to redo in this note")
    }

    /// The note that was just finished, where that is what an undo is meant for: nothing was decided in the open one since, or
    /// there is nothing in it to undo.
    private var noteToReturnTo: Int? {
        guard let last = finished.last(where: { $0 != current }), notes[last].document.canUndo else { return nil }
        let isFresh = wentOn.map { $0 == (from: last, to: current) } ?? false
        return isFresh || !review.document.canUndo ? last : nil
    }

    /// Takes the last step back; in a note where nothing was decided yet, goes back to the one just finished.
    mutating func undo() -> [Effect] {
        if let back = noteToReturnTo {
            finished.removeSubrange((finished.lastIndex(of: back) ?? finished.startIndex)...)
            wentOn = nil
            let effects = open(back)
            inform("back in \(review.note.id); \(key("undo")) again takes its last decision back")
            return effects
        }
        return revert(.undo, verb: "undid")
    }

    /// Brings the last undone step back.
    mutating func redo() -> [Effect] { revert(.redo, verb: "redid") }

    private mutating func revert(_ command: Command, verb: String) -> [Effect] {
        var effects: [Effect] = []
        let batch = nextID()
        guard let event = decide(command, on: current, batch: batch, effects: &effects)?.last?.event else {
            return effects
        }
        let target: EventID
        switch event {
        case .undone(let step), .redone(let step): target = step
        default: return effects
        }
        let step = review.document.events(ofStep: target)
        let isUndo = command == .undo
        let others = revertElsewhere(target, isUndo: isUndo, batch: batch, effects: &effects)
        // Those that were decided on in an earlier session need not be open.
        if notes.contains(where: { !$0.isOpen }) {
            effects.append(.openNotes(ofStep: target, isUndo: isUndo, batch: batch))
        }
        page.focus = nil
        showPlace(of: step)
        inform("\(verb): \(Event.summary(of: step))\(others > 0 ? ", and in \(others) other notes" : "")")
        return effects
    }

    /// Takes a step that was decided in several notes at once back (or brings it back) in the others, too.
    ///
    /// - Returns: in how many.
    private mutating func revertElsewhere(
        _ step: EventID, isUndo: Bool, batch: EventID, in wanted: Set<String>? = nil, effects: inout [Effect]
    ) -> Int {
        var count = 0
        for index in notes.indices where index != current && wanted?.contains(notes[index].id) ?? true {
            let document = notes[index].document
            guard isUndo ? document.stands(step) : document.isUndone(step) else { continue }
            let same: Command = isUndo ? .undoStep(step) : .redoStep(step)
            if decide(same, on: index, batch: batch, effects: &effects) != nil { count += 1 }
        }
        return count
    }

    /// The same in notes that were opened for it; those that are not among the session's are said.
    mutating func revert(_ step: EventID, isUndo: Bool, batch: EventID, in wanted: Set<String>) -> [Effect] {
        var effects: [Effect] = []
        let count = revertElsewhere(step, isUndo: isUndo, batch: batch, in: wanted, effects: &effects)
        let missing = wanted.subtracting(notes.lazy.map(\.id)).count
        var words = notice?.text ?? (isUndo ? "undid" : "redid")
        if count > 0 { words += ", and in \(count) that were not open" }
        if missing > 0 { words += "; not in \(missing) that this session does not have" }
        inform(words)
        return effects
    }

    /// Goes to where a step happened, if that is one place.
    private mutating func showPlace(of step: [Event]) {
        var places: Set<TextSpan> = []
        for event in step {
            switch event {
            case .created(let content): places.insert(content.span)
            case .accepted(let offered), .rejected(let offered): places.insert(offered.content.span)
            case .edited(_, let from, _): places.insert(from.span)
            case .relabelled(let target, _, _), .deleted(let target), .attribute(let target, _, _):
                if let span = review.document.span(target) { places.insert(span.content.span) }
            default: break
            }
        }
        // Accepting with other edges is two events but one place: the first.
        if places.count <= 2, let place = places.min(), page.text.holds(place) { moveCursor(to: place) }
    }
}

extension Event {
    /// What a step was, for the line that says it was undone.
    static func summary(of step: [Event]) -> String {
        let events = step.filter { $0 != .reopened }
        guard let first = events.first else { return "reopened" }
        if events.last == .completed {
            return events.count == 1 ? "completed" : "completed with \(events.count - 1) answers"
        }
        let more = events.count > 2 ? " and \(events.count - 1) more" : ""
        return first.summary + more
    }

    private var summary: String {
        func quoted(_ content: SpanContent) -> String { "\(content.label) “\(content.text)”" }
        switch self {
        case .created(let content): return "marked \(quoted(content))"
        case .accepted(let offered): return "accepted \(quoted(offered.content))"
        case .rejected(let offered): return "rejected \(quoted(offered.content))"
        case .edited(_, let from, _): return "moved the edges of \(quoted(from))"
        case .relabelled(_, let from, let to): return "relabelled \(from) as \(to)"
        case .deleted: return "deleted a span"
        case .attribute(_, let name, let value): return "\(name) \(value)"
        case .noteLabel(let name, _): return "set \(name)"
        case .comment: return "commented"
        case .completed: return "completed"
        case .skipped: return "skipped"
        case .reopened: return "reopened"
        case .undone, .redone: return "undone"
        }
    }
}
