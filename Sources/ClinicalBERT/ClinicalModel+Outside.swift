import ClinicalText
import Glibc
import Tokenization

extension ClinicalModel {
    /// What the model reads in a text, beside what somebody marked in it.
    public struct JudgedText: Sendable {
        /// The spans the model proposes.
        public let spans: [PredictedSpan]
        /// For each marked stretch the probability that none of its words belongs to an entity; `nil` without a word in it.
        public let outside: [Double?]
    }

    /// The spans the model proposes for each of `texts`, and how sure it is that there is nothing where something was marked.
    ///
    /// A stretch's probability is the product over its words, as if they were independent: less than it is, so that a high one
    /// is one.
    ///
    /// - Parameter marked: stretches of each text.
    /// - Returns: no spans if the model does not classify tokens.
    /// - Throws: ``WindowError`` if the checkpoint's own windows cannot be.
    public func judgements(
        of texts: [NoteText], marked: [[TextSpan]], threads: Int = ClinicalModel.defaultThreads
    ) throws(WindowError) -> [JudgedText] {
        let tags = LabelTag.tags(of: configuration.labels)
        guard configuration.task == .tokenClassification,
            let outside = tags.firstIndex(where: { $0.part == .outside })
        else { return zip(texts, marked).map { JudgedText(spans: [], outside: $1.map { _ in nil }) } }
        let division = try division(SpanOptions())
        var windows: [[Tokenizer.Window]] = []
        for text in texts {
            windows.append(
                try tokenizer.windowsAtSentences(text, maximum: division.maximum, stride: division.stride ?? 0))
        }
        let emissions = emissions(windows, threads: threads, isCancelled: { false }) ?? []
        return texts.indices.map { index in
            let words = emissions[index]
            let judged = marked[index].map { span -> Double? in
                let inside = words.spans.indices.filter { words.spans[$0].overlaps(span) }
                guard !inside.isEmpty else { return nil }
                let sum = inside.reduce(0.0) {
                    $0 + Double(words.logProbabilities[$1 * tags.count + outside])
                }
                return exp(sum)
            }
            return JudgedText(spans: bestReading(texts[index], words, decoder), outside: judged)
        }
    }
}
