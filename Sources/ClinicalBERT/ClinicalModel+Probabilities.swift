import ClinicalText
import Glibc
import Tokenization

/// A span of a text, to be looked at by a model.
public struct TextPlace: Sendable, Hashable {
    /// The text.
    public let text: NoteText
    /// Where in it.
    public let span: TextSpan

    /// Names a place.
    public init(_ span: TextSpan, in text: NoteText) {
        self.text = text
        self.span = span
    }
}

extension ClinicalModel {
    /// How likely each label is for the words of some spans.
    ///
    /// A word's probabilities are those that the `viterbi` decoding starts from, without regard to its neighbours' tags; those
    /// of one entity's prefixes are added up, and a span's are the mean over its words. Texts longer than a window are read
    /// in several.
    ///
    /// - Returns: for each place the probability by entity, 0 to 1, under the empty name that of no entity; empty for a place
    ///   without words. `nil` if it was cancelled or the model does not label tokens.
    /// - Throws: ``WindowError`` if the checkpoint's own windows cannot be.
    public func labelProbabilities(
        of places: [TextPlace], threads: Int = ClinicalModel.defaultThreads,
        isCancelled: @Sendable () -> Bool = { false }, onProgress: @Sendable (Double) -> Void = { _ in }
    ) throws(WindowError) -> [[String: Double]]? {
        guard configuration.task == .tokenClassification else { return nil }
        let division = try division(SpanOptions())
        var windows: [[Tokenizer.Window]] = []
        for place in places {
            windows.append(
                try tokenizer.windowsAtSentences(
                    place.text, maximum: division.maximum, stride: division.stride ?? 0))
        }
        let encodings = windows.flatMap { $0.map(\.encoding) }
        guard
            var outputs = logits(
                for: encodings, threads: threads, isCancelled: isCancelled, onProgress: onProgress)?[...]
        else { return nil }
        let tags = LabelTag.tags(of: configuration.labels)
        return zip(places, windows).map { place, windows in
            var words = WordEmissions(temperature: configuration.temperature)
            for (index, window) in windows.enumerated() {
                if let output = outputs.popFirst() { words.add(window, output, isLast: index == windows.count - 1) }
            }
            var sums: [String: Double] = [:]
            var count = 0.0
            for (word, span) in words.spans.enumerated() where span.overlaps(place.span) {
                count += 1
                for (tag, value) in zip(tags, words.logProbabilities[(word * tags.count)...]) {
                    sums[tag.entity, default: 0] += exp(Double(value))
                }
            }
            return sums.mapValues { $0 / max(1, count) }
        }
    }
}
