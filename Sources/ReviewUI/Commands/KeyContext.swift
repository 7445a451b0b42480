/// Where a key is pressed: each context has bindings of its own.
public enum KeyContext: String, Hashable, Sendable, CaseIterable, Codable {
    /// Reading a note and deciding on it.
    case note
    /// Selecting words.
    case selection
    /// A list narrowed by typing: notes, labels, commands.
    case list
    /// The help, the guidelines, the labels, the statistics, why a span is what it is.
    case reader
    /// The note's own labels.
    case panel
    /// The attributes of a span.
    case attributes
    /// The two letters of a jump.
    case hints
    /// What `*` or `&` would mark.
    case occurrences
    /// Reading a note in `adjudicate`: these keys come before those of ``note``.
    case adjudication
    /// Writing a line.
    case prompt
    /// "12 undecided".
    case completeQuestion
    /// "Caps Lock?"
    case capsLockQuestion
    /// "Leave and lose them?"
    case quitQuestion
    /// "F1 0.71, without 0.65"
    case adapterQuestion

    /// What a person calls it.
    public var title: String {
        switch self {
        case .note: "Reading and deciding"
        case .selection: "Selecting words"
        case .list: "In a list: notes, labels, commands"
        case .reader: "Help, guidelines, labels, statistics, why"
        case .panel: "The note's own labels"
        case .attributes: "The attributes of spans"
        case .hints: "Jumping to a word"
        case .occurrences: "Marking every occurrence"
        case .adjudication: "Adjudicating, beside the keys of reading and deciding"
        case .prompt: "Writing a line"
        case .completeQuestion: "Completing with something undecided"
        case .capsLockQuestion: "Caps Lock?"
        case .quitQuestion: "Leaving before everything is saved"
        case .adapterQuestion: "Using what was learned from the decisions"
        }
    }
}

extension Model {
    /// The context that the next key falls into.
    package var keyContext: KeyContext {
        switch context {
        case .note: selection == nil ? .note : .selection
        case .noteList, .palette, .picker: .list
        case .help, .guidelines, .legend, .statistics, .why: .reader
        case .noteLabels: .panel
        case .attributes: .attributes
        case .hints: .hints
        case .occurrences: .occurrences
        case .prompt: .prompt
        case .completeQuestion: .completeQuestion
        case .capsLockQuestion: .capsLockQuestion
        case .quitQuestion: .quitQuestion
        case .adapterQuestion: .adapterQuestion
        }
    }
}
