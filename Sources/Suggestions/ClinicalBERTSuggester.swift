import Annotation
import ClinicalBERT
import ClinicalText

/// Proposes what a ClinicalBERT checkpoint finds.
public struct ClinicalBERTSuggester: Suggester {
    /// `<directory>@<12 hexadecimal digits of the weights' digest>`.
    public let name: String
    private let model: ClinicalModel
    /// Whether text keeps its case whatever the tokenizer's files say.
    private let cased: Bool

    /// Over a fifth of the words unknown means another language or script, and the rest of what the model would say is
    /// guessing: it has never seen the words between.
    private static let readableShare = 0.2

    /// Takes a model that is loaded.
    ///
    /// - Parameter cased: whether it was loaded so that text keeps its case whatever the tokenizer's files say.
    public init(_ model: ClinicalModel, name: String, cased: Bool = false) {
        self.model = model
        self.name = name
        self.cased = cased
    }

    /// Its name, and what else its proposals depend on.
    public var cacheName: String {
        let configuration = model.configuration
        return Self.cacheName(name, configuration, cased: cased, precision: model.precision)
    }

    /// What a model's proposals are kept under: its name is that of its weights, and a temperature or transitions that are
    /// written to `config.json` later change proposals, too, as do text that keeps its case and rounded numbers.
    public static func cacheName(
        _ name: String, _ configuration: ModelConfiguration, cased: Bool, precision: Precision = .float32
    ) -> String {
        cacheName(name, temperature: configuration.temperature, transitions: configuration.transitions, cased: cased)
            + (precision == .float32 ? "" : "-\(precision.rawValue)")
    }

    package static func cacheName(
        _ name: String, temperature: Float, transitions: TransitionCounts? = nil, cased: Bool = false
    ) -> String {
        (temperature == 1 ? name : "\(name)-t\(temperature)")
            + (transitions.map { "-f\($0.digest.hex.prefix(6))" } ?? "") + (cased ? "-cased" : "")
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
            try model.check(note.text)
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

    /// The label probabilities of the span, and the drop of its own without each word of its sentence.
    public func explain(
        _ question: SpanQuestion, of note: Note, onProgress: @escaping @Sendable (Double) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) -> SpanExplanation? {
        guard note.text.holds(question.span) else { return nil }
        let plan = OcclusionPlan(question.span, in: note.text)
        let places =
            [TextPlace(plan.span, in: plan.text)] + plan.variants.map { TextPlace($0.span, in: $0.text) }
        guard
            let found = try? model.labelProbabilities(of: places, isCancelled: isCancelled, onProgress: onProgress),
            let whole = found.first
        else { return nil }
        func probability(_ labels: [String: Double]) -> Double {
            labels.reduce(0) { $0 + (question.names.contains($1.key) ? $1.value : 0) }
        }
        let labels = whole.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, probability in
            SpanExplanation.LabelProbability(label: name.isEmpty ? nil : name, probability: probability)
        }
        let pushes = zip(plan.variants, found.dropFirst()).map { variant, without in
            SpanExplanation.Push(word: variant.word, drop: probability(whole) - probability(without))
        }
        return SpanExplanation(model: name, labels: labels, pushes: pushes.sorted { abs($0.drop) > abs($1.drop) })
    }

    /// Scores are kept to four digits: more is noise of the arithmetic, and every accepted span's journal line has one.
    private static let scoreDigits = 10_000.0
}
