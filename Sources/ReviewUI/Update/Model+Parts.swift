import Annotation
import ClinicalText

extension Model {
    var partAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        if joining != nil {
            if selection != nil, selectedSpan == nil { return .unavailable("only white space is selected") }
            return cursorSpan == nil ? .unavailable("there are no words in this note") : .available
        }
        if selection != nil {
            return .unavailable(
                "first the span that gets a part: \(key("cancel", in: .selection)), then this key on the span")
        }
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here to add a part to")
        if general.isAvailable, case .rejected? = mark?.kind {
            return .unavailable("rejected; \(key("accept")) accepts it first")
        }
        return general
    }

    /// First on a span, which is remembered; then on the words, or with them selected, that become a part of it.
    mutating func addPart() -> [Effect] {
        guard let joining else {
            guard let mark = focusedMark else { return [] }
            self.joining = mark.id
            inform(
                "go to the words to add and press the key again; \(key("select")) selects several, \(key("cancel")) leaves it"
            )
            return []
        }
        var effects: [Effect] = []
        guard let part = selection == nil ? cursorSpan : selectedSpan else { return [] }
        guard let mark = page.marks.mark(joining), let target = mark.target else {
            self.joining = nil
            refuse("the span is not there any more")
            return []
        }
        guard let events = decide(.addPart(part, to: target), effects: &effects) else { return effects }
        self.joining = nil
        if selection != nil { step = .token }
        selection = nil
        page.focus = joining
        keepFocus(on: events)
        if let mark = focusedMark { inform(mark.summary) }
        return effects
    }

    var splitAvailability: Availability {
        let mark = focusedMark
        let general = availability(of: mark, orElse: "no span here to cut")
        guard general.isAvailable, let mark else { return general }
        if case .rejected = mark.kind { return .unavailable("rejected; \(key("accept")) accepts it first") }
        if mark.content.fragments != nil { return .unavailable("a span in several parts is not cut") }
        guard let here = cursorSpan, mark.span.start < here.start, here.start < mark.span.end else {
            return .unavailable("the cut is before the cursor: put it on a later word of the span")
        }
        return .available
    }

    /// Cuts the span before the word (or character) under the cursor; the cursor stays, on the second half.
    mutating func split() -> [Effect] {
        var effects: [Effect] = []
        guard let mark = focusedMark, let target = mark.target, let here = cursorSpan else { return [] }
        guard decide(.split(target, before: here.start), effects: &effects) != nil else { return effects }
        page.focus = nil
        if let mark = focusedMark { inform("cut in two; here \(mark.summary)") }
        return effects
    }
}

extension Mark {
    /// What a change of it is a change of; `nil` for what was rejected.
    var target: AttributeTarget? {
        switch kind {
        case .decided(let span): .span(span.id)
        case .undecided(let suggestion): .suggestion(suggestion)
        case .rejected: nil
        }
    }

    /// Its words; of several parts with … between them.
    var words: String {
        guard content.fragments != nil, parts.count > 1 else { return content.text }
        let scalars = Array(content.text.unicodeScalars)
        return parts.map { part in
            var words = String.UnicodeScalarView()
            for index in (part.start.value - span.start.value)..<(part.end.value - span.start.value)
            where scalars.indices.contains(index) { words.append(scalars[index]) }
            return String(words)
        }.joined(separator: " … ")
    }
}
