import ClinicalText

/// Words that shall get the same label wherever they stand, shown before it is done.
package struct Occurrences: Hashable, Sendable {
    /// How far it goes.
    package enum Scope: Hashable, Sendable {
        /// The open note.
        case note
        /// Every note of the project.
        case project
    }

    /// What will be marked in a note.
    package struct Places: Hashable, Sendable {
        /// The note's position.
        package let note: Int
        /// Where, in reading order.
        package var spans: [TextSpan]
    }

    /// What is looked for.
    package let words: String
    /// What it is to be.
    package let label: String
    /// How far it goes.
    package let scope: Scope
    /// What will be marked; `nil` while the notes are being looked through.
    package var places: [Places]?
    /// How many stand there with another answer and are left as they are.
    package var leftAlone = 0
    /// The selected row: a place in the note, or a note.
    package var selected = 0

    /// Everything that will be marked.
    package var count: Int { (places ?? []).reduce(0) { $0 + $1.spans.count } }
}
