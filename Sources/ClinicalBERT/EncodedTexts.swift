import ClinicalText
import Tokenization

/// Texts that went through a token classifier and can be decoded at any temperature and by any transitions.
///
/// The best reading is the same at every temperature, since logits and transitions are divided alike: only scores differ.
public struct EncodedTexts: Sendable {
    private let model: ClinicalModel
    private let texts: [NoteText]
    /// At the checkpoint's own temperature.
    private let words: [WordEmissions]

    init(_ model: ClinicalModel, _ texts: [NoteText], _ words: [WordEmissions]) {
        self.model = model
        self.texts = texts
        self.words = words
    }

    /// The spans of each text.
    ///
    /// - Parameter temperature: what logits are divided by; above 0.
    public func spans(temperature: Float) -> [[PredictedSpan]] { spans(temperature, model.transitions) }

    /// The spans of each text at the checkpoint's own temperature, by these transitions in place of its own.
    public func spans(transitions: TransitionCounts?) -> [[PredictedSpan]] {
        let configuration = model.configuration
        return spans(configuration.temperature, TagTransitions(configuration.labels, counts: transitions))
    }

    private func spans(_ temperature: Float, _ transitions: TagTransitions) -> [[PredictedSpan]] {
        let decoder = ViterbiDecoder(transitions: transitions, temperature: temperature)
        return zip(texts, words).map { model.bestReading($0, $1.at(temperature), decoder) }
    }
}

extension ClinicalModel {
    /// Runs texts through the encoder in the checkpoint's own windows.
    ///
    /// - Returns: `nil` if the model does not classify tokens.
    /// - Throws: ``WindowError`` if the checkpoint's own windows cannot be.
    public func encoded(
        _ texts: [NoteText], threads: Int = ClinicalModel.defaultThreads
    ) throws(WindowError) -> EncodedTexts? {
        guard configuration.task == .tokenClassification else { return nil }
        let division = try division(SpanOptions())
        var windows: [[Tokenizer.Window]] = []
        for text in texts {
            windows.append(
                try tokenizer.windowsAtSentences(text, maximum: division.maximum, stride: division.stride ?? 0))
        }
        return emissions(windows, threads: threads, isCancelled: { false }).map { EncodedTexts(self, texts, $0) }
    }
}
