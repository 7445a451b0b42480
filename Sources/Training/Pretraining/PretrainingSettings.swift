import ClinicalBERT

/// The recipe of a pre-training run.
package struct PretrainingSettings: Sendable, Hashable {
    /// Passes over the notes.
    package var epochs = 3
    /// Windows of a step.
    package var batchSize = 16
    /// The highest learning rate.
    package var learningRate: Float = 1e-4
    /// The share of the steps in which it rises.
    package var warmUpShare = 0.1
    /// Of the weights, not of biases and norms.
    package var weightDecay: Float = 0.01
    package var seed: UInt64 = 1
    /// How notes are divided; windows share nothing.
    package var windows = ModelConfiguration.Windows(window: 192, stride: 48)
    package var workers = 2
    /// Whether text keeps its case whatever the tokenizer's files say.
    package var cased = false

    package init() {}

    var plan: TrainingRun.Plan {
        TrainingRun.Plan(
            epochs: epochs, batchSize: batchSize, learningRate: learningRate, warmUpShare: warmUpShare, patience: nil,
            seed: seed)
    }

    /// What a run that goes on must have in common with the one that was interrupted.
    ///
    /// - Parameters:
    ///   - model: the digest of the weights it starts from.
    ///   - data: a digest of the notes, those to learn from apart from those to measure on.
    func fingerprint(model: String, data: String) -> String {
        "pretrain: epochs \(epochs), batch \(batchSize), rate \(learningRate), warm-up \(warmUpShare), "
            + "decay \(weightDecay), seed \(seed), window \(windows.window), cased \(cased), model \(model), data \(data)"
    }
}
