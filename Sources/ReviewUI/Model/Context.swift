import Annotation
import ClinicalText

/// What the keys are for at the moment.
package indirect enum Context: Hashable, Sendable {
    /// Reading the note and deciding on it.
    case note
    /// The list of notes.
    case noteList(ListState)
    /// The help page, scrolled down by some rows.
    case help(scroll: Int)
    /// Commands by name.
    case palette(ListState)
    /// The guidelines, scrolled down by some rows.
    case guidelines(scroll: Int)
    /// Every label with its definition, scrolled down by some rows.
    case legend(scroll: Int)
    /// The session in numbers, scrolled down by some rows.
    case statistics(scroll: Int)
    /// Labels by name.
    case picker(ListState)
    /// The note's own labels, one value of which is selected.
    case noteLabels(selected: Int)
    /// The attributes of a span, or of those that are selected, one value of which is selected.
    case attributes(selected: Int)
    /// Two letters that lead to a word.
    case hints(HintJump)
    /// Why a span is what it is.
    case why(Why)
    /// What would be marked everywhere.
    case occurrences(Occurrences)
    /// A line is being written.
    case prompt(Prompt, LineEditor)
    /// The note is to be completed, but something is open.
    case completeQuestion(OpenMatter)
    /// A third label in a row: is Caps Lock on?
    case capsLockQuestion(label: String)
    /// Leaving would lose decisions.
    case quitQuestion
    /// What was learned from the decisions may be used from now on.
    case adapterQuestion

    /// What stands in the way of completing a note.
    package enum OpenMatter: Hashable, Sendable {
        /// Suggestions that are neither accepted nor rejected.
        case undecided
        /// The engine is still at work on the note.
        case waiting
    }
}

/// A list that is narrowed by typing.
package struct ListState: Hashable, Sendable {
    /// What was typed.
    package var filter = LineEditor()
    /// The selected row of what is left.
    package var selected = 0
}

/// What a line is being written for.
package indirect enum Prompt: Hashable, Sendable {
    /// Words to look for.
    case search
    /// A remark on a span, or on the note.
    case comment(EventID?)
    /// How sure a suggestion must be to be shown.
    case threshold
    /// Words to look for on a page, which is returned to.
    case inPage(Context)
    /// What to look at.
    case filter
    /// A question to the note.
    case question
}

/// How far one step goes.
package enum StepSize: Hashable, Sendable {
    /// A word token.
    case token
    /// A character.
    case character
}

/// Words being selected: from the anchor to the cursor, whichever comes first.
package struct Selection: Hashable, Sendable {
    /// The token or character that the selection began with.
    package var anchor: TextSpan
}

/// A search that is going on.
package struct Search: Hashable, Sendable {
    /// What is looked for.
    package let query: String
    /// Where it stands, in reading order.
    package let hits: [TextSpan]
}

/// A line for the person.
package struct Notice: Hashable, Sendable {
    /// What it says.
    package let text: String
    /// Whether something was not done.
    package let isRefusal: Bool
}
