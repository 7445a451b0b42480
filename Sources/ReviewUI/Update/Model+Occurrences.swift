import Annotation
import ClinicalText
import Screen

extension Model {
    var occurrencesAvailability: Availability {
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here: mark one, then its other occurrences")
        guard general.isAvailable, let mark else { return general }
        if case .rejected = mark.kind { return .unavailable("rejected; \(key("accept")) accepts it first") }
        if mark.content.fragments != nil { return .unavailable("a span in several parts has its words only once") }
        return .available
    }

    /// Looks for the words of the span under the cursor and shows what would be marked.
    ///
    /// The open note is looked through at once, the project beside the interface.
    mutating func startOccurrences(_ scope: Occurrences.Scope) -> [Effect] {
        guard let mark = focusedMark else { return [] }
        let words = mark.content.text
        context = .occurrences(Occurrences(words: words, label: mark.content.label, scope: scope))
        switch scope {
        case .project:
            answering = nil
            return [.findOccurrences(words)]
        case .note:
            showOccurrences([review.note.id: page.text.wholeOccurrences(of: words)], of: words)
            return []
        }
    }

    /// Shows where the words were found; an answer to an older question is dropped.
    mutating func showOccurrences(_ found: [String: [TextSpan]], of words: String) {
        guard case .occurrences(var wanted) = context, wanted.places == nil, wanted.words == words else { return }
        var places: [Occurrences.Places] = []
        let order = [current] + notes.indices.filter { $0 != current }
        for index in order {
            guard let spans = found[notes[index].id], !spans.isEmpty, notes[index].isOpen else { continue }
            let (free, taken) = free(spans, in: notes[index].document, label: wanted.label)
            wanted.leftAlone += taken
            if !free.isEmpty { places.append(Occurrences.Places(note: index, spans: free)) }
        }
        guard !places.isEmpty else {
            context = .note
            let rest = wanted.leftAlone > 0 ? "; \(wanted.leftAlone) were decided otherwise" : ""
            let place = wanted.scope == .note ? "this note" : "the project"
            return refuse("every “\(Self.quoted(wanted.words))” in \(place) is \(wanted.label) already\(rest)")
        }
        wanted.places = places
        context = .occurrences(wanted)
    }

    /// The stretches that nothing stands on and that nobody said no to; and how many others there are.
    private func free(_ spans: [TextSpan], in document: Document, label: String) -> (free: [TextSpan], taken: Int) {
        let same = Set(document.spans.filter { $0.content.label == label }.map(\.content.span))
        var free: [TextSpan] = []
        var taken = 0
        var next = 0
        // Both are in reading order: of the spans that begin before a stretch ends, the furthest end decides.
        var reach = ScalarOffset(0)
        for span in spans where document.text.holds(span) {
            while next < document.spans.count, document.spans[next].content.span.start < span.end {
                reach = max(reach, document.spans[next].content.span.end)
                next += 1
            }
            if same.contains(span) { continue }
            let isDecided = document.isDecided(SpanContent(span, in: document.text, label: label))
            if reach > span.start || isDecided { taken += 1 } else { free.append(span) }
        }
        return (free, taken)
    }

    /// Goes through the places of the open note, or through the notes.
    mutating func moveInOccurrences(_ rows: Int) {
        guard case .occurrences(var shown) = context, let places = shown.places else { return }
        let count = shown.scope == .note ? places.first?.spans.count ?? 0 : places.count
        guard count > 0 else { return }
        shown.selected = ((shown.selected + rows) % count + count) % count
        context = .occurrences(shown)
        if shown.scope == .note, let place = places.first?.spans[shown.selected] { moveCursor(to: place) }
    }

    /// Leaves the selected place, or the selected note, out.
    mutating func leaveOutOccurrence() {
        guard case .occurrences(var shown) = context, var places = shown.places else { return }
        switch shown.scope {
        case .note: places[0].spans.remove(at: min(shown.selected, places[0].spans.count - 1))
        case .project: places.remove(at: min(shown.selected, places.count - 1))
        }
        guard places.contains(where: { !$0.spans.isEmpty }) else {
            context = .note
            return inform("nothing is left to mark")
        }
        shown.places = places
        let rows = shown.scope == .note ? places[0].spans.count : places.count
        shown.selected = min(shown.selected, rows - 1)
        context = .occurrences(shown)
    }

    /// Marks everything that is shown: one step, in as many notes as it touches.
    mutating func markOccurrences() -> [Effect] {
        guard case .occurrences(let shown) = context else { return [] }
        guard let places = shown.places else {
            refuse("the notes are still being looked through")
            return []
        }
        context = .note
        var effects: [Effect] = []
        let batch = nextID()
        var count = 0
        for place in places {
            let offers = notes[place.note].undecided(threshold: 0)
            let command = Command.markEach(place.spans, label: shown.label, offers: offers)
            if decide(command, on: place.note, batch: batch, effects: &effects) != nil { count += place.spans.count }
        }
        lastLabel = shown.label
        let extent = places.count > 1 ? " in \(places.count) notes" : ""
        if count > 0 {
            inform(
                "\(shown.label) “\(Self.quoted(shown.words))”: \(count) marked\(extent); \(key("undo")) takes all back")
        }
        return effects
    }

    static func quoted(_ words: String) -> String { DisplayText.clipped(DisplayText.line(words), to: 40) }

    /// What is drawn as found: places about to be marked, else what is searched for.
    var shownHits: [TextSpan] {
        if case .occurrences(let shown) = context, let places = shown.places {
            return places.first { $0.note == current }?.spans ?? []
        }
        return search?.hits ?? []
    }

    var repeatLabelAvailability: Availability {
        guard lastLabel != nil else { return .unavailable("no label was given yet") }
        return labelAvailability
    }

    /// Gives the label that was given last.
    mutating func repeatLabel() -> [Effect] { lastLabel.map { give($0, isKey: false) } ?? [] }
}
