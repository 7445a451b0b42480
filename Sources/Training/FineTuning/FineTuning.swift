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
    /// Hides words; `nil` where none are to be hidden.
    private let masking: WordMasking?
    private let course: TrainingRun
    /// How much it was found to count which label follows which; `nil` where it does not.
    package private(set) var transitionWeight: Double?
    /// How often which label follows which; with the weight that the checkpoint had.
    private let transitions: TransitionCounts?
    /// Where a `config.json` is written.
    private let folders: [String]
    private let file: AtomicFile

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - checkpoint: where to start.
    ///   - task: with the labels of the training notes.
    ///   - output: the folder of the new checkpoint.
    ///   - resumes: whether an interrupted run in that folder goes on.
    ///   - frozen: what other runs with as many frozen layers of this checkpoint have computed.
    /// - Throws: ``BadInput``: no examples, a checkpoint that does not fit, an output folder that holds another model, or a
    ///   run that was started differently.
    package init(
        _ checkpoint: TrainableCheckpoint, task: TrainingTask, training: [TrainingNote], development: [TrainingNote],
        settings: FineTuningSettings, output: String, resumes: Bool = false, file: AtomicFile = AtomicFile(),
        frozen: FrozenOutputCache = FrozenOutputCache()
    ) throws(BadInput) {
        self.settings = settings
        self.file = file
        let tokenizer = try checkpoint.tokenizer(cased: settings.cased)
        guard settings.frozenBlocks <= checkpoint.layers else {
            throw BadInput(
                SourceLocation("--freeze"), "the model has \(checkpoint.layers) layers, not \(settings.frozenBlocks)")
        }
        try checkpoint.check(settings.windows)
        masking = try Self.masking(tokenizer, checkpoint, settings)
        let known = HeadRows.known(checkpoint, task)
        model = EncoderModel(
            checkpoint, task: task, isNewHead: known != task.labels, adapters: settings.adapters,
            frozenBlocks: settings.frozenBlocks)
        var examples = try Self.examples(training, task, tokenizer, settings)
        guard !examples.isEmpty else {
            throw BadInput(
                SourceLocation("--data"),
                "there is nothing to train on: of \(training.count) finished notes none has a word and a label")
        }
        for (sequence, note) in examples { try checkpoint.check(ids: sequence.ids, types: sequence.types, of: note) }
        self.development = DevelopmentSet(
            notes: development, task: task, workers: settings.workers, cased: settings.cased)
        let loss = CrossEntropy(
            smoothing: settings.labelSmoothing,
            classWeights: settings.balancesClasses ? Self.classWeights(examples.map(\.sequence), task) : [])
        let weights = try model.weights(from: checkpoint, seed: settings.seed)
        if known != task.labels { try HeadRows.copy(known, of: checkpoint, to: weights, model) }
        trainer = Trainer(
            model, weights: weights, loss: loss,
            optimizer: AdamW(decay: settings.weightDecay), seed: settings.seed, workers: settings.workers)
        let outputs = frozen.outputs(of: examples.map(\.sequence), computing: trainer.frozenOutputs)
        for (index, outputs) in outputs.enumerated() { examples[index].sequence.frozen = outputs }
        self.examples = examples
        transitions = Self.transitions(training, task, tokenizer, from: checkpoint, settings)
        folders = settings.adapters == nil || settings.writesOnlyAdapters ? [output] : [output, "\(output)/adapter"]
        let writer = try CheckpointWriter(
            folder: output, model: model, from: checkpoint, windows: settings.windows,
            // What is to be fitted in the end is left out until then.
            transitions: self.development.canFitTransitions ? nil : transitions.flatMap { $0.weight > 0 ? $0 : nil },
            precision: settings.precision, cased: settings.cased, file: file)
        func adapterWriter(_ folder: String) -> AdapterWriter {
            AdapterWriter(folder: folder, base: checkpoint.folder, configuration: writer.configuration, file: file)
        }
        course = try TrainingRun(
            trainer, plan: settings.plan, examples: examples.map(\.note),
            writer: settings.writesOnlyAdapters ? adapterWriter(output) : writer,
            adapterWriter: settings.adapters == nil || settings.writesOnlyAdapters
                ? nil : adapterWriter("\(output)/adapter"),
            fingerprint: settings.fingerprint(
                // Nothing is resumed of a run that leaves no state.
                model: settings.savesEpochs ? try ClinicalModel.digest(ofCheckpoint: checkpoint.folder) : "",
                data: "\(Self.digest(training, task))/\(Self.digest(development, task))"), resumes: resumes)
    }

    private static func masking(
        _ tokenizer: Tokenizer, _ checkpoint: TrainableCheckpoint, _ settings: FineTuningSettings
    ) throws(BadInput) -> WordMasking? {
        guard settings.hiddenWords > 0 else { return nil }
        let place = SourceLocation("--hide-words")
        guard settings.frozenBlocks == 0 else {
            throw BadInput(place, "what frozen layers make of a window is computed once, so that no word can be hidden")
        }
        guard let masking = WordMasking(tokenizer, rows: checkpoint.vocabularySize, seed: settings.seed) else {
            throw BadInput(place, "the tokenizer has no mask ([MASK] or <mask>) to hide words behind")
        }
        return masking
    }

    private static func examples(
        _ notes: [TrainingNote], _ task: TrainingTask, _ tokenizer: Tokenizer, _ settings: FineTuningSettings
    ) throws(BadInput) -> [(sequence: TrainingSequence, note: String)] {
        var examples: [(sequence: TrainingSequence, note: String)] = []
        switch task {
        case .tokens(let labels):
            let tagger = tagger(labels, tokenizer, settings)
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
                let encoding = tokenizer.encode(note.text, truncatedTo: settings.windows.window)
                guard encoding.count > tokenizer.specialTokenCount else { continue }
                let target = TrainingSequence.Target(token: 0, label: label)
                examples.append(
                    (TrainingSequence(ids: encoding.ids, types: encoding.types, targets: [target]), note.id))
            }
        case .masks: break
        }
        return examples
    }

    private static func tagger(
        _ labels: [String], _ tokenizer: Tokenizer, _ settings: FineTuningSettings
    ) -> TaggedWindows {
        TaggedWindows(
            tokenizer: tokenizer, window: settings.windows.window, labels: labels,
            labelsAllPieces: settings.labelsAllPieces)
    }

    /// How often which label follows which: in these notes, and in those that the checkpoint learned its labels from.
    ///
    /// - Returns: with the checkpoint's weight, if it had one; `nil` where a label is in none of them, as with a few
    ///   notes and a checkpoint that does not say what it learned from: it would hardly be predicted any more.
    private static func transitions(
        _ notes: [TrainingNote], _ task: TrainingTask, _ tokenizer: Tokenizer, from checkpoint: TrainableCheckpoint,
        _ settings: FineTuningSettings
    ) -> TransitionCounts? {
        guard case .tokens(let labels) = task else { return nil }
        var counts = tagger(labels, tokenizer, settings).transitions(in: notes)
        let before = try? ModelConfiguration(checkpoint: checkpoint.folder)
        if let before, let known = before.transitions, Set(before.labels).isSubset(of: labels) {
            counts.add(known)
            counts.weight = known.weight
        }
        return counts.hasAll(of: labels) ? counts : nil
    }

    /// Weights that make all labels together count alike, 1 on average over the examples (King and Zeng 2001).
    private static func classWeights(_ examples: [TrainingSequence], _ task: TrainingTask) -> [Float] {
        var counts = [Int](repeating: 0, count: task.labels.count)
        for target in examples.flatMap(\.targets) where target.excluded.isEmpty { counts[target.label] += 1 }
        let present = counts.filter { $0 > 0 }
        let total = Float(present.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : total / (Float(present.count) * Float($0)) }
    }

    private static func digest(_ notes: [TrainingNote], _ task: TrainingTask) -> String {
        var bytes: [UInt8] = []
        for note in notes {
            bytes += TextDigest(of: note.text.utf8).hex.utf8
            for span in (note.spans ?? []) + note.rejected {
                bytes += "\(span.span.start.value)-\(span.span.end.value) \(span.label)\n".utf8
            }
            bytes += "\(note.isComplete) \(note.rejected.count)".utf8
            bytes += (note.label ?? "").utf8
        }
        return String(TextDigest(of: bytes + "\(task.labels)".utf8).hex.prefix(16))
    }
}

