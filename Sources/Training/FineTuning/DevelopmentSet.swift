import Annotation
import ClinicalBERT
import ClinicalText

/// Notes held out of training, and the score of a checkpoint on them.
struct DevelopmentSet {
    let notes: [TrainingNote]
    let task: TrainingTask
    let workers: Int

    /// Strict micro F1 of spans, or the share of texts that get their label; `nil` if there is nothing to measure on.
    ///
    /// The checkpoint is read and decoded as `predict` does it.
    ///
    /// - Throws: ``BadInput`` if it cannot be read.
    func score(ofCheckpoint folder: String) throws(BadInput) -> Double? {
        guard !notes.isEmpty else { return nil }
        let model = try ClinicalModel(checkpoint: folder)
        switch task {
        case .tokens:
            let marked = notes.filter { $0.spans != nil }
            var scores = SpanScores()
            let predicted: [[PredictedSpan]]?
            do {
                predicted = try model.spans(in: marked.map(\.text), threads: workers)
            } catch {
                throw BadInput(SourceLocation(folder), error.description)
            }
            for (note, spans) in zip(marked, predicted ?? []) {
                scores.add(
                    predicted: spans.map { ($0.span, $0.label) }, gold: note.flatSpans.map { ($0.span, $0.label) })
            }
            return SpanScores.micro(scores.strict).f1
        case .texts:
            let labelled = notes.filter { $0.label != nil }
            let predicted = model.scores(
                of: labelled.map(\.text), maximumLength: model.configuration.windows.window, threads: workers)
            let right = zip(labelled, predicted).count { note, scores in
                scores.max { $0.value < $1.value }?.key == note.label
            }
            return labelled.isEmpty ? nil : Double(right) / Double(labelled.count)
        case .masks: return nil
        }
    }
}
