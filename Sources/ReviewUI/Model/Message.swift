import Annotation
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
    /// What is known about the suggestions for a note. Never moves the view or the cursor.
    case suggestions(note: String, SuggestionState)
    /// What became of the model.
    case engine(EngineState)
    /// How the journal stands.
    case saving(SaveState)
    /// How far the work for a note has come, once it takes longer than an eye's blink.
    case progress(Progress)
    /// A line for the person, until the next key.
    case notice(String)
}

/// Something the runtime shall do.
public enum Effect: Hashable, Sendable {
    /// Write these events to the journal as one batch; they count in the model already.
    case append(note: String, batch: EventID, events: [IdentifiedEvent])
    /// Find suggestions for these notes, most urgent first; earlier wishes that are not among them may be dropped.
    case suggest(notes: [String])
    /// Keep this threshold (0 to 1) with the project.
    case setThreshold(Double)
    /// Drop the work on suggestions.
    case stopSuggesting
    /// Take clicks, or leave them to the terminal's own selection.
    case setMouse(Bool)
    /// Leave, once everything is saved.
    case quit
}
