import Annotation
import ClinicalBERT
import ClinicalText

/// Notes held out of training, and the score of a checkpoint on them.
struct DevelopmentSet {
    let notes: [TrainingNote]
    let task: TrainingTask
    let workers: Int
    /// Whether text keeps its case whatever the tokenizer's files say.
    let cased: Bool

    /// Those with spans, if only none.
    private var marked: [TrainingNote] { notes.filter { $0.spans != nil } }

    /// Strict micro F1 of spans, or the share of texts that get their label; `nil` if there is nothing to measure on.
    ///
    /// The checkpoint is read and decoded as `predict` does it.
    ///
    /// - Throws: ``BadInput`` if it cannot be read.
    func score(ofCheckpoint folder: String) throws(BadInput) -> Double? {
        guard !notes.isEmpty else { return nil }
        let model = try ClinicalModel(checkpoint: folder, cased: cased)
        switch task {
        case .tokens:
            let marked = marked
            guard !marked.isEmpty else { return nil }
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
            let predicted = model.scores(of: labelled.map(\.text), threads: workers)
            let right = zip(labelled, predicted).count { note, scores in
                scores.max { $0.value < $1.value }?.key == note.label
            }
            return labelled.isEmpty ? nil : Double(right) / Double(labelled.count)
        case .masks: return nil
        }
    }

    /// Transitions with their weight, `nil` where none is surely better, and strict micro F1 with what was found.
    struct FittedTransitions {
        var transitions: TransitionCounts?
        var f1: Double
    }

    /// Whether there are notes enough to tell whether transitions are any good: of fewer an interval knows too little.
    var canFitTransitions: Bool { marked.count >= Self.leastNotes }

    private static let leastNotes = 10

    /// The transitions with the weight that is most surely better than none: the one whose interval of the difference in F1
    /// (paired bootstrap, as `evaluate` has it) begins highest.
    ///
    /// - Throws: ``BadInput`` if the checkpoint cannot be read.
    func fitted(_ transitions: TransitionCounts, ofCheckpoint folder: String) throws(BadInput) -> FittedTransitions {
        let marked = marked
        let model = try ClinicalModel(checkpoint: folder, cased: cased)
        let texts: EncodedTexts?
        do {
            texts = try model.encoded(marked.map(\.text), threads: workers)
        } catch {
            throw BadInput(SourceLocation(folder), error.description)
        }
        func evaluation(_ transitions: TransitionCounts?) -> SpanEvaluation {
            var evaluation = SpanEvaluation()
            for (note, spans) in zip(marked, texts?.spans(transitions: transitions) ?? []) {
                evaluation.add(
                    predicted: spans.map { .init($0.span, $0.label, score: $0.score) },
                    gold: note.flatSpans.map { LabelledSpan($0.span, $0.label) })
            }
            return evaluation
        }
        let without = evaluation(nil)
        var generator = SplitMix(seed: 1, stream: SplitMix.Purpose.transitions)
        let bootstrap = Bootstrap(notes: marked.count, using: &generator)
        var best = FittedTransitions(transitions: nil, f1: without.f1)
        var leastGain = 0.0
        for weight in Self.weights {
            var weighted = transitions
            weighted.weight = weight
            let trial = evaluation(weighted)
            guard let gain = trial.interval(ofDifferenceFrom: without, bootstrap), gain.lowerBound > leastGain
            else { continue }
            leastGain = gain.lowerBound
            best = FittedTransitions(transitions: weighted, f1: trial.f1)
        }
        return best
    }

    /// F1 changes so slowly with the weight that quarters are fine enough.
    private static let weights = [0.25, 0.5, 0.75, 1]
}
