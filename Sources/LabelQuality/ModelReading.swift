import Annotation
import ClinicalText

/// A span that a model proposes, with how sure it is of it.
public struct ModelSpan: Hashable, Sendable {
    /// Where.
    public let span: TextSpan
    /// What.
    public let label: String
    /// How sure, 0 to 1.
    public let score: Double

    /// Makes a span.
    public init(_ span: TextSpan, label: String, score: Double) {
        self.span = span
        self.label = label
        self.score = score
    }
}

/// What a model that has not learned from a note's labels reads in the note.
public struct ModelReading: Sendable {
    /// What it proposes.
    public let spans: [ModelSpan]
    /// For spans that people marked, the probability that all of their words are outside of any entity.
    public let outside: [TextSpan: Double]

    /// Makes a reading.
    public init(spans: [ModelSpan], outside: [TextSpan: Double] = [:]) {
        self.spans = spans
        self.outside = outside
    }
}

/// Finds labels that a model confidently contradicts.
///
/// After confident learning (Northcutt, Jiang and Chuang, JAIR 2021): where a model that was trained without an example is
/// sure that it is something else, the label is looked at before the model is.
enum ModelContradictions {
    /// - Parameters:
    ///   - models: what the model reads, by note id.
    ///   - confidence: how sure it must be, 0 to 1.
    static func findings(
        _ readings: [LabelReading], _ models: [String: ModelReading], confidence: Double
    ) -> [LabelFinding] {
        readings.flatMap { reading -> [LabelFinding] in
            guard let model = models[reading.record.id] else { return [] }
            return findings(reading.record, reading.text, model, confidence)
        }
    }

    private static func findings(
        _ record: LabelRecord, _ text: NoteText, _ model: ModelReading, _ confidence: Double
    ) -> [LabelFinding] {
        var findings: [LabelFinding] = []
        func add(_ span: TextSpan, _ label: String, about: String, _ reason: String) {
            findings.append(
                LabelFinding(
                    .contradicted, note: record.id, annotator: record.annotator, span: span, label: label,
                    about: about, reason: "“\(text[span].printable)” \(reason)"))
        }
        let sure = model.spans.filter { $0.score >= confidence }
        for span in record.spans {
            let place = span.content.span
            let meeting = model.spans.filter { $0.span.overlaps(place) }
            // Whether edges differ is not a contradiction: it is what `edge` and agreement are about.
            if meeting.contains(where: { $0.label == span.content.label }) { continue }
            if let other = sure.filter({ $0.span.overlaps(place) }).max(by: { $0.score < $1.score }) {
                add(
                    place, span.content.label, about: other.label,
                    "is \(span.content.label); the model reads \(other.label), \(percent(other.score))")
            } else if meeting.isEmpty, let outside = model.outside[place], outside >= confidence {
                add(
                    place, span.content.label, about: "",
                    "is \(span.content.label); the model sees nothing there, \(percent(outside))")
            }
        }
        guard record.answer == .accept else { return findings }
        let decided = record.spans.map(\.content.span) + record.rejected.map(\.content.span)
        for missed in sure where !decided.contains(where: missed.span.overlaps) {
            add(
                missed.span, missed.label, about: "unmarked",
                "has no label; the model reads \(missed.label), \(percent(missed.score))")
        }
        return findings
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
