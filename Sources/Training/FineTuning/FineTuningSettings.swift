import ClinicalBERT

/// The recipe of a run.
package struct FineTuningSettings: Sendable, Hashable {
    /// Passes over the notes, at most.
    package var epochs = 10
    /// Steps, at most; `nil` for as many as the epochs have.
    package var mostSteps: Int?
    /// Whether each epoch leaves a checkpoint and a state to go on from; else only the last one does.
    package var savesEpochs = true
    /// Windows of a step.
    package var batchSize = 8
    /// The highest learning rate.
    package var learningRate = Self.smallModelRate
    /// The share of the steps in which it rises.
    package var warmUpShare = 0.1
    /// Of the weights, not of biases and norms.
    package var weightDecay: Float = 0.01
    /// The share of a target that all labels get alike.
    package var labelSmoothing: Float = 0
    /// Whether every piece of a word has its label, not only the first.
    package var labelsAllPieces = false
    /// The share of the words of a window that the model does not see, others in each epoch; of spans only.
    package var hiddenWords = 0.0
    /// Whether rare labels count more, so that all labels together count alike.
    package var balancesClasses = false
    /// Of about how many of the last epochs the mean of the weights is measured and written (Izmailov and others 2018).
    package var averagedEpochs = 1
    /// Epochs without a better score after which it stops; `nil` for never.
    package var patience: Int?
    /// The lowest blocks that are left as they are, with the embeddings.
    package var frozenBlocks = 0
    /// What is trained beside the head in place of the encoder.
    package var adapters: AdapterSettings?
    /// Whether only the adapters are written, and not the checkpoint with them merged.
    package var writesOnlyAdapters = false
    package var seed: UInt64 = 1
    /// How notes are divided, in training and later.
    package var windows = ModelConfiguration.Windows(window: Self.usualWindow, stride: Self.usualWindow / 4)
    package var workers = 2
    /// Whether text keeps its case whatever the tokenizer's files say.
    package var cased = false
    /// What the checkpoint's numbers are written as.
    package var precision = SafetensorsWriter.Precision.float32

    package init() {}

    /// The usual recipe for a checkpoint.
    ///
    /// - Parameters:
    ///   - adapters: what is trained beside the head in place of the encoder.
    ///   - window: tokens of a window, at most.
    package init(for checkpoint: TrainableCheckpoint, adapters: AdapterSettings? = nil, window: Int = Self.usualWindow)
    {
        let rate = checkpoint.hiddenSize <= Self.smallModel ? Self.smallModelRate : Self.rate
        learningRate = adapters == nil ? rate : Self.adapterFactor * rate
        self.adapters = adapters
        windows = checkpoint.windows(of: window)
    }

    /// Up to this width a model is trained at the rate that MiniLM's was found best with.
    private static let smallModel = 384
    private static let smallModelRate: Float = 3e-4
    /// That of BERT's own fine-tuning (Devlin and others 2019, appendix A.3).
    private static let rate: Float = 5e-5
    /// Adapters start at nothing and have few numbers: after three epochs on MACCROBAT, F1 was 0.346 at 1e-3 and 0.504 at 3e-3.
    private static let adapterFactor: Float = 10
    /// Most notes' sentences fit, and a step's attention stays small.
    package static let usualWindow = 192

    var plan: TrainingRun.Plan {
        TrainingRun.Plan(
            epochs: epochs, mostSteps: mostSteps, savesEpochs: savesEpochs, batchSize: batchSize,
            learningRate: learningRate, warmUpShare: warmUpShare,
            patience: patience, averagedEpochs: averagedEpochs, seed: seed)
    }

    /// What a run that goes on must have in common with the one that was interrupted: everything but how long it may take.
    ///
    /// - Parameters:
    ///   - model: the digest of the weights it starts from.
    ///   - data: a digest of the notes, those to learn from apart from those to measure on.
    func fingerprint(model: String, data: String) -> String {
        "epochs \(epochs), steps \(mostSteps.map(String.init) ?? "all"), batch \(batchSize), rate \(learningRate), warm-up \(warmUpShare), decay \(weightDecay), "
            + "smoothing \(labelSmoothing), balanced \(balancesClasses), all pieces \(labelsAllPieces), hidden \(hiddenWords), averaged \(averagedEpochs), frozen \(frozenBlocks), "
            + "adapters \(adapters.map { "\($0.rank)/\($0.alpha)" } ?? "none"), seed \(seed), "
            + "windows \(windows.window)/\(windows.stride), cased \(cased), model \(model), data \(data)"
    }
}
