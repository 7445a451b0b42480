import ClinicalText

/// What a person wants done to the note in front of them.
public enum Command: Hashable, Sendable {
    /// Mark these words.
    case create(TextSpan, label: String)
    /// Take a suggestion as it is; one that was rejected is accepted after all.
    case accept(Suggestion)
    /// Take a suggestion with another label.
    case acceptRelabelled(Suggestion, label: String)
    /// Take a suggestion with other edges.
    case acceptEdited(Suggestion, to: TextSpan)
    /// Add a stretch of words to a span, which then has several parts; a suggestion is accepted with it.
    case addPart(TextSpan, to: AttributeTarget)
    /// Cut a span in two; both remember what was offered, and a suggestion is accepted so.
    case split(AttributeTarget, before: ScalarOffset)
    /// Take each of these.
    case acceptAll([Suggestion])
    /// Say no to a suggestion.
    case reject(Suggestion)
    /// Say no to each of these.
    case rejectAll([Suggestion])
    /// Say no to a suggestion that was accepted before, and so remove its span.
    case rejectAccepted(EventID)
    /// Give a span another label.
    case relabel(EventID, label: String)
    /// Move a span's edges.
    case edit(EventID, to: TextSpan)
    /// Give each of these stretches a label: what is offered there is accepted (with the label), the rest marked.
    case markEach([TextSpan], label: String, offers: [Suggestion])
    /// Remove a span: a person's own is deleted, an accepted suggestion rejected.
    case delete(EventID)
    /// Give spans an attribute's value; a suggestion is accepted with it.
    case setAttribute([AttributeTarget], name: String, value: String)
    /// Choose the values of one of the note's own labels.
    case setNoteLabel(name: String, values: [String])
    /// Write a remark on a span, or on the note.
    case comment(EventID?, text: String)
    /// Finish the note, deciding on what is still undecided with one answer for all.
    case complete(accepting: [Suggestion], rejecting: [Suggestion])
    /// Leave the note out.
    case skip
    /// Open a finished or skipped note again.
    case reopen
    /// Bring in what annotators agree on, in an adjudicator's name; complete the note if nothing is left to decide.
    case carryOver(NoteComparison, completing: Bool)
    /// Settle a disagreement as one of its readings has it.
    case take(Reading, of: Disagreement)
    /// Take the last step back.
    case undo
    /// Bring the last undone step back.
    case redo
    /// Take back this step, which may have been decided in several notes at once, wherever it stands.
    case undoStep(EventID)
    /// Bring this undone step back.
    case redoStep(EventID)
}

/// What is changed: a span, or a suggestion that is accepted with the change.
public enum AttributeTarget: Hashable, Sendable {
    /// A span that stands.
    case span(EventID)
    /// One that is offered.
    case suggestion(Suggestion)
}

/// Why a command was not carried out, in words for the person who gave it.
public struct CommandRejected: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, and where there is one, what to do instead.
    public let description: String

    /// Gives a reason.
    public init(_ description: String) { self.description = description }
}
