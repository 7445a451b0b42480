import Annotation
import ClinicalText
import Screen

extension Model {
    static let takeEach = "different readings cannot all be right: take one of each, 1 or 2"

    /// The disagreement that the word under the cursor lies in, else the mark there, which may be longer.
    var disagreementHere: (position: Int, disagreement: Disagreement)? {
        guard let all = review.comparison?.disagreements else { return nil }
        for place in [cursorSpan, focusedMark?.span].compactMap({ $0 }) {
            if let position = all.firstIndex(where: { $0.span.overlaps(place) }) { return (position, all[position]) }
        }
        return nil
    }

    /// How many disagreements of the note have a span that is neither taken nor rejected.
    var openDisagreements: Int {
        review.comparison?.disagreements.count { disagreement in
            page.marks.overlapping(disagreement.span).contains(where: \.isUndecided)
        } ?? 0
    }

    var readingAvailability: Availability {
        guard editAvailability.isAvailable else { return editAvailability }
        return disagreementHere == nil
            ? .unavailable("no disagreement here; \(key("next-target")) goes to the next") : .available
    }

    /// Takes the reading that a digit stands for, and goes on.
    mutating func takeReading(by key: Key) -> [Effect] {
        guard case .character(let character) = key, let digit = character.wholeNumberValue,
            let (_, disagreement) = disagreementHere
        else { return [] }
        guard disagreement.readings.indices.contains(digit - 1) else {
            refuse("there are \(disagreement.readings.count) readings here")
            return []
        }
        let reading = disagreement.readings[digit - 1]
        var effects: [Effect] = []
        guard let events = decide(.take(reading, of: disagreement), effects: &effects) else { return effects }
        page.focus = nil
        keepFocus(on: events)
        let names = reading.annotators.joined(separator: ", ")
        if let next = page.marks.undecided(after: { $0.span.start < disagreement.span.end }) {
            moveCursor(to: next)
            inform("taken from \(names)")
        } else if let first = page.marks.undecided.first {
            moveCursor(to: page.marks.marks[first])
            inform("taken from \(names); on from the top")
        } else {
            inform("taken from \(names); every disagreement is settled, \(self.key("complete")) completes the note")
        }
        return effects
    }

    /// Accepting one span of a disagreement: with the attributes that the first reading has for it.
    func acceptance(of mark: Mark) -> Command? {
        guard let offered = mark.offered, offered.isFromAnnotators, let (_, disagreement) = disagreementHere,
            let (reading, part) = disagreement.about(mark.content)
        else { return nil }
        return .take(reading, of: part)
    }
}
