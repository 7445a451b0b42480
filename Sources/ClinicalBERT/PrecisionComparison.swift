import ClinicalText
import Tokenization

/// How far a model in a narrower precision agrees with itself in float32, over some notes.
public struct PrecisionComparison: Sendable, Hashable {
    /// Notes that were read.
    public let notes: Int
    /// Spans found in float32; of a classifier of texts, its labels, one a text.
    public let exact: Int
    /// Spans found with rounded weights.
    public let rounded: Int
    /// Those found by both, with the same edges and label.
    public let shared: Int
    /// The largest difference of any logit.
    public let largestDifference: Float

    /// The share of the spans found in float32 that are found with rounded weights too, 0 to 1; 1 if there are none.
    public var identical: Double { exact == 0 ? 1 : Double(shared) / Double(exact) }

    /// F1 of the rounded against the exact, 0 to 1; 1 if neither found anything.
    public var f1: Double { exact + rounded == 0 ? 1 : 2 * Double(shared) / Double(exact + rounded) }
}

extension ClinicalModel {
    /// Compares this model, in float32, with `rounded`, the same checkpoint in another precision.
    ///
    /// - Throws: ``WindowError`` if the checkpoint's own windows cannot be.
    public func compare(
        with rounded: ClinicalModel, over texts: [NoteText], threads: Int = ClinicalModel.defaultThreads
    ) throws(WindowError) -> PrecisionComparison {
        var (exactCount, roundedCount, shared) = (0, 0, 0)
        var largest: Float = 0
        for text in texts {
            let encodings = try windows(of: text)
            let pairs = zip(
                logits(for: encodings, threads: threads) ?? [], rounded.logits(for: encodings, threads: threads) ?? [])
            for (left, right) in pairs {
                largest = zip(left.values, right.values).reduce(largest) { max($0, abs($1.0 - $1.1)) }
            }
            let (left, right) = (
                Set(try findings(in: text, threads: threads)), Set(try rounded.findings(in: text, threads: threads))
            )
            exactCount += left.count
            roundedCount += right.count
            shared += left.intersection(right).count
        }
        return PrecisionComparison(
            notes: texts.count, exact: exactCount, rounded: roundedCount, shared: shared, largestDifference: largest)
    }

    private func windows(of text: NoteText) throws(WindowError) -> [Encoding] {
        guard case .tokenClassification = configuration.task else {
            return [tokenizer.encode(text, truncatedTo: ownWindow)]
        }
        return try tokenizer.windows(text, maximum: ownWindow, stride: configuration.windows.stride)
    }

    /// What a model says of a text: spans and their labels, or the label of the whole.
    private struct Finding: Hashable {
        let span: TextSpan
        let label: String
    }

    private func findings(in text: NoteText, threads: Int) throws(WindowError) -> [Finding] {
        switch configuration.task {
        case .tokenClassification:
            let spans = try spans(in: [text], threads: threads)?.first ?? []
            return spans.map { Finding(span: $0.span, label: $0.label) }
        case .sequenceClassification:
            let best = scores(of: [text], threads: threads).first?.max { ($0.value, $1.key) < ($1.value, $0.key) }
            return best.map { [Finding(span: text.fullSpan, label: $0.key)] } ?? []
        case .maskedLanguageModel, .questionAnswering:
            return []
        }
    }
}
