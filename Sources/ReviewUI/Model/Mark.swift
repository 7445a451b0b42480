import Annotation
import ClinicalText

/// A stretch of the note that is shown marked: a span that stands, a suggestion, or a rejected one.
package struct Mark: Hashable, Sendable {
    /// What stands behind it.
    ///
    /// Indirect, because thousands are sorted and searched after each decision.
    package indirect enum Kind: Hashable, Sendable {
        /// A person made or accepted it.
        case decided(EntitySpan)
        /// Offered, no answer yet.
        case undecided(Suggestion)
        /// A person said no.
        case rejected(RejectedSpan)
    }

    /// Names a mark across edits of others.
    package enum ID: Hashable, Sendable {
        /// A span that stands.
        case span(EventID)
        /// An undecided suggestion.
        case suggestion(SpanContent)
        /// A rejected one.
        case rejected(EventID)
    }

    /// What stands behind it.
    package let kind: Kind

    /// Where, which words, which label.
    package var content: SpanContent {
        switch kind {
        case .decided(let span): span.content
        case .undecided(let suggestion): suggestion.content
        case .rejected(let rejected): rejected.offered.content
        }
    }

    /// From its first to its last code point.
    package var span: TextSpan { content.span }

    /// The stretches that are drawn: its fragments, as far as they lie in it, or all of it.
    var parts: [TextSpan] {
        let fragments = content.fragments?.filter { $0.count > 0 && span.contains($0) } ?? []
        return fragments.isEmpty ? [span] : fragments
    }

    /// Names it.
    package var id: ID {
        switch kind {
        case .decided(let span): .span(span.id)
        case .undecided(let suggestion): .suggestion(suggestion.content)
        case .rejected(let rejected): .rejected(rejected.id)
        }
    }

    /// What needs an answer comes first, then what stands, then what was rejected.
    var rank: Int {
        switch kind {
        case .undecided: 0
        case .decided: 1
        case .rejected: 2
        }
    }

    /// Whether it waits for an answer.
    var isUndecided: Bool { rank == 0 }
}

/// A note's marks in reading order, quick to search by place.
struct MarkIndex: Sendable {
    let marks: [Mark]
    /// The suggestions among them, as positions in `marks`.
    let undecided: [Int]
    /// What is gone to and drawn plainly: the undecided ones, or whatever a filter lets through; positions in `marks`.
    let targets: [Int]
    /// How many marks each label has.
    let counts: [String: (decided: Int, undecided: Int)]
    /// The furthest end of `marks[0...i]`: where a search to the left may stop.
    private let reach: [ScalarOffset]

    init(_ review: NoteReview, threshold: Double, filter: SpanFilter? = nil) {
        let text = review.document.text
        var marks = review.document.spans.map { Mark(kind: .decided($0)) }
        marks += review.document.rejected.map { Mark(kind: .rejected($0)) }
        marks += review.undecided(threshold: threshold).map { Mark(kind: .undecided($0)) }
        marks = marks.filter { text.holds($0.span) }
        marks.sort { ($0.span, $0.content.label, $0.rank) < ($1.span, $1.content.label, $1.rank) }
        var furthest = ScalarOffset(0)
        reach = marks.map {
            furthest = max(furthest, $0.span.end)
            return furthest
        }
        var counts: [String: (decided: Int, undecided: Int)] = [:]
        for mark in marks where mark.rank < 2 {
            if mark.isUndecided {
                counts[mark.content.label, default: (0, 0)].undecided += 1
            } else {
                counts[mark.content.label, default: (0, 0)].decided += 1
            }
        }
        self.counts = counts
        undecided = marks.indices.filter { marks[$0].isUndecided }
        if let filter {
            targets = marks.indices.filter { review.fits(marks[$0], filter) }
        } else {
            targets = undecided
        }
        self.marks = marks
    }

    /// Marks that share a code point with `span`, in reading order.
    func overlapping(_ span: TextSpan) -> [Mark] {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].span.start < span.end { low = middle + 1 } else { high = middle }
        }
        var found: [Mark] = []
        var index = low - 1
        while index >= 0, reach[index] > span.start {
            if marks[index].span.end > span.start { found.append(marks[index]) }
            index -= 1
        }
        return found.reversed()
    }

    /// The undecided mark that follows (or precedes) a place in reading order.
    ///
    /// - Parameter isBefore: whether a mark lies before the place.
    func undecided(after isBeforeOrAt: (Mark) -> Bool) -> Mark? {
        undecided.first { !isBeforeOrAt(marks[$0]) }.map { marks[$0] }
    }

    /// The last undecided mark for which `isBefore` holds.
    func undecided(before isBefore: (Mark) -> Bool) -> Mark? {
        undecided.last { isBefore(marks[$0]) }.map { marks[$0] }
    }

    /// The target that follows a place in reading order.
    func target(after isBeforeOrAt: (Mark) -> Bool) -> Mark? {
        targets.first { !isBeforeOrAt(marks[$0]) }.map { marks[$0] }
    }

    /// The last target for which `isBefore` holds.
    func target(before isBefore: (Mark) -> Bool) -> Mark? {
        targets.last { isBefore(marks[$0]) }.map { marks[$0] }
    }

    /// The mark of this name.
    func mark(_ id: Mark.ID) -> Mark? { marks.first { $0.id == id } }
}
