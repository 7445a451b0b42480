import Annotation

/// What is known about the suggestions for a note.
public enum SuggestionState: Hashable, Sendable {
    /// Nothing was asked for.
    case none
    /// The engine was asked.
    case waiting
    /// These are offered.
    case ready([Suggestion])
    /// None are offered on purpose; the line says why.
    case withheld(String)
    /// The engine could not; the line says why.
    case failed(String)
}

/// What became of the model.
public enum EngineState: Hashable, Sendable {
    /// It is being read.
    case loading
    /// It works, under this name.
    case ready(String)
    /// There is none: review goes on without suggestions.
    case none
    /// It could not be read; the line says why.
    case failed(String)
}

/// How the journal stands.
public enum SaveState: Hashable, Sendable {
    /// Every decision is on the disk.
    case saved
    /// Decisions are on their way.
    case saving
    /// Decisions are only in memory; the line says why.
    case failed(String)
    /// Every decision is on the disk, but not in the journal; the line says where.
    case elsewhere(String)
}
