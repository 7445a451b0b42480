import Annotation
import ClinicalText
import LabelQuality

/// Reads `⟦words|Label⟧` marks: a complete reading of a note.
func reading(
    _ string: String, id: String = "note", by annotator: String = "kim", group: String? = nil,
    answer: LabelRecord.Answer = .accept, day: String? = nil
) -> LabelReading {
    var text = ""
    var spans: [(TextSpan, String)] = []
    var count = 0
    var start = 0
    var label: String?
    for scalar in string.unicodeScalars {
        switch scalar {
        case "⟦": start = count
        case "|": label = ""
        case "⟧":
            spans.append((TextSpan(start, count), label ?? ""))
            label = nil
        default:
            if label != nil {
                label?.unicodeScalars.append(scalar)
            } else {
                text.unicodeScalars.append(scalar)
                count += 1
            }
        }
    }
    let note = NoteText(text)
    let record = LabelRecord(
        id: id, text: text, spans: spans.map { .init(content: SpanContent($0.0, in: note, label: $0.1)) },
        answer: answer, annotator: annotator, digest: TextDigest(of: note.utf8),
        meta: group.map { ["group": .string($0)] } ?? [:])
    return LabelReading(record, day: day)
}

/// The findings of one kind: note, words of the span, and why.
func found(_ kind: LabelFinding.Kind, in readings: [LabelReading], models: [String: ModelReading] = [:]) -> [String] {
    LabelInspection.findings(readings, models: models).filter { $0.kind == kind }.map { finding in
        let text = readings.first { $0.record.id == finding.note }?.text
        let words = finding.span.flatMap { span in text.map { $0[span] } } ?? "–"
        return "\(finding.note): \(words): \(finding.reason)"
    }
}
