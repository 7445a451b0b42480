import ClinicalBERT
import ClinicalText
import Glibc
import Tokenization

/// Goes on with what an encoder was pre-trained by, finding hidden words, on notes that nobody has labelled; as
/// ClinicalBERT was made from BERT (Alsentzer and others 2019).
package final class Pretraining {
    package let trainer: Trainer
    /// Windows that are learned from, and that are measured on.
    package let windows: Int
    package let heldOut: Int
    /// Whether the checkpoint lacks the head that finds words, and starts with a new one over its own word table.
    package let startsHead: Bool
    /// Whether the checkpoint's decoder is a matrix of its own, which is left out: here it is the word table.
    package let leavesDecoderOut: Bool
    private let training: [MaskableWindow]
    /// The held-out windows, with the same words hidden each time.
    private let development: [TrainingSequence]
    private let masking: WordMasking
    private let course: TrainingRun
    private let batchSize: Int

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - checkpoint: where to start.
    ///   - training: notes to learn from.
    ///   - development: notes to measure on.
    ///   - output: the folder of the new checkpoint.
    ///   - resumes: whether an interrupted run in that folder goes on.
    /// - Throws: ``BadInput``: a tokenizer without a mask, no words, a checkpoint that does not fit, an output folder that
    ///   holds another model, or a run that was started differently.
    package init(
        _ checkpoint: TrainableCheckpoint, training: [Note], development: [Note], settings: PretrainingSettings,
        output: String, resumes: Bool = false, file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        let tokenizer = try checkpoint.tokenizer(cased: settings.cased)
        guard let masking = WordMasking(tokenizer, rows: checkpoint.vocabularySize, seed: settings.seed) else {
            throw BadInput(
                SourceLocation(checkpoint.folder), "the tokenizer has no mask ([MASK] or <mask>) to hide words behind")
        }
        try checkpoint.check(settings.windows)
        self.masking = masking
        batchSize = settings.batchSize
        let windows = try Self.windows(training, tokenizer, settings.windows)
        guard !windows.isEmpty else {
            throw BadInput(
                SourceLocation("--data"),
                "there is nothing to learn from: none of the \(training.count) notes has a word")
        }
        self.training = windows.map(\.window)
        self.windows = windows.count
        let heldOut = try Self.windows(development, tokenizer, settings.windows)
        for (window, note) in windows + heldOut { try checkpoint.check(ids: window.ids, types: window.types, of: note) }
        self.development = heldOut.enumerated().map {
            masking.hide($0.element.window, window: $0.offset, epoch: Self.heldOutEpoch)
        }
        self.heldOut = heldOut.count
        let model = EncoderModel(checkpoint, task: .masks)
        startsHead = model.layout.parameters.contains {
            if case .checkpointOr = $0.origin { !checkpoint.has($0.name) } else { false }
        }
        let weights = try model.weights(from: checkpoint, seed: settings.seed)
        leavesDecoderOut = try Self.hasOwnDecoder(checkpoint, model, weights)
        trainer = Trainer(
            model, weights: weights,
            optimizer: AdamW(decay: settings.weightDecay), seed: settings.seed, workers: settings.workers)
        func digest(_ notes: [Note]) -> Substring {
            TextDigest(of: notes.flatMap { Array($0.digest.hex.utf8) }).hex.prefix(16)
        }
        course = try TrainingRun(
            trainer, plan: settings.plan, examples: windows.map(\.note),
            writer: try CheckpointWriter(
                folder: output, model: model, from: checkpoint, windows: settings.windows, cased: settings.cased,
                file: file),
            fingerprint: settings.fingerprint(
                model: try ClinicalModel.digest(ofCheckpoint: checkpoint.folder),
                data: "\(digest(training))/\(digest(development))"), resumes: resumes)
    }

    /// Whether a decoder is stored that is not the word table.
    private static func hasOwnDecoder(
        _ checkpoint: TrainableCheckpoint, _ model: EncoderModel, _ weights: ParameterArena
    ) throws(BadInput) -> Bool {
        let name = EncoderNames.of(checkpoint.architecture).decoder
        guard checkpoint.has(name) else { return false }
        let words = model.embeddings.words
        var decoder = [Float](repeating: 0, count: words.rows * words.columns)
        try checkpoint.copy(name, [words.rows, words.columns], to: &decoder)
        return !decoder.elementsEqual(UnsafeBufferPointer(start: weights.start + words.offset, count: decoder.count))
    }

    /// The words of the held-out windows are hidden as in an epoch that no run has.
    private static let heldOutEpoch = Int(Int32.max)

    private static func windows(
        _ notes: [Note], _ tokenizer: Tokenizer, _ windows: ModelConfiguration.Windows
    ) throws(BadInput) -> [(window: MaskableWindow, note: String)] {
        var result: [(window: MaskableWindow, note: String)] = []
        for note in notes {
            do {
                for window in try tokenizer.windowsAtSentences(note.text, maximum: windows.window, stride: 0) {
                    let window = MaskableWindow(window.encoding)
                    if !window.words.isEmpty { result.append((window, note.id)) }
                }
            } catch {
                throw BadInput(SourceLocation("--window"), error.description)
            }
        }
        return result
    }

    /// Among how many equally likely pieces the model would have to choose for each that is hidden in the held-out notes.
    ///
    /// e to the power of the mean loss; `nil` if there are none.
    package func perplexity() -> Double? { logLikelihood().map { exp(-$0) } }

    private func logLikelihood() -> Double? {
        var sum = 0.0
        var count = 0
        for start in stride(from: 0, to: development.count, by: batchSize) {
            let batch = Array(development[start..<min(development.count, start + batchSize)])
            sum += trainer.sumOfLosses(of: batch)
            count += batch.reduce(0) { $0 + $1.targets.count }
        }
        return count == 0 ? nil : -sum / Double(count)
    }

    /// Runs until all epochs are done or it is asked to stop.
    ///
    /// - Parameters:
    ///   - report: told after each step, and after each epoch with its score, the logarithm of one over the perplexity.
    ///   - isInterrupted: asked after each step.
    /// - Throws: ``BadInput`` as ``FineTuning/run(report:isInterrupted:)``.
    package func run(
        report: (TrainingRun.Progress) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
    ) throws(BadInput) -> TrainingRun.Outcome {
        try course.run(
            example: { masking.hide(training[$0], window: $0, epoch: $1) },
            score: { _ throws(BadInput) in logLikelihood() }, report: report, isInterrupted: isInterrupted)
    }
}
