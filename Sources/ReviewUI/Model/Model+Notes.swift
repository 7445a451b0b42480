import Annotation

extension Model {
    /// Opens a note and asks for suggestions for it and for the one that comes after.
    mutating func open(_ index: Int) -> [Effect] {
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
        let order = (current + 1..<notes.count).map { $0 } + (0..<current).map { $0 }
        return order.first { notes[$0].document.status == .pending }
    }

    /// Goes to the next note that is not finished, or says that there is none.
    mutating func goOn() -> [Effect] {
        finishedLast = current
        guard let next = nextOpenNote else {
            context = .note
            inform(Self.allDone)
            return []
        }
        return open(next)
    }

    /// Asks for suggestions for the open note and the next, where none are there yet.
    mutating func requestSuggestions() -> [Effect] {
        let others = requestScores()
        switch engine {
        case .none, .failed: return others
        case .loading, .ready: break
        }
        var wanted: [String] = []
        for index in [current, nextOpenNote].compactMap({ $0 }) {
            switch notes[index].suggestions {
            case .none, .failed: notes[index].suggestions = .waiting
            case .waiting: break
            case .ready, .withheld: continue
            }
            wanted.append(notes[index].note.id)
        }
        return (wanted.isEmpty ? [] : [.suggest(notes: wanted)]) + others
    }

    /// Takes what is offered for a note; the view stays where it is, and the cursor once a key was pressed.
    mutating func take(_ state: SuggestionState, for note: String) {
        guard let index = notes.firstIndex(where: { $0.note.id == note }) else { return }
        notes[index].offer(state, schema: schema, readerCount: readerCount)
        if progress?.note == note { progress = nil }
        if index == current {
            refreshMarks()
            if page.isUntouched { goToFirstInView() }
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
        for index in notes.indices where notes[index].suggestions == .waiting { notes[index].suggestions = outcome }
    }
}
