import Annotation
import ClinicalText

/// The figures of an evaluation, as text and as JSON.
struct EvaluationReport {
    private let evaluation: SpanEvaluation
    private let interval: ClosedRange<Double>?
    private let noun: String
    private var other: (name: String, f1: Double, difference: ClosedRange<Double>?)?

    /// - Parameter noun: what is counted.
    init(_ evaluation: SpanEvaluation, bootstrap: Bootstrap, noun: String) {
        self.evaluation = evaluation
        self.noun = noun
        interval = evaluation.interval(bootstrap)
    }

    /// Adds a comparison with what another model predicted of the same notes.
    mutating func compare(with other: SpanEvaluation, called name: String, _ bootstrap: Bootstrap) {
        self.other = (name, other.f1, evaluation.interval(ofDifferenceFrom: other, bootstrap))
    }

    var json: [String: JSONValue] {
        func part(_ counts: [String: SpanScores.Counts]) -> JSONValue {
            .object([
                "micro": Self.numbers(SpanScores.micro(counts)), "macro_f1": .number(SpanScores.macroF1(counts)),
                "labels": .object(counts.mapValues(Self.numbers)),
            ])
        }
        var members: [String: JSONValue] = [
            "strict": part(evaluation.scores.strict), "partial": part(evaluation.scores.partial),
            "notes": .integer(Int64(evaluation.notes.count)), "interval": Self.ends(interval),
        ]
        if let error = evaluation.calibration.expectedError, let loss = evaluation.calibration.logLoss {
            members["calibration"] = .object([
                "expected_error": .number(error), "log_loss": .number(loss),
                "scores": .integer(Int64(evaluation.calibration.count)),
            ])
        }
        if let other {
            members["against"] = .object([
                "name": .string(other.name), "f1": .number(other.f1),
                "difference": .number(evaluation.f1 - other.f1), "interval": Self.ends(other.difference),
            ])
        }
        return members
    }

    private static func ends(_ interval: ClosedRange<Double>?) -> JSONValue {
        interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }

    private static func numbers(_ counts: SpanScores.Counts) -> JSONValue {
        .object([
            "precision": .number(counts.precision), "recall": .number(counts.recall), "f1": .number(counts.f1),
            "matched": .integer(Int64(counts.matched)), "predicted": .integer(Int64(counts.predicted)),
            "gold": .integer(Int64(counts.gold)),
        ])
    }

    var text: String { (table + conclusions).joined(separator: "\n") }

    private var table: [String] {
        let scores = evaluation.scores
        let labels = scores.strict.keys.sorted()
        let width = (labels.map(\.count) + ["label".count]).max() ?? 0
        func row(_ name: String, _ strict: SpanScores.Counts, _ partial: SpanScores.Counts) -> String {
            let cells = [strict.precision, strict.recall, strict.f1, partial.precision, partial.recall, partial.f1]
            return name.padded(to: width) + cells.map { "  " + $0.threeDigits }.joined() + "  \(strict.gold)"
        }
        let macro = [scores.strict, scores.partial].map {
            String(repeating: " ", count: 16) + SpanScores.macroF1($0).threeDigits
        }
        return [
            "".padded(to: width) + "  strict               partial",
            "label".padded(to: width) + "  P      R      F1     P      R      F1     gold",
        ] + labels.map { row($0, scores.strict[$0] ?? .init(), scores.partial[$0] ?? .init()) } + [
            row("micro", SpanScores.micro(scores.strict), SpanScores.micro(scores.partial)),
            "macro".padded(to: width) + macro.joined(),
        ]
    }

    private var conclusions: [String] {
        var lines: [String] = []
        if let interval {
            lines.append(
                "strict micro F1 \(evaluation.f1.threeDigits), 95 % interval \(interval.lowerBound.threeDigits) to "
                    + "\(interval.upperBound.threeDigits) (bootstrap over \(evaluation.notes.count) notes)")
        }
        if let error = evaluation.calibration.expectedError {
            lines.append(
                "calibration error \(error.threeDigits) over the scores of \(evaluation.calibration.count) \(noun)")
        }
        if let other, let interval = other.difference {
            let verdict =
                interval.lowerBound > 0 ? "better" : interval.upperBound < 0 ? "worse" : "these notes do not tell"
            lines.append(
                "against \(other.name), F1 \(other.f1.threeDigits): \((evaluation.f1 - other.f1).signed), 95 % interval "
                    + "\(interval.lowerBound.signed) to \(interval.upperBound.signed): \(verdict)")
        }
        return lines
    }
}

extension String {
    /// Spaces after it up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Double {
    /// `0.631`: three digits after the point; a number too large for that as it is.
    var threeDigits: String {
        guard abs(self) < 1e15 else { return "\(self)" }
        let thousandths = Int((abs(self) * 1000).rounded())
        let sign = self < 0 && thousandths > 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000)." + String(String(1000 + thousandths % 1000).dropFirst())
    }

    /// `+0.018`.
    var signed: String { (threeDigits.hasPrefix("-") ? "" : "+") + threeDigits }
}
