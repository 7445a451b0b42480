import Annotation
import ClinicalText

extension Model {
    /// Why the open note was opened, and how far the queue has come; `nil` without one, or in a note that the person went to.
    var queuedWords: StyledLine? {
        guard let queue, let target = queue.current, target.note == review.note.id else { return nil }
        return [.bold("\(queue.position + 1)/\(queue.targets.count) "), StyledText(target.reason)]
    }

    /// Opens the target that is so many further on, round the ends of the queue.
    mutating func goToQueued(by steps: Int) -> [Effect] {
        guard var queue, !queue.targets.isEmpty else { return [] }
        let count = queue.targets.count
        let next = queue.position + steps % count
        queue.position = (next + count) % count
        self.queue = queue
        let effects = openQueued()
        if next < 0 { inform("on from the end of the queue") }
        if next >= count { inform("the queue is done; on from its first") }
        return effects
    }

    /// Opens the note of the target and puts the cursor on its place.
    mutating func openQueued() -> [Effect] {
        guard let target = queue?.current,
            let index = notes.firstIndex(where: { $0.note.id == target.note })
        else { return [] }
        let effects = index == current ? [] : open(index)
        guard let span = target.span, page.text.holds(span) else {
            moveCursor(to: ScalarOffset(0))
            return effects
        }
        if let mark = page.marks.overlapping(span).first(where: { $0.span == span && $0.rank < 2 }) {
            moveCursor(to: mark)
        } else {
            moveCursor(to: span)
        }
        return effects
    }
}
