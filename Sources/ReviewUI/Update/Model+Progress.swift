extension Model {
    /// What is going on about the open note.
    var shownProgress: Progress? {
        guard let progress, progress.note == review.note.id, review.suggestions == .waiting else { return nil }
        return progress
    }

    private static let stopped = "stopped; :suggest again looks for suggestions anew"

    /// Stops what is going on about the open note.
    mutating func stopWork() -> [Effect] {
        guard shownProgress != nil else { return [] }
        progress = nil
        notes[current].suggestions = .withheld(Self.stopped)
        inform(Self.stopped)
        return [.stopSuggesting]
    }

    var suggestAvailability: Availability {
        switch review.suggestions {
        case .withheld(Self.stopped), .failed, .none: engine == .none ? .unavailable("there is no model") : .available
        case .waiting: .unavailable("it is going on already")
        case .ready: .unavailable("suggestions are there already")
        case .withheld(let reason): .unavailable(reason)
        }
    }

    /// Looks for suggestions again.
    mutating func suggestAgain() -> [Effect] {
        notes[current].suggestions = .none
        return requestSuggestions()
    }

    /// Leaves the mouse to the terminal, or takes it back.
    mutating func toggleMouse() -> [Effect] {
        usesMouse.toggle()
        grip = nil
        inform(
            usesMouse
                ? "the mouse is ours; with Shift it is the terminal's"
                : "the mouse is the terminal's, to copy with; \(key("mouse")) takes it back")
        return [.setMouse(usesMouse)]
    }
}
