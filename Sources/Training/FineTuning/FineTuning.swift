import Annotation
import ClinicalBERT
import ClinicalText
import Tokenization

/// Fine-tunes a checkpoint on notes, epoch by epoch, and keeps the best.
package final class FineTuning {
    package let settings: FineTuningSettings
    package let model: EncoderModel
    package let trainer: Trainer
    /// Windows or texts, each with the note it is of.
    package let examples: [(sequence: TrainingSequence, note: String)]
    private let development: DevelopmentSet
    private let writer: CheckpointWriter
    private let adapterWriter: AdapterWriter?
    private let file: AtomicFile
    private let schedule: LinearSchedule
    private var state: TrainingState

    /// How far a run has come.
    package struct Progress: Sendable {
        package var epoch: Int
        /// Steps of this epoch, and of how many.
        package var step: Int
        package var stepsPerEpoch: Int
        /// The mean loss of the epoch's batches so far.
        package var loss: Double
        package var tokensPerSecond: Double
        /// For the steps that are left of all epochs.
        package var secondsLeft: Double
        /// The score on the development notes, at the end of an epoch.
        package var score: Double?
        /// Whether no epoch before had a better one.
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
    ///   - checkpoint: where to start.
    ///   - task: with the labels of the training notes.
    ///   - output: the folder of the new checkpoint.
    ///   - resumes: whether an interrupted run in that folder goes on.
    /// - Throws: ``BadInput``: no examples, a checkpoint that does not fit, an output folder that holds another model, or a
    ///   run that was started differently.
    package init(
        _ checkpoint: TrainableCheckpoint, task: TrainingTask, training: [TrainingNote], development: [TrainingNote],
        settings: FineTuningSettings, output: String, resumes: Bool = false, file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        self.settings = settings
        self.file = file
        let tokenizer = try Tokenizer(checkpoint: checkpoint.folder)
        guard tokenizer.vocabulary.count <= checkpoint.vocabularySize else {
            throw BadInput(
                SourceLocation(checkpoint.folder), "the tokenizer has more pieces than the weights have rows for")
        }
        guard settings.frozenBlocks <= checkpoint.layers else {
            throw BadInput(
                SourceLocation("--freeze"), "the model has \(checkpoint.layers) layers, not \(settings.frozenBlocks)")
        }
        guard settings.windows.window <= checkpoint.positions else {
            throw BadInput(
                SourceLocation("--window"), "the model takes at most \(checkpoint.positions) tokens at once")
        }
        model = EncoderModel(
            checkpoint, task: task, isNewHead: !Self.keepsHead(checkpoint, task), adapters: settings.adapters,
            frozenBlocks: settings.frozenBlocks)
        var examples = try Self.examples(training, task, tokenizer, settings.windows)
        guard !examples.isEmpty else {
            throw BadInput(
                SourceLocation("--data"),
                "there is nothing to train on: of \(training.count) finished notes none has a word and a label")
        }
        writer = try CheckpointWriter(
            folder: output, model: model, from: checkpoint, windows: settings.windows, file: file)
        adapterWriter =
            settings.adapters == nil
            ? nil : AdapterWriter(folder: "\(output)/adapter", base: checkpoint.folder, file: file)
        self.development = DevelopmentSet(notes: development, task: task, workers: settings.workers)
        let loss = CrossEntropy(
            smoothing: settings.labelSmoothing,
            classWeights: settings.balancesClasses ? Self.classWeights(examples.map(\.sequence), task) : [])
        trainer = Trainer(
            model, weights: try model.weights(from: checkpoint, seed: settings.seed), loss: loss,
            optimizer: AdamW(decay: settings.weightDecay), seed: settings.seed, workers: settings.workers)
        for (index, outputs) in trainer.frozenOutputs(of: examples.map(\.sequence)).enumerated() {
            examples[index].sequence.frozen = outputs
        }
        self.examples = examples
        let stepsPerEpoch = (examples.count + settings.batchSize - 1) / settings.batchSize
        let total = stepsPerEpoch * settings.epochs
        schedule = LinearSchedule(
            peak: settings.learningRate, warmUpSteps: Int(settings.warmUpShare * Double(total)), totalSteps: total)
        let fingerprint = settings.fingerprint(Self.digest(training + development, task))
        state = TrainingState(step: 0, best: nil, epochsSinceBest: 0, settings: fingerprint)
        try prepare(output, fingerprint, resumes: resumes)
    }

    private func prepare(_ output: String, _ fingerprint: String, resumes: Bool) throws(BadInput) {
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

    /// A head is kept where the checkpoint has one for the same labels.
    private static func keepsHead(_ checkpoint: TrainableCheckpoint, _ task: TrainingTask) -> Bool {
        guard let configuration = try? ModelConfiguration(checkpoint: checkpoint.folder) else { return false }
        switch (configuration.task, task) {
        case (.tokenClassification, .tokens(let labels)), (.sequenceClassification, .texts(let labels)):
            return configuration.labels == labels
        default: return false
        }
    }

    private static func examples(
        _ notes: [TrainingNote], _ task: TrainingTask, _ tokenizer: Tokenizer, _ windows: ModelConfiguration.Windows
    ) throws(BadInput) -> [(sequence: TrainingSequence, note: String)] {
        var examples: [(sequence: TrainingSequence, note: String)] = []
        switch task {
        case .tokens(let labels):
            let tagger = TaggedWindows(tokenizer: tokenizer, window: windows.window, labels: labels)
            for note in notes where note.spans != nil {
                do {
                    examples += try tagger.sequences(of: note).map { ($0, note.id) }
                } catch {
                    throw BadInput(SourceLocation("--window"), error.description)
                }
            }
        case .texts(let labels):
            for note in notes {
                guard let name = note.label, let label = labels.firstIndex(of: name) else { continue }
                let encoding = tokenizer.encode(note.text, truncatedTo: windows.window)
                guard encoding.count > tokenizer.specialTokenCount else { continue }
                let target = TrainingSequence.Target(token: 0, label: label)
                examples.append(
                    (TrainingSequence(ids: encoding.ids, types: encoding.types, targets: [target]), note.id))
            }
        case .masks: break
        }
        return examples
    }

    /// Weights that make all labels together count alike, 1 on average over the examples (King and Zeng 2001).
    private static func classWeights(_ examples: [TrainingSequence], _ task: TrainingTask) -> [Float] {
        var counts = [Int](repeating: 0, count: task.labels.count)
        for target in examples.flatMap(\.targets) { counts[target.label] += 1 }
        let present = counts.filter { $0 > 0 }
        let total = Float(present.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : total / (Float(present.count) * Float($0)) }
    }

    private static func digest(_ notes: [TrainingNote], _ task: TrainingTask) -> String {
        var bytes: [UInt8] = []
        for note in notes {
            bytes += TextDigest(of: note.text.utf8).hex.utf8
            for span in note.spans ?? [] {
                bytes += "\(span.span.start.value)-\(span.span.end.value) \(span.label)\n".utf8
            }
            bytes += (note.label ?? "").utf8
        }
        return String(TextDigest(of: bytes + "\(task.labels)".utf8).hex.prefix(16))
    }
}

extension FineTuning {
    /// Runs until all epochs are done, no better score comes, or it is asked to stop.
    ///
    /// - Parameters:
    ///   - report: told after each step, and after each epoch with its score.
    ///   - isInterrupted: asked after each step.
    /// - Throws: ``BadInput`` for a loss that is no number, which names the batch, or a file that cannot be written; the
    ///   best checkpoint so far stays.
    package func run(
        report: (Progress) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
    ) throws(BadInput) -> Outcome {
        let stepsPerEpoch = (examples.count + settings.batchSize - 1) / settings.batchSize
        let clock = ContinuousClock()
        var spent = Duration.zero
        var tokens = 0
        var stepsHere = 0
        while trainer.step < stepsPerEpoch * settings.epochs {
            let epoch = trainer.step / stepsPerEpoch
            let order = order(of: epoch)
            var losses = 0.0
            let first = trainer.step % stepsPerEpoch
            for index in first..<stepsPerEpoch {
                let chosen = order[index * settings.batchSize..<min(order.count, (index + 1) * settings.batchSize)]
                let start = clock.now
                losses += try step(chosen, epoch: epoch, index: index)
                spent += clock.now - start
                stepsHere += 1
                tokens += chosen.reduce(0) { $0 + examples[$1].sequence.ids.count }
                let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
                var progress = Progress(
                    epoch: epoch, step: index + 1, stepsPerEpoch: stepsPerEpoch,
                    loss: losses / Double(index + 1 - first), tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
                    secondsLeft: seconds / Double(stepsHere)
                        * Double(stepsPerEpoch * settings.epochs - trainer.step))
                if index + 1 == stepsPerEpoch {
                    try finishEpoch(&progress)
                    report(progress)
                    if let patience = settings.patience, state.epochsSinceBest >= patience { return finish() }
                } else {
                    report(progress)
                }
                if isInterrupted(), trainer.step < stepsPerEpoch * settings.epochs {
                    try save()
                    return .interrupted
                }
            }
        }
        return finish()
    }

    /// The examples of an epoch in an order of its own.
    private func order(of epoch: Int) -> [Int] {
        var generator = SplitMix(seed: settings.seed, stream: 1 << 32 + UInt64(epoch))
        return Array(examples.indices).shuffled(using: &generator)
    }

    private func step(_ chosen: ArraySlice<Int>, epoch: Int, index: Int) throws(BadInput) -> Double {
        do {
            return try trainer.step(
                chosen.map { examples[$0].sequence }, rate: schedule.rate(at: trainer.step)
            ).loss
        } catch {
            let notes = Set(chosen.map { examples[$0].note }).sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw BadInput(
                SourceLocation("epoch \(epoch + 1), batch \(index + 1)"),
                "the loss is \(error.loss), the gradients' norm \(error.gradientNorm): the weights no longer make sense. "
                    + "Its notes are \(notes). The best checkpoint so far is kept; try a lower --learning-rate")
        }
    }

    /// Writes the checkpoint, measures it, and keeps it if it is the best.
    private func finishEpoch(_ progress: inout Progress) throws(BadInput) {
        let candidate = writer.writing(to: "\(writer.folder)/candidate")
        defer { candidate.remove() }
        try candidate.write(trainer.weights, model)
        progress.score = try development.score(ofCheckpoint: candidate.folder)
        let isBest = progress.score.map { score in state.best.map { score > $0 } ?? true } ?? true
        progress.isBest = isBest
        if isBest {
            state.best = progress.score
            state.epochsSinceBest = 0
            try writer.adopt(candidate)
            try adapterWriter?.write(trainer.weights, model)
        } else {
            state.epochsSinceBest += 1
        }
        try save()
    }

    private func save() throws(BadInput) {
        state.step = trainer.step
        try state.save(trainer, output: writer.folder, file: file)
    }

    private func finish() -> Outcome {
        TrainingState.remove(output: writer.folder)
        return .done(best: state.best)
    }
}
