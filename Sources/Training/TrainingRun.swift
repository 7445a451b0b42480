import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// The steps of a run: batches in an order of their own for each epoch, a checkpoint after each, the best one kept, and an
/// interrupted run continued where it stopped.
package final class TrainingRun {
    private let trainer: Trainer
    private let plan: Plan
    /// The note of each example, for messages.
    private let examples: [String]
    private let writer: any ModelWriter
    private let adapterWriter: AdapterWriter?
    private let schedule: LinearSchedule
    private var state: TrainingState

    /// How long a run is, and how fast it learns.
    struct Plan {
        var epochs: Int
        /// Steps, at most; `nil` for as many as the epochs have.
        var mostSteps: Int?
        /// Whether each epoch leaves a checkpoint and a state to go on from; else only the last one does.
        var savesEpochs = true
        var batchSize: Int
        /// The highest learning rate.
        var learningRate: Float
        /// The share of the steps in which it rises.
        var warmUpShare: Double
        /// Epochs without a better score after which it stops; `nil` for never.
        var patience: Int?
        /// Of how many epochs the weights that are measured and written are the mean; 1 for the last one's.
        var averagedEpochs = 1
        /// Of the order of the examples.
        var seed: UInt64
    }

    /// How far a run has come.
    package struct Progress: Sendable {
        package var epoch: Int
        /// Steps of this epoch, and of how many.
        package var step: Int
        package var stepsPerEpoch: Int
        /// The mean loss of the epoch's batches so far.
        package var loss: Double
        package var tokensPerSecond: Double
        /// The share of all steps that are done.
        package var share: Double
        /// For the steps that are left of all epochs.
        package var secondsLeft: Double
        /// The score at the end of an epoch, the higher the better; `nil` if there is nothing to measure on.
        package var score: Double?
        /// Whether it is better than that of an earlier epoch, and of all of them.
        package var isBest = false
    }

    /// How a run ended.
    package enum Outcome: Sendable, Hashable {
        /// All epochs are done, or no better score came; the best score, if there was anything to measure on.
        case done(best: Double?)
        /// It was asked to stop and can go on later.
        case interrupted
    }

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - examples: the note of each.
    ///   - fingerprint: what a run that goes on must have in common with the one that was interrupted.
    ///   - resumes: whether an interrupted run in the writer's folder goes on.
    /// - Throws: ``BadInput``: the folder holds another model, or a run that was started differently.
    init(
        _ trainer: Trainer, plan: Plan, examples: [String], writer: any ModelWriter,
        adapterWriter: AdapterWriter? = nil,
        fingerprint: String, resumes: Bool
    ) throws(BadInput) {
        self.trainer = trainer
        self.plan = plan
        self.examples = examples
        self.writer = writer
        self.adapterWriter = adapterWriter
        let total = plan.steps(examples.count)
        schedule = LinearSchedule(
            peak: plan.learningRate, warmUpSteps: Int(plan.warmUpShare * Double(total)), totalSteps: total)
        state = TrainingState(step: 0, best: nil, epochsSinceBest: 0, settings: fingerprint)
        if plan.averagedEpochs > 1 { trainer.keepAverage() }
        try prepare(fingerprint, resumes: resumes)
    }

    private func prepare(_ fingerprint: String, resumes: Bool) throws(BadInput) {
        let output = writer.folder
        let place = SourceLocation(output)
        if resumes {
            guard let stored = try TrainingState.load(into: trainer, output: output) else {
                throw BadInput(place, "there is no interrupted run in it to go on with; leave --resume out")
            }
            guard stored.settings == fingerprint else {
                throw BadInput(
                    place,
                    "the interrupted run had other settings or data:\n  then \(stored.settings)\n  now  \(fingerprint)")
            }
            state = stored
        } else if TrainingState.exists(output: output) {
            throw BadInput(place, "an interrupted run is in it; go on with --resume, or name another folder")
        } else if writer.isComplete {
            throw BadInput(place, "a model is in it already; name another folder")
        }
    }
}

extension TrainingRun.Plan {
    func stepsPerEpoch(_ examples: Int) -> Int { examples / batchSize + (examples % batchSize == 0 ? 0 : 1) }

    /// Steps of the whole run.
    func steps(_ examples: Int) -> Int {
        let (steps, isTooMany) = stepsPerEpoch(examples).multipliedReportingOverflow(by: epochs)
        return min(isTooMany ? .max : steps, mostSteps ?? .max)
    }
}

