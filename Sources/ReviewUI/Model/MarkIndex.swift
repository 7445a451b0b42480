import ClinicalText

/// A note's marks in reading order, quick to search by place and to bring up to date after a decision.
struct MarkIndex: Sendable {
    private(set) var marks: [Mark]
    /// The suggestions among them, as positions in `marks`.
    private(set) var undecided: [Int]
    /// What is gone to and drawn plainly where a filter lets only some marks through; positions in `marks`.
    private let filtered: [Int]?
    /// How many marks each label has.
    private(set) var counts: [String: (decided: Int, undecided: Int)] = [:]
    /// Where undecided suggestions lie that the threshold hides.
    private var hidden: [TextSpan]
    /// The furthest end of `marks[0...i]`: where a search to the left may stop.
    private var reach: [ScalarOffset] = []

    init(_ review: NoteReview, threshold: Double, filter: SpanFilter? = nil) {
        let text = review.document.text
        var marks = review.document.spans.map { Mark(.decided($0)) }
        marks += review.document.rejected.map { Mark(.rejected($0)) }
        marks += review.undecided(threshold: threshold).map { Mark(.undecided($0)) }
        marks = marks.filter { text.holds($0.span) }
        marks.sort(by: Self.isOrdered)
        undecided = marks.indices.filter { marks[$0].isUndecided }
        filtered = filter.map { filter in marks.indices.filter { review.fits(marks[$0], filter) } }
        hidden = review.hidden(threshold: threshold).map(\.content.span)
        self.marks = marks
        var furthest = ScalarOffset(0)
        reach = marks.map {
            furthest = max(furthest, $0.span.end)
            return furthest
        }
        for mark in marks { count(mark, 1) }
    }

    /// What is gone to and drawn plainly: the undecided ones, or whatever a filter lets through; positions in `marks`.
    var targets: [Int] { filtered ?? undecided }

    /// How many undecided suggestions the threshold hides.
    var hiddenCount: Int { hidden.count }

    /// From so many stretches on, looking up all of a note costs less than each of them.
    private static let localLimit = 64

    /// Looks up again what lies exactly on some stretches, after a decision that touched nothing else.
    mutating func refresh(
        at spans: Set<TextSpan>, _ review: NoteReview, threshold: Double, filter: SpanFilter? = nil
    ) {
        guard spans.count <= Self.localLimit, filter == nil else {
            self = MarkIndex(review, threshold: threshold, filter: filter)
            return
        }
        for span in spans where review.document.text.holds(span) {
            let open = review.offered(at: span).filter { !review.document.isDecided($0.content) }
            var fresh = review.document.spans(at: span).map { Mark(.decided($0)) }
            fresh += review.document.rejected(at: span).map { Mark(.rejected($0)) }
            fresh += open.filter { $0.score >= threshold }.map { Mark(.undecided($0)) }
            fresh.sort(by: Self.isOrdered)
            replace(at: span, with: fresh)
            let first = hidden.partition(where: { $0 < span })
            let end = first + hidden[first...].prefix { $0 == span }.count
            let below = open.count { $0.score < threshold }
            hidden.replaceSubrange(first..<end, with: repeatElement(span, count: below))
        }
    }

    private mutating func replace(at span: TextSpan, with fresh: [Mark]) {
        let first = marks.partition(where: { $0.span < span })
        var end = first
        while end < marks.count, marks[end].span == span { end += 1 }
        for mark in marks[first..<end] { count(mark, -1) }
        for mark in fresh { count(mark, 1) }
        marks.replaceSubrange(first..<end, with: fresh)

        let open = undecided.partition(where: { $0 < first })..<undecided.partition(where: { $0 < end })
        let positions = fresh.indices.filter { fresh[$0].isUndecided }.map { first + $0 }
        undecided.replaceSubrange(open, with: positions)
        let moved = fresh.count - (end - first)
        if moved != 0 {
            for index in (open.lowerBound + positions.count)..<undecided.count { undecided[index] += moved }
        }

        let unknown = repeatElement(ScalarOffset(0), count: fresh.count)
        reach.replaceSubrange(first..<end, with: unknown)
        var furthest = first > 0 ? reach[first - 1] : ScalarOffset(0)
        for index in first..<marks.count {
            furthest = max(furthest, marks[index].span.end)
            // Behind the change all is as it was from the first place at which nothing is different.
            if index >= first + fresh.count, reach[index] == furthest { break }
            reach[index] = furthest
        }
    }

    private mutating func count(_ mark: Mark, _ change: Int) {
        switch mark.rank {
        case 0: counts[mark.content.label, default: (0, 0)].undecided += change
        case 1: counts[mark.content.label, default: (0, 0)].decided += change
        default: break
        }
    }

    private static func isOrdered(_ left: Mark, _ right: Mark) -> Bool {
        if left.span != right.span { return left.span < right.span }
        return (left.content.label, left.rank) < (right.content.label, right.rank)
    }

    /// Marks that share a code point with `span`, in reading order.
    func overlapping(_ span: TextSpan) -> [Mark] {
        var found: [Mark] = []
        var index = marks.partition(where: { $0.span.start < span.end }) - 1
        while index >= 0, reach[index] > span.start {
            if marks[index].span.end > span.start { found.append(marks[index]) }
            index -= 1
        }
        return found.reversed()
    }

    /// Whether an undecided mark starts in a stretch.
    func startsUndecided(in span: TextSpan) -> Bool {
        let first = undecided.partition(where: { marks[$0].span.start < span.start })
        return first < undecided.count && span.contains(marks[undecided[first]].span.start)
    }

    /// Whether a mark that stands starts in a stretch.
    func startsDecided(in span: TextSpan) -> Bool {
        let first = marks.partition(where: { $0.span.start < span.start })
        for mark in marks[first...] {
            guard mark.span.start < span.end else { return false }
            if mark.rank == 1 { return true }
        }
        return false
    }

    /// The undecided mark that follows a place in reading order.
    ///
    /// - Parameter isBeforeOrAt: whether a mark lies before the place, or is there.
    func undecided(after isBeforeOrAt: (Mark) -> Bool) -> Mark? {
        let place = undecided.partition(where: { isBeforeOrAt(marks[$0]) })
        return place < undecided.count ? marks[undecided[place]] : nil
    }

    /// The last undecided mark for which `isBefore` holds.
    func undecided(before isBefore: (Mark) -> Bool) -> Mark? {
        let place = undecided.partition(where: { isBefore(marks[$0]) })
        return place > 0 ? marks[undecided[place - 1]] : nil
    }

    /// The target that follows a place in reading order.
    func target(after isBeforeOrAt: (Mark) -> Bool) -> Mark? {
        let place = targets.partition(where: { isBeforeOrAt(marks[$0]) })
        return place < targets.count ? marks[targets[place]] : nil
    }

    /// The last target for which `isBefore` holds.
    func target(before isBefore: (Mark) -> Bool) -> Mark? {
        let place = targets.partition(where: { isBefore(marks[$0]) })
        return place > 0 ? marks[targets[place - 1]] : nil
    }

    /// The mark of this name.
    func mark(_ id: Mark.ID) -> Mark? { marks.first { $0.id == id } }
}
