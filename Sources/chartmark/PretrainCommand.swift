import ArgumentParser
import ClinicalBERT
import ClinicalText
import Glibc
import Tokenization
import Training

/// `pretrain`: a checkpoint that has read more notes.
struct PretrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain",
        abstract: "Go on pre-training an encoder on notes that nobody has labelled.",
        discussion: """
            Hides 15 in 100 of the pieces of each window, whole words, 80 in 100 of them behind the mask, 10 behind another \
            piece, 10 as they are, and learns to find them. A checkpoint without a head for that starts with one over its own \
            word table. What is written is a masked language model in transformers' form, for `finetune --model`.

            Without --dev one in twenty of the patients ("meta.group"; else of the notes) is held out to measure the \
            perplexity on, before, and after each epoch; the best epoch is kept. Ctrl-C stops after the current step; --resume \
            goes on.
            """)

    @Option(help: ArgumentHelp("The checkpoint to start from: BERT or DistilBERT.", valueName: "dir"))
    var model: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Notes to learn from: folders of .txt, .txt files, .jsonl with \"text\".", valueName: "path")
    )
    var data: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Notes to measure on.", valueName: "path"))
    var dev: [String] = []

    @Option(help: ArgumentHelp("The folder of the new checkpoint.", valueName: "dir"))
    var output: String

    @Option(help: ArgumentHelp("Passes over the notes.", valueName: "n"))
    var epochs = 3

    @Option(help: ArgumentHelp("Windows of a step.", valueName: "n"))
    var batch = 16

    @Option(help: ArgumentHelp("The highest learning rate.", valueName: "rate"))
    var learningRate: Float = 1e-4

    @Option(help: ArgumentHelp("Tokens of a window.", valueName: "n"))
    var window = 192

    @Option(help: ArgumentHelp("Of order, hidden words, new weights and dropout.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup var casing: CasingOption

    @OptionGroup var workers: WorkerThreads

    @Flag(help: "Go on with a run that was interrupted.")
    var resume = false

    /// Of the groups, those that are measured on.
    private static let heldOutShare = 0.05

    func validate() throws {
        guard epochs >= 1 else { throw ValidationError("--epochs must be at least 1") }
        guard batch >= 1 else { throw ValidationError("--batch must be at least 1") }
        guard window >= 8 else { throw ValidationError("--window must be at least 8") }
        guard learningRate > 0, learningRate < 1 else {
            throw ValidationError("--learning-rate must be above 0 and below 1")
        }
        guard !data.isEmpty else { throw ValidationError("--data needs a path") }
    }

    func run() throws {
        try ModelLocation.check(model)
        let checkpoint = try TrainableCheckpoint(folder: model)
        casing.warn(of: try Tokenizer(checkpoint: model, cased: casing.cased))
        var settings = PretrainingSettings()
        settings.epochs = epochs
        settings.batchSize = batch
        settings.learningRate = learningRate
        settings.seed = seed
        settings.workers = workers.count
        settings.cased = casing.cased
        settings.windows = checkpoint.windows(of: window)

        let (training, development) = try notes()
        let run = try Pretraining(
            checkpoint, training: training, development: development, settings: settings, output: output,
            resumes: resume)
        standardError(
            "pretrain: \(training.count) notes in \(run.windows) windows; "
                + (run.heldOut == 0
                    ? "nothing to measure on" : "\(development.count) notes in \(run.heldOut) windows to measure on"))
        if run.startsHead {
            standardError("pretrain: the checkpoint has no head that finds words; it starts with a new one")
        }
        if run.leavesDecoderOut, !run.startsHead {
            standardError("pretrain: the checkpoint's decoder is a matrix of its own; its word table takes the place")
        }
        // What an interrupted run began with was said then.
        if !resume, let before = run.perplexity() { standardError("pretrain: perplexity \(before.threeDigits) before") }
        let bar = TrainingBar(epochs: epochs) { "perplexity \(exp(-$0).threeDigits)" }
        let interruption = Interruption()
        switch try run.run(report: bar.show, isInterrupted: { interruption.isAsked }) {
        case .done(let best):
            standardError("pretrain: wrote \(output)" + (best.map { ", best \(bar.score($0))" } ?? ""))
        case .interrupted:
            standardError("pretrain: stopped; go on with --resume")
            throw ExitCode(Interruption.exitCode)
        }
    }

    private func notes() throws -> (training: [Note], development: [Note]) {
        // Empty records are no fault of a collection of notes; nothing is learned of them.
        let all = try NoteReader.read(data, acceptsEmptyRecords: true)
        guard dev.isEmpty else { return (all, try NoteReader.read(dev, acceptsEmptyRecords: true)) }
        return TrainingNotes.split(all, by: { $0.group ?? $0.id }, share: Self.heldOutShare, seed: seed)
    }
}
