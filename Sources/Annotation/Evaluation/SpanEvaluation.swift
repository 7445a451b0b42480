import ClinicalText

/// Predicted spans against gold ones, note by note.
public struct SpanEvaluation: Hashable, Sendable {
    /// A span that a model offers.
    public struct Prediction: Hashable, Sendable {
        /// Where and which label.
        public let content: LabelledSpan
        /// How likely it is, 0 to 1; `nil` if that is not known.
        public let score: Double?

        /// A prediction.
        public init(_ span: TextSpan, _ label: String, score: Double?) {
            content = LabelledSpan(span, label)
            self.score = score
        }
    }

    /// Counts by label over all notes.
    public private(set) var scores = SpanScores()
    /// Strict counts of each note, in the order they went in.
    public private(set) var notes: [SpanScores.Counts] = []
    /// Of the predictions that have a score.
    public private(set) var calibration = Calibration()

    /// Nothing counted yet.
    public init() {}

    /// Counts one note.
    public mutating func add(predicted: [Prediction], gold: [LabelledSpan]) {
        var one = SpanScores()
        let offered = predicted.map { ($0.content.span, $0.content.label) }
        let wanted = gold.map { ($0.span, $0.label) }
        one.add(predicted: offered, gold: wanted)
        notes.append(SpanScores.micro(one.strict))
        scores.add(predicted: offered, gold: wanted)
        let right = Set(gold)
        for prediction in predicted {
            guard let score = prediction.score else { continue }
            calibration.add(score: score, isRight: right.contains(prediction.content))
        }
    }

    /// Strict micro F1 over all notes.
    public var f1: Double { SpanScores.micro(scores.strict).f1 }

    /// The interval of ``f1``.
    ///
    /// - Parameter bootstrap: of as many notes.
    public func interval(_ bootstrap: Bootstrap) -> ClosedRange<Double>? { bootstrap.interval { f1(of: $0) } }

    /// The interval of this evaluation's ``f1`` less another's of the same notes in the same order: each resample has the same
    /// notes on both sides, so that what makes a note hard for both takes no part.
    public func interval(ofDifferenceFrom other: SpanEvaluation, _ bootstrap: Bootstrap) -> ClosedRange<Double>? {
        guard other.notes.count == notes.count else { return nil }
        return bootstrap.interval { f1(of: $0) - other.f1(of: $0) }
    }

    private func f1(of places: [Int]) -> Double {
        places.reduce(SpanScores.Counts()) { $0 + notes[$1] }.f1
    }
}
