import Annotation

extension Model {
    /// Opens a note and asks for suggestions for it and for the one that comes after; where its text is not there yet, as
    /// soon as it is.
    mutating func open(_ index: Int) -> [Effect] {
        guard notes[index].isOpen else {
            opening = index
            return [.open(note: notes[index].id)]
        }
        opening = nil
        current = index
        context = .note
        selection = nil
        joining = nil
        openQuestion = nil
        step = .token
        search = nil
        count = nil
        labelRun = 0
        page = Page(review, width: plan.text.columns, threshold: threshold, filter: filter)
        goToFirstSuggestion()
        return requestSuggestions()
    }

    /// The next note that is neither complete nor skipped, from the one after the open one round to it.
    var nextOpenNote: Int? {
        func isPending(_ index: Int) -> Bool { notes[index].progress.status == .pending }
        return (current + 1..<notes.count).first(where: isPending) ?? (0..<current).first(where: isPending)
    }

    /// Goes to the next note that is not finished, or says that there is none.
    mutating func goOn() -> [Effect] {
        finished.append(current)
        guard let next = nextOpenNote else {
            context = .note
            inform(allDone)
            return []
        }
        wentOn = (from: current, to: next)
        return open(next)
    }

    /// Asks for suggestions for the open note and the next, where none are there yet.
    mutating func requestSuggestions() -> [Effect] {
        var others = requestScores()
        switch engine {
        case .none, .failed: return others
        case .loading, .ready: break
        }
        var wanted: [String] = []
        for index in [current, nextOpenNote].compactMap({ $0 }) {
            guard notes[index].isOpen else {
                others.append(.open(note: notes[index].id))
                continue
            }
            switch notes[index].suggestions {
            case .none, .failed: notes[index].suggestions = .waiting
            case .waiting: break
            case .ready, .withheld: continue
            }
            wanted.append(notes[index].id)
        }
        return (wanted.isEmpty ? [] : [.suggest(notes: wanted)]) + others
    }

    /// Takes a note that was opened, and goes there if the person wanted to.
    mutating func take(_ review: NoteReview) -> [Effect] {
        guard let index = position(of: review.id) else { return [] }
        if !notes[index].isOpen {
            notes[index] = review
            notes[index].offer(review.suggestions, schema: schema, readerCount: readerCount)
        }
        guard opening == index else { return requestSuggestions() }
        let kept = notice
        let effects = open(index)
        showQueued()
        if let kept { notice = kept }
        return effects
    }

    /// Hears that a note cannot be opened; the person stays where they are.
    mutating func cannotOpen(_ note: String, because reason: String) {
        guard let opening, notes[opening].id == note else { return }
        self.opening = nil
        refuse(reason)
    }

    /// Where a note is among all; those that the person is at and comes to are looked at first.
    func position(of note: String) -> Int? {
        let near = [current, opening, nextOpenNote].compactMap { $0 }.first { notes[$0].id == note }
        return near ?? notes.firstIndex { $0.id == note }
    }

    /// Takes what is offered for a note; the view stays where it is, and the cursor once a key was pressed.
    mutating func take(_ state: SuggestionState, for note: String) {
        guard let index = position(of: note), notes[index].isOpen else { return }
        let (asked, target) = (undecidedSuggestions, keyTarget)
        notes[index].offer(state, schema: schema, readerCount: readerCount)
        if progress?.note == note { progress = nil }
        if index == current {
            refreshMarks()
            if page.isUntouched { goToFirstInView() }
            // "Accept all" must mean those that were asked about.
            if context == .completeQuestion(.undecided), undecidedSuggestions != asked {
                context = .note
                inform("what is suggested has changed: \(key("complete")) asks again")
            } else if keyTarget != target {
                context = .note
                inform("what is suggested here has changed: nothing was decided")
            }
        }
    }

    /// What the choice in an open panel, picker or question is for; nothing where none is open.
    private var keyTarget: [Mark.ID] {
        switch context {
        case .attributes: attributeMarks.map(\.id)
        case .picker, .capsLockQuestion: selection == nil ? focusedMark.map { [$0.id] } ?? [] : []
        default: []
        }
    }

    /// Takes news of the model; where there is none, no note waits any longer.
    mutating func take(_ state: EngineState) {
        engine = state
        let outcome: SuggestionState
        switch state {
        case .loading, .ready: return
        case .none: outcome = .none
        case .failed(let reason): outcome = .failed(reason)
        }
        for index in notes.indices where notes[index].isOpen && notes[index].suggestions == .waiting {
            notes[index].suggestions = outcome
        }
    }
}
