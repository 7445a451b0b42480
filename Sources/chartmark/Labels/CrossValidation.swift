import Annotation
import ClinicalBERT
import ClinicalText
import LabelQuality
import Training

/// Trains copies of a checkpoint, each on all parts of the notes but one, so that a part is read by a model that has not
/// learned from it.
struct CrossValidation {
    let model: String
    let folds: Int
    let epochs: Int
    let threads: Int
    /// Whether text keeps its case whatever the tokenizer's files say.
    let cased: Bool
    /// Of the order in which notes are divided and learned from; the same notes give the same findings.
    private static let seed: UInt64 = 1

    /// What each note's model reads in it, by id.
    ///
    /// - Throws: ``BadInput`` for a checkpoint that cannot be trained, or too few complete notes.
    func readings(of notes: [MarkedNote], from readings: [LabelReading]) throws -> [String: ModelReading] {
        let sides = (1...folds).map { DataSplit.Side("part \($0)", share: 1 / Double(folds)) }
        let split = DataSplit(readings, into: sides, seed: Self.seed)
        let complete = readings.filter { $0.record.answer == .accept }
        guard Set(complete.map(\.record.id)).count >= folds else {
            throw BadInput(SourceLocation("--folds"), "there are fewer complete notes than parts")
        }
        let labels = Set(complete.flatMap { $0.record.spans.map(\.content.label) }).sorted()
        guard !labels.isEmpty else { throw BadInput(SourceLocation("--folds"), "the notes have no spans to learn") }
        // Weights only; words of notes stay where they are.
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let interruption = Interruption()
        var result: [String: ModelReading] = [:]
        for side in sides {
            let held = notes.filter { split.places[$0.id] == side.name }
            guard !held.isEmpty else { continue }
            standardError("check: \(side.name) of \(folds): training on the others' labels")
            let output = "\(scratch.path)/\(side.name.filter(\.isNumber))"
            try train(complete.filter { split.places[$0.record.id] != side.name }, labels, to: output, interruption)
            let trained = try ClinicalModel(checkpoint: output, cased: cased)
            result.merge(try MarkedNote.read(held, with: trained, threads: threads) { $0 }) { first, _ in first }
        }
        return result
    }

    private func train(
        _ readings: [LabelReading], _ labels: [String], to output: String, _ interruption: Interruption
    ) throws {
        let checkpoint = try TrainableCheckpoint(folder: model)
        var settings = FineTuningSettings(for: checkpoint)
        settings.epochs = epochs
        settings.cased = cased
        settings.workers = threads
        settings.seed = Self.seed
        settings.savesEpochs = false
        let notes = readings.map { reading in
            TrainingNote(
                id: reading.record.id, text: reading.text,
                spans: reading.record.spans.map { .init($0.content.span, $0.content.label) },
                location: SourceLocation(reading.record.id))
        }
        let run = try FineTuning(
            checkpoint, task: .tokens(labels: TrainingLabels.tags(labels)), training: notes, development: [],
            settings: settings, output: output)
        let steps = ProgressBar("training", total: 100)
        _ = try run.run(report: { steps.show(Int(100 * $0.share)) }, isInterrupted: { interruption.isAsked })
        try interruption.check("check")
    }
}