extension FineTuning {
    /// Runs until all epochs are done, no better score comes, or it is asked to stop; then fits how much it counts which label
    /// follows which, where there are notes to fit it on.
    ///
    /// - Parameters:
    ///   - report: told after each step, and after each epoch with its score.
    ///   - isInterrupted: asked after each step.
    /// - Throws: ``BadInput`` for a loss that is no number, which names the batch, or a file that cannot be written; the
    ///   best checkpoint so far stays.
    package func run(
        report: (TrainingRun.Progress) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
    ) throws(BadInput) -> TrainingRun.Outcome {
        try course.run(
            example: { index, epoch in
                let sequence = examples[index].sequence
                return masking?.cover(sequence, share: settings.hiddenWords, window: index, epoch: epoch) ?? sequence
            },
            score: { folder throws(BadInput) in try development.score(ofCheckpoint: folder) },
            conclude: { best throws(BadInput) in try fitTransitions() ?? best }, report: report,
            isInterrupted: isInterrupted)
    }

    /// Fits how much it counts which label follows which, and writes it beside the windows where it does.
    ///
    /// - Returns: F1 with what was found; `nil` if nothing can be fitted.
    private func fitTransitions() throws(BadInput) -> Double? {
        guard let transitions, development.canFitTransitions else { return nil }
        let fitted = try development.fitted(transitions, ofCheckpoint: folders[0])
        guard let chosen = fitted.transitions else { return fitted.f1 }
        for folder in folders {
            try CheckpointEntry.write(
                transitions: chosen, checkpoint: folder, windows: settings.windows, file: file)
        }
        transitionWeight = chosen.weight
        return fitted.f1
    }
}
