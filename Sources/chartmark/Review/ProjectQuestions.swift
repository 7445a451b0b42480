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

    /// Notes in which words may be marked in one step: they are opened for it, and a hundred thousand would fill the memory.
    private static let notesAtOnce = 5_000

    /// A project of a hundred thousand notes takes some ten seconds: a report every tenth of one.
    private static let notesAReport = 1_000

    /// Looks for `words` in every note and posts where they stand, all at once.
    func findOccurrences(of words: String, on shelf: NoteShelf, _ mailbox: Mailbox<Message>) {
        let question = asked.add(1, ordering: .relaxed).newValue
        queue.async { [self] in
            var found: [String: [TextSpan]] = [:]
            for position in 0..<shelf.count where found.count < Self.notesAtOnce {
                guard asked.load(ordering: .relaxed) == question else { return }
                if position > 0, position % Self.notesAReport == 0 {
                    mailbox.post(.answering(Double(position) / Double(shelf.count)))
                }
                // A note that cannot be read says so when it is opened.
                guard let note = try? shelf.note(at: position) else { continue }
                let spans = note.text.wholeOccurrences(of: words)
                if !spans.isEmpty { found[note.id] = spans }
            }
            mailbox.post(.occurrences(of: words, found: found))
            if found.count == Self.notesAtOnce {
                mailbox.post(
                    .notice("the first \(Self.notesAtOnce) notes with these words; do it again for the others"))
            }
        }
    }
}
