import Annotation
import ClinicalText

extension Model {
    /// Enter at the filter: narrows what `n` and `p` go to; nothing written takes the filter away.
    mutating func startFilter(_ written: String) {
        guard written.contains(where: { $0 != " " }) else {
            filter = nil
            refreshMarks()
            return inform("no filter")
        }
        do {
            filter = try SpanFilter(written, schema: schema)
        } catch {
            return refuse(error.reason)
        }
        context = .note
        refreshMarks()
        guard let first = page.marks.targets.first else {
            return inform(
                "nothing in this note fits; the filter stays on for the others, \(key("cancel")) takes it away")
        }
        let next = page.marks.target(after: { $0.span.end <= page.cursor }) ?? page.marks.marks[first]
        moveCursor(to: next)
        inform(
            "\(page.marks.targets.count) of \(page.marks.marks.count) fit; \(key("next-target")) and \(key("previous-target")) go through them, \(key("cancel")) ends the filter"
        )
    }

    /// Whether a mark is one of those that are looked at now.
    func fits(_ mark: Mark) -> Bool { filter.map { review.fits(mark, $0) } ?? true }

    /// How many undecided suggestions the filter keeps from being targets.
    var filteredOutCount: Int {
        filter == nil ? 0 : page.marks.undecided.count { !fits(page.marks.marks[$0]) }
    }
}

extension NoteReview {
    /// Whether a mark of this note passes a filter.
    func fits(_ mark: Mark, _ filter: SpanFilter) -> Bool {
        var isCommented = false
        if case .decided(let span) = mark.kind {
            isCommented = document.comments.contains { $0.target == span.id }
        }
        return filter.fits(mark, isDisputed: isDisputed(mark.offeredContent), isCommented: isCommented)
    }
}

extension Mark {
    /// What a model had offered, as it offered it.
    var offeredContent: SpanContent? {
        switch kind {
        case .undecided(let offered): offered.content
        case .rejected(let rejected): rejected.offered.content
        case .decided(let span): span.offered?.content
        }
    }
}
