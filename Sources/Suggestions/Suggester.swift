import Annotation
import ClinicalText

/// What became of the wish for suggestions on a note.
public enum SuggestionOutcome: Hashable, Sendable {
    /// These are offered.
    case ready([Suggestion])
    /// None are offered on purpose; the line says why.
    case withheld(String)
    /// There was an error; the line says which.
    case failed(String)
}

/// Something that proposes spans for a note.
public protocol Suggester: Sendable {
    /// What journals call it: `<directory>@<12 hexadecimal digits>`.
    var name: String { get }

    /// Proposes spans.
    ///
    /// - Parameters:
    ///   - onProgress: told the share that is done, 0 to 1, from any thread.
    ///   - isCancelled: asked from time to time; once it says yes, the work is dropped.
    /// - Returns: `nil` if it was cancelled.
    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome?
}
