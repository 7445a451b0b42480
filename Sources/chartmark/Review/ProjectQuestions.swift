import ClinicalText
import Dispatch
import ReviewUI
import Synchronization
import Terminal

/// Answers what the interface asks about all notes, on a thread beside it; a new question takes the place of the old one.
final class ProjectQuestions: Sendable {
    private let queue = DispatchQueue(label: "chartmark.questions", qos: .userInitiated)
    /// Counts questions: work for an older one stops.
    private let asked = Atomic<Int>(0)

    /// Drops what runs.
    func drop() { asked.add(1, ordering: .relaxed) }

    /// Looks for `words` in every note and posts where they stand, all at once.
    func findOccurrences(of words: String, in notes: [Note], _ mailbox: Mailbox<Message>) {
        let question = asked.add(1, ordering: .relaxed).newValue
        queue.async { [self] in
            var found: [String: [TextSpan]] = [:]
            for note in notes {
                guard asked.load(ordering: .relaxed) == question else { return }
                let spans = note.text.wholeOccurrences(of: words)
                if !spans.isEmpty { found[note.id] = spans }
            }
            mailbox.post(.occurrences(of: words, found: found))
        }
    }
}
