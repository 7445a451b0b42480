import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// Trains an adapter on what one person decided, and tells what such adapters make of notes they have not learned from.
///
/// The notes are divided into five parts; each is read by an adapter that was trained on the other four (Stone 1974). The
/// adapter that is kept is trained on all of them.
package struct AdapterTrial: Sendable {
    /// The checkpoint that the adapter changes.
    let base: String
    let notes: [TrainingNote]
    /// Notes that are not finished: what was decided on them is learned, and nothing is measured.
    private let unfinished: [TrainingNote]
    let names: LabelNames
    private let tags: [String]
    private let settings: FineTuningSettings

    /// What came of it.
    package struct Outcome: Sendable {
        /// Adapters on notes they have not learned from.
        package let adapted: SpanEvaluation
        /// The checkpoint without any on the same notes.
        package let base: SpanEvaluation
    }

    /// Why there is nothing to train.
    package enum Refusal: Error, Hashable, CustomStringConvertible {
        /// Complete notes, of as many patients as these.
        case tooFewNotes(Int)
        case noSpans

        package var description: String {
            switch self {
            case .tooFewNotes(let count):
                "needs \(AdapterTrial.folds) complete notes of different patients; there are \(count)"
            case .noSpans: "needs a note with a span: there is none"
            }
        }
    }

    /// Parts of the notes; fewer notes than that cannot be divided.
    package static let folds = 5

    /// Prepares a trial.
    ///
    /// - Parameters:
    ///   - base: the checkpoint's folder.
    ///   - notes: what is decided on each, with the labels as `names` has them.
    ///   - cased: whether text keeps its case whatever the tokenizer's files say.
    ///   - threads: worker threads.
    /// - Throws: ``Refusal``; ``BadInput`` for a checkpoint that cannot be trained.
    package init(base: String, notes: [TrainingNote], names: LabelNames, cased: Bool = false, threads: Int = 1) throws {
        let unfinished = notes.filter { !$0.isComplete }
        let notes = notes.filter(\.isComplete)
        let patients = Set(notes.map(\.group)).count
        guard patients >= Self.folds else { throw Refusal.tooFewNotes(patients) }
        let labels = Set((notes + unfinished).flatMap { ($0.spans ?? []).map(\.label) })
        guard !labels.isEmpty else { throw Refusal.noSpans }
        let checkpoint = try TrainableCheckpoint(folder: base)
        let configuration = try ModelConfiguration(checkpoint: base)
        self.base = base
        self.notes = notes
        self.unfinished = unfinished
        self.names = names
        tags = Self.tags(of: configuration, adding: labels)
        var settings = FineTuningSettings(for: checkpoint, adapters: AdapterSettings())
        settings.epochs = Self.epochs
        settings.batchSize = Self.batchSize
        settings.frozenBlocks = checkpoint.layers - max(1, checkpoint.layers / Self.layersAnAdaptedOne)
        settings.writesOnlyAdapters = true
        settings.savesEpochs = false
        settings.windows = configuration.windows
        settings.windows.window = min(settings.windows.window, checkpoint.positions)
        settings.workers = threads
        settings.cased = cased
        self.settings = settings
    }

    /// Passes over the notes.
    private static let epochs = 4
    /// Windows of a step: with ten notes there are some forty, so that small steps are needed to get anywhere.
    private static let batchSize = 4
    /// Of three layers the highest gets adapters: what the others make of a note is computed once.
    ///
    /// From ten texts of BC5CDR the first embedded model learned about as much with two layers of six as with three: F1 0.594 and
    /// 0.602, from 0.235 without any.
    private static let layersAnAdaptedOne = 3

    /// The checkpoint's own tags, with `B-` and `I-` of labels that it lacks.
    private static func tags(of configuration: ModelConfiguration, adding labels: Set<String>) -> [String] {
        let own = configuration.task == .tokenClassification ? configuration.labels : []
        var tags = own.filter { $0 == "O" || $0.hasPrefix("B-") || $0.hasPrefix("I-") }
        for tag in TrainingLabels.tags(labels.sorted()) where !tags.contains(tag) { tags.append(tag) }
        return tags
    }

    /// Trains and measures.
    ///
    /// - Parameters:
    ///   - folder: gets the adapter; what is needed on the way is in a folder beneath it, which is gone in the end.
    ///   - report: told the share that is done, 0 to 1, and the seconds that are left.
    ///   - isStopped: asked after each step; may wait while something else needs the machine.
    /// - Returns: `nil` if it was stopped; the folder is then as it is.
    /// - Throws: ``BadInput`` for a loss that is no number, or files that cannot be written.
    package func run(
        into folder: String, report: (Double, Double) -> Void = { _, _ in },
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(BadInput) -> Outcome? {
        let parts = Self.parts(notes)
        let clock = ContinuousClock()
        let start = clock.now
        // Everything is in proportion to the notes that are learned from; reading them is a small part.
        let whole = Double(notes.count * Self.folds + unfinished.count * (Self.folds + 1))
        var done = 0.0
        func advance(_ share: Double, of count: Int) {
            let now = (done + share * Double(count)) / whole
            let spent = (clock.now - start) / .seconds(1)
            report(now, now > 0 ? spent / now * (1 - now) : 0)
        }
        let frozen = FrozenOutputCache()
        let scratch = "\(folder)/folds"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        guard
            let unadapted = try readings(
                notes, by: try ClinicalModel(checkpoint: base, cased: settings.cased), isStopped)
        else { return nil }
        var adapted = unadapted.map { _ in [SpanEvaluation.Prediction]() }
        for (number, part) in parts.enumerated() {
            let held = Set(part)
            let patients = Set(part.map { notes[$0].group })
            let others =
                notes.indices.filter { !held.contains($0) }.map { notes[$0] }
                + unfinished.filter { !patients.contains($0.group) }
            let output = "\(scratch)/\(number + 1)"
            let outcome = try train(others, into: output, frozen, isStopped: isStopped) {
                advance($0, of: others.count)
            }
            guard outcome != .interrupted else { return nil }
            done += Double(others.count)
            let model = try ClinicalModel(checkpoint: output, base: base, cased: settings.cased)
            guard let read = try readings(part.map { notes[$0] }, by: model, isStopped) else { return nil }
            for (place, predictions) in zip(part, read) { adapted[place] = predictions }
        }
        let all = notes + unfinished
        let outcome = try train(all, into: folder, frozen, isStopped: isStopped) { advance($0, of: all.count) }
        guard outcome != .interrupted else { return nil }
        return Outcome(adapted: evaluation(adapted), base: evaluation(unadapted))
    }

    /// The places of the notes of each part; notes of a patient are in one.
    package static func parts(_ notes: [TrainingNote]) -> [[Int]] {
        var groups = Set(notes.map(\.group)).sorted()
        var generator = SplitMix(seed: 1, stream: SplitMix.Purpose.folds)
        groups.shuffle(using: &generator)
        let places = Dictionary(groups.enumerated().map { ($1, $0 % folds) }, uniquingKeysWith: { first, _ in first })
        var parts = [[Int]](repeating: [], count: folds)
        for (index, note) in notes.enumerated() { parts[places[note.group] ?? 0].append(index) }
        return parts
    }

    private func train(
        _ notes: [TrainingNote], into output: String, _ frozen: FrozenOutputCache, isStopped: () -> Bool,
        report: (Double) -> Void
    ) throws(BadInput) -> TrainingRun.Outcome {
        let run = try FineTuning(
            TrainableCheckpoint(folder: base), task: .tokens(labels: tags), training: notes, development: [],
            settings: settings, output: output, frozen: frozen)
        return try run.run(report: { report($0.share) }, isInterrupted: isStopped)
    }

    private func readings(
        _ notes: [TrainingNote], by model: ClinicalModel, _ isStopped: @escaping @Sendable () -> Bool
    ) throws(BadInput) -> [[SpanEvaluation.Prediction]]? {
        let found: [[PredictedSpan]]?
        do {
            found = try model.spans(in: notes.map(\.text), threads: settings.workers, isCancelled: isStopped)
        } catch {
            throw BadInput(SourceLocation(model.folder), error.description)
        }
        return found?.map { spans in
            spans.compactMap { span in
                names.shown(span.label).map { SpanEvaluation.Prediction(span.span, $0, score: span.score) }
            }
        }
    }

    private func evaluation(_ predictions: [[SpanEvaluation.Prediction]]) -> SpanEvaluation {
        var evaluation = SpanEvaluation()
        for (note, predicted) in zip(notes, predictions) {
            evaluation.add(predicted: predicted, gold: (note.spans ?? []).map { LabelledSpan($0.span, $0.label) })
        }
        return evaluation
    }
}
