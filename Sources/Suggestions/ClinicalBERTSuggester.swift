import Annotation
import ClinicalBERT
import ClinicalText

/// Proposes what a ClinicalBERT checkpoint finds.
public struct ClinicalBERTSuggester: Suggester {
    /// `<directory>@<12 hexadecimal digits of the weights' digest>`.
    public let name: String
    private let model: ClinicalModel

    /// Over a fifth of the words unknown means another language or script, and the rest of what the model would say is
    /// guessing: it has never seen the words between.
    private static let readableShare = 0.2

    /// Takes a model that is loaded.
    public init(_ model: ClinicalModel, name: String) {
        self.model = model
        self.name = name
    }

    /// The model's best reading of the whole note, unless it is not in the model's language.
    public func suggest(
        _ note: Note, onProgress: @escaping @Sendable (Double) -> Void, isCancelled: @escaping @Sendable () -> Bool
    ) -> SuggestionOutcome? {
        guard model.configuration.task == .tokenClassification else {
            return .withheld("no suggestions: \(name) is \(model.configuration.task) and marks no spans")
        }
        let unknown = model.tokenizer.unknownShare(of: note.text)
        guard unknown <= Self.readableShare else {
            let percent = Int((unknown * 100).rounded())
            return .withheld("no suggestions: \(percent) % of the words are unknown to the model; another language?")
        }
        do {
            let found = try model.spans(in: [note.text], isCancelled: isCancelled, onProgress: onProgress)
            guard let spans = found?.first else { return nil }
            return .ready(
                spans.map { span in
                    Suggestion(
                        content: SpanContent(span.span, in: note.text, label: span.label), model: name,
                        score: (span.score * Self.scoreDigits).rounded() / Self.scoreDigits)
                })
        } catch {
            return .failed("no suggestions: \(error)")
        }
    }

    /// Scores are kept to four digits: more is noise of the arithmetic, and every accepted span's journal line has one.
    private static let scoreDigits = 10_000.0
}
