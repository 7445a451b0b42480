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

extension SuggestionOutcome {
    /// What several models make of one note: all that any of them offers.
    ///
    /// Where one failed nothing is offered: that it does not agree with the others would be read into its silence.
    init(joining outcomes: [SuggestionOutcome]) {
        var offered: [Suggestion]?
        var withheld: String?
        for outcome in outcomes {
            switch outcome {
            case .ready(let suggestions): offered = (offered ?? []) + suggestions
            case .withheld(let reason): withheld = withheld ?? reason
            case .failed:
                self = outcome
                return
            }
        }
        self = offered.map { .ready($0) } ?? .withheld(withheld ?? "no suggestions: there is no model")
    }
}

/// Something that proposes spans for a note.
public protocol Suggester: Sendable {
    /// What journals call it: `<directory>@<12 hexadecimal digits>`.
    var name: String { get }

    /// What its proposals are kept under: its name, and whatever else they depend on.
    var cacheName: String { get }

    /// Whose proposals are kept and offered beside each other; itself, for a single model.
    var members: [any Suggester] { get }

    /// Proposes spans.
    ///
    /// - Parameters:
    ///   - onProgress: told the share that is done, 0 to 1, from any thread.
    ///   - isCancelled: asked from time to time; once it says yes, the work is dropped.
    /// - Returns: `nil` if it was cancelled.
    func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome?

    /// Says what the model makes of a span, and which words made it do so.
    ///
    /// - Parameters:
    ///   - onProgress: told the share that is done, 0 to 1, from any thread.
    ///   - isCancelled: asked from time to time; once it says yes, the work is dropped.
    /// - Returns: `nil` if it was cancelled or cannot say.
    func explain(
        _ question: SpanQuestion, of note: Note, onProgress: @escaping @Sendable (Double) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> SpanExplanation?
}

extension Suggester {
    /// Nothing to say.
    public func explain(
        _ question: SpanQuestion, of note: Note, onProgress: @escaping @Sendable (Double) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> SpanExplanation? { nil }

    /// Its name.
    public var cacheName: String { name }

    /// Itself.
    public var members: [any Suggester] { [self] }
}

/// Several models that read each note one after the other.
public struct SuggesterGroup: Suggester {
    /// The models.
    public let members: [any Suggester]
    /// Their names, `A + B`.
    public var name: String { members.map(\.name).joined(separator: " + ") }

    /// Groups models.
    public init(_ members: [any Suggester]) { self.members = members }

    /// Everything that any of them proposes.
    public func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? {
        var outcomes: [SuggestionOutcome] = []
        let count = Double(members.count)
        for (index, member) in members.enumerated() {
            let outcome = member.suggest(
                note, onProgress: { onProgress((Double(index) + $0) / count) }, isCancelled: isCancelled)
            guard let outcome else { return nil }
            outcomes.append(outcome)
        }
        return SuggestionOutcome(joining: outcomes)
    }
}
