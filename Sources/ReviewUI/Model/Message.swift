import Annotation
import ClinicalText
import Screen

/// Something that happened: a key, a new screen size, a result from beside the interface.
public enum Message: Sendable {
    /// The session begins; asks for the first suggestions.
    case started
    /// A key was pressed.
    ///
    /// - Parameter at: milliseconds since 1970, for the ids of the events it makes.
    case key(Key, at: UInt64)
    /// The terminal has another size.
    case resized(ScreenSize)
    /// A note was opened, as asked for by ``Effect/open(note:)``.
    case opened(NoteReview)
    /// A note cannot be opened; the line says why.
    case notOpened(note: String, reason: String)
    /// What is known about the suggestions for a note. Never moves the view or the cursor.
    case suggestions(note: String, SuggestionState)
    /// What became of the model.
    case engine(EngineState)
    /// How the journal stands.
    case saving(SaveState)
    /// How far the work for a note has come, once it takes longer than an eye's blink.
    case progress(Progress)
    /// How far the answer to what was asked last has come, 0 to 1.
    case answering(Double)
    /// Where words stand as whole words, by note id: the answer to ``Effect/findOccurrences(_:)``.
    case occurrences(of: String, found: [String: [TextSpan]])
    /// What a model makes of a span of a note: the answer to ``Effect/explain(note:span:names:model:)``, `nil` if it has none.
    case explanation(note: String, span: TextSpan, SpanExplanation?)
    /// How likely a classifier holds the values of a note's own labels.
    case scores(note: String, NoteScores)
    /// What a model answers to a question about a note.
    case answer(note: String, question: String, NoteAnswer)
    /// What a classifier proposes for an attribute of spans of a note.
    case guesses(note: String, attribute: String, [TextSpan: AttributeGuess])
    /// News of the adapter that is trained on the decisions so far.
    case training(TrainingNews)
    /// The notes of ``Effect/openNotes(ofStep:isUndo:batch:)`` are open: take the step back (or bring it back) in these, too.
    case revert(step: EventID, isUndo: Bool, batch: EventID, notes: Set<String>)
    /// A line for the person, until the next key.
    case notice(String)
}

/// Something the runtime shall do.
public enum Effect: Hashable, Sendable {
    /// Write these events to the journal as one batch; they count in the model already.
    case append(note: String, batch: EventID, events: [IdentifiedEvent])
    /// Read this note; it comes back as ``Message/opened(_:)``.
    case open(note: String)
    /// Find suggestions for these notes, most urgent first; earlier wishes that are not among them may be dropped.
    case suggest(notes: [String])
    /// Open the notes that the step was decided in and that are not open; what is to become of it there comes back as
    /// ``Message/revert(step:isUndo:batch:notes:)``.
    case openNotes(ofStep: EventID, isUndo: Bool, batch: EventID)
    /// Look for these words in every note, beside the interface.
    case findOccurrences(String)
    /// Ask this model, or the first one, why a span has the label of these names.
    case explain(note: String, span: TextSpan, names: Set<String>, model: String)
    /// Ask the classifiers for the values of a note's own labels.
    case classify(note: String)
    /// Put a question to a note.
    case ask(note: String, question: String)
    /// Ask the attribute's classifier about these spans of a note.
    case guess(note: String, attribute: String, spans: [TextSpan])
    /// Drop what runs beside the interface for a question that nobody asks any more.
    case dropQuestion
    /// Keep this threshold (0 to 1) with the project.
    case setThreshold(Double)
    /// Drop the work on suggestions.
    case stopSuggesting
    /// Take clicks, or leave them to the terminal's own selection.
    case setMouse(Bool)
    /// Train an adapter on the decisions so far, beside the interface; what comes of it is ``Message/training(_:)``.
    case train
    /// Drop the training that runs.
    case stopTraining
    /// Use the adapter that is offered.
    case adopt
    /// Go back to the adapter before, or to the model without any.
    case takeBackAdapter
    /// Leave, once everything is saved.
    case quit
}
