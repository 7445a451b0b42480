import Annotation
import ClinicalText
import Screen

extension Model {
    /// Whether anything may be decided at all.
    var editAvailability: Availability {
        readOnly.map { .unavailable("read-only: \($0)") } ?? .available
    }

    /// Whether a mark may be changed: in a session that may, and with a label that the schema has.
    func availability(of mark: Mark?, orElse reason: String) -> Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        guard let mark else { return .unavailable(reason) }
        if schema.spanLabel(named: mark.content.label) == nil {
            return .unavailable("the schema has no label \(mark.content.label): this span is read-only")
        }
        return .available
    }

    var acceptAvailability: Availability {
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no suggestion here; \(key("next-target")) goes to the next")
        guard general.isAvailable, case .decided(let span)? = mark?.kind else { return general }
        return .unavailable(
            span.offered == nil ? "this span is your own already" : "accepted already; \(key("reject")) rejects it")
    }

    var rejectAvailability: Availability {
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no suggestion here; \(key("next-target")) goes to the next")
        guard general.isAvailable else { return general }
        switch mark?.kind {
        case .decided(let span) where span.offered == nil:
            return .unavailable("this span is your own: use \(key("delete"))")
        case .rejected: return .unavailable("rejected already; \(key("accept")) accepts it after all")
        default: return .available
        }
    }

    var deleteAvailability: Availability {
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here to delete")
        if general.isAvailable, case .rejected? = mark?.kind { return .unavailable("rejected already") }
        return general
    }

    var labelAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        if selection != nil { return selectedSpan == nil ? .unavailable("only white space is selected") : .available }
        guard cursorSpan != nil else { return .unavailable("there are no words in this note") }
        return focusedMark.map { availability(of: $0, orElse: "") } ?? .available
    }

    var acceptAllAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        if isAdjudicating { return .unavailable(Self.takeEach) }
        let marks = page.marks
        let hasVisible = marks.targets.contains { place in
            marks.marks[place].isUndecided && !page.layout.isHidden(marks.marks[place].span.start)
        }
        return hasVisible ? .available : .unavailable("no undecided suggestion is visible")
    }

    var edgeAvailability: Availability {
        if selection != nil { return .available }
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here; \(key("select")) selects words")
        if general.isAvailable, case .rejected? = mark?.kind {
            return .unavailable("rejected; \(key("accept")) accepts it first")
        }
        return general
    }

    /// Accepts what is offered here and goes on.
    mutating func accept() -> [Effect] {
        var effects: [Effect] = []
        guard let mark = focusedMark, let offered = mark.offered else { return [] }
        let command = acceptance(of: mark) ?? .accept(offered)
        guard let events = decide(command, effects: &effects) else { return effects }
        keepFocus(on: events)
        goOnAfter(mark)
        return effects
    }

    /// Rejects what is offered here, or was accepted, and goes on.
    mutating func reject() -> [Effect] {
        var effects: [Effect] = []
        guard let mark = focusedMark else { return [] }
        let command: Command
        switch mark.kind {
        case .undecided(let suggestion): command = .reject(suggestion)
        case .decided(let span): command = .rejectAccepted(span.id)
        case .rejected: return []
        }
        guard decide(command, effects: &effects) != nil else { return effects }
        page.focus = nil
        goOnAfter(mark)
        return effects
    }

    /// Deletes one's own span, rejects a suggestion; the cursor stays.
    mutating func delete() -> [Effect] {
        var effects: [Effect] = []
        guard let mark = focusedMark else { return [] }
        let command: Command
        switch mark.kind {
        case .undecided(let suggestion): command = .reject(suggestion)
        case .decided(let span): command = .delete(span.id)
        case .rejected: return []
        }
        if decide(command, effects: &effects) != nil {
            page.focus = nil
            inform("\(mark.rank == 1 ? "deleted" : "rejected"): \(mark.summary)")
        }
        return effects
    }

    /// Accepts everything that is visible and undecided.
    mutating func acceptAll() -> [Effect] {
        var effects: [Effect] = []
        let offered = visibleSuggestions
        let folded = targetSuggestions.count - offered.count
        if decide(.acceptAll(offered), effects: &effects) != nil {
            page.focus = nil
            let rest = folded > 0 ? "; \(folded) in folded sections are left" : ""
            inform("accepted \(offered.count)\(rest); \(key("undo")) takes them back in one step")
        }
        return effects
    }

    /// What is looked at and not folded away: nothing is accepted that cannot be seen.
    private var visibleSuggestions: [Suggestion] {
        targetSuggestions.filter { !page.layout.isHidden($0.content.span.start) }
    }

    /// What is visible and undecided.
    package var undecidedSuggestions: [Suggestion] { page.marks.undecided.compactMap { page.marks.marks[$0].offered } }

    /// Of these, what a filter lets through.
    private var targetSuggestions: [Suggestion] {
        page.marks.targets.compactMap { page.marks.marks[$0] }.filter(\.isUndecided).compactMap(\.offered)
    }

    /// A capital was pressed: gives its label, or asks whether Caps Lock is on.
    mutating func label(by key: Key) -> [Effect] {
        guard case .character(let character) = key else { return [] }
        guard let label = schema.spanLabel(on: character) else {
            let isLikelyCapsLock = labelRun >= Self.labelsBeforeQuestion
            labelRun += 1
            refuse(
                isLikelyCapsLock
                    ? "no label is on \(character): is Caps Lock on?"
                    : "no label is on \(character); \(self.key("pick-label")) shows them all")
            return []
        }
        if labelRun >= Self.labelsBeforeQuestion {
            context = .capsLockQuestion(label: label.label)
            return []
        }
        return give(label.label, isKey: true)
    }

    /// Two labels on one spot happen (a slip and its correction); a third is more likely Caps Lock.
    private static let labelsBeforeQuestion = 2

    /// The third label was meant.
    mutating func labelAfterQuestion() -> [Effect] {
        guard case .capsLockQuestion(let label) = context else { return [] }
        context = .note
        labelRun = 0
        return give(label, isKey: false)
    }

    /// Gives a label to the selection, the span under the cursor, or the bare token.
    ///
    /// On an undecided suggestion it is an answer like `a`, and goes on like it.
    mutating func give(_ label: String, isKey: Bool) -> [Effect] {
        var effects: [Effect] = []
        guard let command = labelling(with: label) else { return [] }
        let run = labelRun
        let answered = selection == nil ? focusedMark.flatMap { $0.isUndecided ? $0 : nil } : nil
        guard let events = decide(command, effects: &effects) else {
            labelRun = isKey ? run + 1 : 0
            return effects
        }
        lastLabel = label
        if selection != nil { step = .token }
        selection = nil
        keepFocus(on: events)
        let summary = focusedMark?.summary
        if let answered { goOnAfter(answered) }
        labelRun = isKey ? run + 1 : 0
        if notice == nil, let summary { inform(summary) }
        return effects
    }

    private func labelling(with label: String) -> Command? {
        if let selected = selectedSpan {
            // Selecting exactly what is offered is accepting it.
            let same = page.marks.overlapping(selected).first {
                $0.isUndecided && $0.span == selected && $0.content.label == label
            }
            return same?.offered.map { .accept($0) } ?? .create(selected, label: label)
        }
        guard let mark = focusedMark else { return cursorSpan.map { .create($0, label: label) } }
        switch mark.kind {
        case .decided(let span): return .relabel(span.id, label: label)
        case .undecided(let offered):
            return offered.content.label == label ? .accept(offered) : .acceptRelabelled(offered, label: label)
        case .rejected(let rejected):
            let offered = rejected.offered
            return offered.content.label == label ? .accept(offered) : .acceptRelabelled(offered, label: label)
        }
    }

    /// Keeps the keys acting on the span that these events brought in.
    mutating func keepFocus(on events: [IdentifiedEvent]) {
        for event in events {
            switch event.event {
            case .accepted, .created: page.focus = .span(event.id)
            default: break
            }
        }
    }
}

extension Mark {
    /// What was offered, if it is or was a suggestion without an answer that stands.
    var offered: Suggestion? {
        switch kind {
        case .undecided(let suggestion): suggestion
        case .rejected(let rejected): rejected.offered
        case .decided: nil
        }
    }

    /// Label and words.
    var summary: String { "\(content.label) “\(DisplayText.clipped(DisplayText.line(words), to: 40))”" }
}