extension TrainingRun {
    /// Runs until all epochs are done, no better score comes, or it is asked to stop.
    ///
    /// - Parameters:
    ///   - example: what is learned of an example, by its number, in an epoch.
    ///   - score: of the checkpoint in a folder, the higher the better; asked after each epoch.
    ///   - report: told after each step, and after each epoch with its score.
    ///   - isInterrupted: asked after each step.
    ///   - conclude: what is still to be done with the best checkpoint, of this score, whose score then is what it returns.
    ///     Until it is done the run can be resumed.
    /// - Throws: ``BadInput`` for a loss that is no number, which names the batch, or a file that cannot be written; the
    ///   best checkpoint so far stays.
    func run(
        example: (Int, _ epoch: Int) -> TrainingSequence, score: (String) throws(BadInput) -> Double?,
        conclude: (Double) throws(BadInput) -> Double = { $0 }, report: (Progress) -> Void, isInterrupted: () -> Bool
    ) throws(BadInput) -> Outcome {
        let stepsPerEpoch = plan.stepsPerEpoch(examples.count)
        // One that was cut off while it concluded has nothing left to learn.
        if trainer.step % stepsPerEpoch == 0, hasLostPatience { return try finish(conclude) }
        let total = plan.steps(examples.count)
        let clock = ContinuousClock()
        var spent = Duration.zero
        var tokens = 0
        var stepsHere = 0
        while trainer.step < total {
            let epoch = trainer.step / stepsPerEpoch
            let order = order(of: epoch)
            var losses = 0.0
            let first = trainer.step % stepsPerEpoch
            for index in first..<first + min(stepsPerEpoch - first, total - trainer.step) {
                let chosen = order.dropFirst(index * plan.batchSize).prefix(plan.batchSize)
                let batch = chosen.map { example($0, epoch) }
                let start = clock.now
                losses += try step(batch, of: chosen, epoch: epoch, index: index)
                spent += clock.now - start
                stepsHere += 1
                tokens += batch.reduce(0) { $0 + $1.ids.count }
                let seconds = spent / .seconds(1)
                var progress = Progress(
                    epoch: epoch, step: index + 1, stepsPerEpoch: stepsPerEpoch,
                    loss: losses / Double(index + 1 - first), tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
                    share: Double(trainer.step) / Double(total),
                    secondsLeft: seconds / Double(stepsHere) * Double(total - trainer.step))
                let isLast = trainer.step == total
                let isEnd = isLast || index + 1 == stepsPerEpoch
                if isEnd, isLast || plan.savesEpochs { try finishEpoch(&progress, score, isLast: isLast) }
                report(progress)
                if isEnd, hasLostPatience { return try finish(conclude) }
                if isInterrupted(), !isLast {
                    if plan.savesEpochs { try save() }
                    return .interrupted
                }
            }
        }
        return try finish(conclude)
    }

    private var hasLostPatience: Bool { plan.patience.map { state.epochsSinceBest >= $0 } ?? false }

    /// The examples of an epoch in an order of its own.
    private func order(of epoch: Int) -> [Int] {
        var generator = SplitMix(seed: plan.seed, stream: SplitMix.Purpose.epoch(epoch))
        return Array(examples.indices).shuffled(using: &generator)
    }

    private func step(
        _ batch: [TrainingSequence], of chosen: ArraySlice<Int>, epoch: Int, index: Int
    ) throws(BadInput) -> Double {
        do {
            return try trainer.step(batch, rate: schedule.rate(at: trainer.step)).loss
        } catch {
            let notes = Set(chosen.map { examples[$0] }).sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw BadInput(
                SourceLocation("epoch \(epoch + 1), batch \(index + 1)"),
                "the loss is \(error.loss), the gradients' norm \(error.gradientNorm): the weights no longer make sense. "
                    + "Its notes are \(notes). The best checkpoint so far is kept; try a lower --learning-rate")
        }
    }

    /// Writes the checkpoint, measures it, and keeps it if it is the best.
    private func finishEpoch(
        _ progress: inout Progress, _ score: (String) throws(BadInput) -> Double?, isLast: Bool
    ) throws(BadInput) {
        let candidate = writer.writing(to: "\(writer.folder)/candidate")
        defer { try? FileManager.default.removeItem(atPath: candidate.folder) }
        // A plain mean of the first ones, then one that goes on with the last ones.
        trainer.moveAverage(by: 1 / Float(min(progress.epoch + 1, plan.averagedEpochs)))
        try candidate.write(trainer.result, trainer.model)
        progress.score = try score(candidate.folder)
        let isBetter = progress.score.flatMap { score in state.best.map { score > $0 } }
        progress.isBest = isBetter ?? false
        // The first score is the best so far, and without any the last epoch is.
        if isBetter ?? true {
            state.best = progress.score
            state.epochsSinceBest = 0
            try writer.adopt(candidate.folder)
            try adapterWriter?.write(trainer.result, trainer.model)
        } else {
            state.epochsSinceBest += 1
        }
        if !isLast { try save() }
    }

    private func save() throws(BadInput) {
        state.step = trainer.step
        try state.save(trainer, output: writer.folder, file: writer.file)
    }

    private func finish(_ conclude: (Double) throws(BadInput) -> Double) throws(BadInput) -> Outcome {
        var best = state.best
        if let score = best { best = try conclude(score) }
        TrainingState.remove(output: writer.folder)
        return .done(best: best)
    }
}
