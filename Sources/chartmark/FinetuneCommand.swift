import Annotation
import ArgumentParser
import ClinicalBERT
import ClinicalText
import Glibc
import Journal
import Storage
import Tokenization
import Training

/// `finetune`: a checkpoint that has learned from labels.
struct FinetuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Train a checkpoint on labelled notes and write the best one of all epochs.",
        discussion: """
            Learns from projects, labels.jsonl, JSON lines with "spans" or labels, and CoNLL files (a token a line, its tag \
            in the last column). Notes that are not complete, or were skipped, are left out. Of a note that was adjudicated \
            only that record counts.

            Without --dev a tenth of the patients ("meta.group"; else of the notes) is held out to measure on. What is \
            written loads in transformers. Ctrl-C stops after the current step; --resume goes on.
            """)

    /// `spans`, or `labels:NAME`.
    struct TaskName: ExpressibleByArgument {
        /// The name of the note's label; `nil` for spans.
        let label: String?

        private init(label: String?) { self.label = label }

        init?(argument: String) {
            let prefix = "labels:"
            if argument == "spans" {
                self = .spans
            } else if argument.hasPrefix(prefix), argument.count > prefix.count {
                self.init(label: String(argument.dropFirst(prefix.count)))
            } else {
                return nil
            }
        }

        static let spans = TaskName(label: nil)

        var defaultValueDescription: String { label.map { "labels:\($0)" } ?? "spans" }
    }

    @Option(help: ArgumentHelp("The checkpoint to start from: BERT or DistilBERT.", valueName: "dir"))
    var model: String

    @Option(parsing: .upToNextOption, help: ArgumentHelp("What to learn from.", valueName: "path"))
    var data: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("What to measure on.", valueName: "path"))
    var dev: [String] = []

    @Option(help: ArgumentHelp("The folder of the new checkpoint.", valueName: "dir"))
    var output: String

    @Option(help: ArgumentHelp("spans, or labels:NAME for the notes' own label NAME.", valueName: "task"))
    var task = TaskName.spans

    @Option(help: ArgumentHelp("Passes over the notes.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Windows of a step.", valueName: "n"))
    var batch = 8

    @Option(
        help: ArgumentHelp(
            "The highest learning rate. Default: 3e-4 for models up to 384 wide, else 5e-5; ten times that for adapters.",
            valueName: "rate"))
    var learningRate: Float?

    @Option(help: ArgumentHelp("Tokens of a window; a quarter is shared in predictions.", valueName: "n"))
    var window = FineTuningSettings.usualWindow

    @Option(help: ArgumentHelp("The share of a target that all labels get alike.", valueName: "share"))
    var labelSmoothing: Float = 0

    @Option(help: ArgumentHelp("Whose records are learned from, where there are several.", valueName: "name"))
    var annotator: String?

    @Flag(help: "Learn from what was decided on notes that are not complete, too: accepted and rejected spans only.")
    var partial = false

    @Flag(help: "Learn a span of several parts as all that lies between its ends.")
    var cover = false

    @Flag(help: "Label every piece of a word, not only the first, which is all that predictions look at.")
    var allPieces = false

    @Option(
        help: ArgumentHelp(
            "Hide this share of the words behind the mask, others in each pass: less is learned by heart.",
            valueName: "share"))
    var hideWords = 0.0

    @Option(
        help: ArgumentHelp(
            "Measure and write the mean of the weights of about so many of the last epochs, in place of the last one's.",
            valueName: "n"))
    var average = 1

    @Flag(help: "Let rare labels count more, so that all labels together count alike.")
    var balance = false

    @Option(help: ArgumentHelp("Stop after so many epochs without a better score.", valueName: "n"))
    var patience: Int?

    @Option(help: ArgumentHelp("Leave the embeddings and the lowest layers as they are.", valueName: "layers"))
    var freeze = 0

    @Option(
        help: ArgumentHelp(
            "Train adapters of this rank (LoRA) on queries and values in place of the encoder; they are written to "
                + "adapter/ as PEFT does, and merged into the checkpoint.", valueName: "rank"))
    var lora: Int?

    @Option(help: ArgumentHelp("Of order, new weights and dropout.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "Write the checkpoint's numbers in float16, half the size.")
    var half = false

    @OptionGroup var casing: CasingOption

    @OptionGroup var workers: WorkerThreads

    @Flag(help: "Go on with a run that was interrupted.")
    var resume = false

    func validate() throws {
        guard epochs >= 1 else { throw ValidationError("--epochs must be at least 1") }
        guard batch >= 1 else { throw ValidationError("--batch must be at least 1") }
        guard window >= 8 else { throw ValidationError("--window must be at least 8") }
        guard freeze >= 0 else { throw ValidationError("--freeze must not be negative") }
        if let lora, !(1...256).contains(lora) { throw ValidationError("--lora must be 1 to 256") }
        guard (0..<1).contains(labelSmoothing) else { throw ValidationError("--label-smoothing must be 0 to below 1") }
        guard hideWords == 0 || task.label == nil else { throw ValidationError("--hide-words goes with spans only") }
        guard average >= 1 else { throw ValidationError("--average must be at least 1") }
        guard (0..<1).contains(hideWords) else { throw ValidationError("--hide-words must be 0 to below 1") }
        if let learningRate, !(learningRate > 0 && learningRate < 1) {
            throw ValidationError("--learning-rate must be above 0 and below 1")
        }
        if let patience, patience < 1 { throw ValidationError("--patience must be at least 1") }
        guard !data.isEmpty else { throw ValidationError("--data needs a path") }
    }

    func run() throws {
        try ModelLocation.check(model)
        let checkpoint = try TrainableCheckpoint(folder: model)
        casing.warn(of: try Tokenizer(checkpoint: model, cased: casing.cased))
        var settings = FineTuningSettings(
            for: checkpoint, adapters: lora.map { AdapterSettings(rank: $0) }, window: window)
        settings.epochs = epochs
        settings.batchSize = batch
        if let learningRate { settings.learningRate = learningRate }
        settings.labelSmoothing = labelSmoothing
        settings.labelsAllPieces = allPieces
        settings.hiddenWords = hideWords
        settings.averagedEpochs = average
        settings.balancesClasses = balance
        settings.patience = patience
        settings.frozenBlocks = freeze
        settings.seed = seed
        settings.workers = workers.count
        settings.cased = casing.cased
        settings.precision = half ? .float16 : .float32

        let (training, development) = try notes(seed)
        let labels = try labels(of: training)
        let task: TrainingTask =
            self.task.label == nil ? .tokens(labels: TrainingLabels.tags(labels)) : .texts(labels: labels)
        let run = try FineTuning(
            checkpoint, task: task, training: training, development: development, settings: settings, output: output,
            resumes: resume)
        standardError(
            "finetune: \(training.count) notes in \(run.examples.count) windows, \(labels.count) labels; "
                + (development.isEmpty ? "nothing to measure on" : "\(development.count) notes to measure on"))
        let scoreName = self.task.label == nil ? "F1" : "accuracy"
        let bar = TrainingBar(epochs: epochs) { "\(scoreName) \($0.threeDigits)" }
        let interruption = Interruption()
        switch try run.run(report: bar.show, isInterrupted: { interruption.isAsked }) {
        case .done(let best):
            standardError(
                "finetune: wrote \(output)" + (best.map { ", best \(bar.score($0))" } ?? "")
                    + (run.transitionWeight.map { ", with what follows what at a weight of \($0)" } ?? ""))
        case .interrupted:
            standardError("finetune: stopped; go on with --resume")
            throw ExitCode(Interruption.exitCode)
        }
    }

    private func notes(_ seed: UInt64) throws -> (training: [TrainingNote], development: [TrainingNote]) {
        let read = try data.map(read)
        let unfinished = read.reduce(0) { $0 + $1.unfinished }
        if unfinished > 0 { standardError("finetune: \(unfinished) notes left out: not complete, or skipped") }
        let all = read.flatMap(\.notes)
        guard !all.isEmpty else {
            throw BadInput(SourceLocation(data.joined(separator: " ")), "there is no finished note to learn from")
        }
        try TrainingNotes.checkOnce(all)
        if !dev.isEmpty {
            let development = try dev.flatMap { try self.read($0).notes.filter(\.isComplete) }
            let learned = Set(all.map(\.text))
            let known = development.count { learned.contains($0.text) }
            if known > 0 {
                standardError(
                    "finetune: \(known) of the \(development.count) notes to measure on have a text that is learned from, too"
                )
            }
            return (all, development)
        }
        let split = TrainingNotes.split(all, by: \.group, share: Self.developmentShare, seed: seed)
        if split.development.isEmpty {
            standardError(
                "finetune: too few notes to hold some out (fewer than \(TrainingNotes.leastGroups)); the last epoch is kept"
            )
        }
        return (split.training, split.development.filter(\.isComplete))
    }

    /// Of the groups, those that are measured on.
    private static let developmentShare = 0.1

    private func read(_ path: String) throws -> TrainingNotes.Reading {
        let project = Project(folder: path)
        let selection = TrainingSelection(
            label: task.label, annotator: annotator, takesPending: partial, coversFragments: cover)
        guard PrivateFile.isFolder(path) else { return try TrainingNotes.read(path, selection) }
        guard PrivateFile.isFolder(project.journalsFolder) else {
            throw BadInput(SourceLocation(path), "is a folder and no project: it has no folder 'journals'")
        }
        var records: [LabelRecord] = []
        try LabelsFile.forEachRecord(of: project, notes: project.notes(), onlyFinal: annotator == nil) {
            records.append($0)
        }
        var reading = TrainingNotes.Reading()
        reading.notes = try TrainingNotes.notes(
            records, file: path, schema: try project.schema(), selection, unfinished: &reading.unfinished)
        return reading
    }

    /// The labels of the notes, in alphabetical order; says which of them there is too little of.
    private func labels(of notes: [TrainingNote]) throws -> [String] {
        let counts = TrainingLabels.counts(notes, isOfText: task.label != nil)
        guard !counts.isEmpty else {
            let what = task.label.map { "a label '\($0)'" } ?? "a span"
            throw BadInput(SourceLocation(data.joined(separator: " ")), "none of the \(notes.count) notes has \(what)")
        }
        for label in counts.keys.sorted() where counts[label] == 1 {
            standardError("finetune: the label '\(label)' is there only once; nothing can be learned of it")
        }
        return counts.keys.sorted()
    }
}
