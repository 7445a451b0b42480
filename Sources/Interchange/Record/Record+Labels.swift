import Annotation
import ClinicalText

extension Record {
    /// Whose the records are that do not say, in a `labels.jsonl`.
    public static let unnamedAnnotator = "imported"

    /// The record of a line of `labels.jsonl`, with what `meta.carried` holds put back.
    ///
    /// - Parameter report: counts relations whose spans are gone.
    public init(_ label: LabelRecord, report: inout LossReport) {
        func span(_ span: LabelRecord.Span) -> Span {
            Span(content: span.content, attributes: span.attributes, source: span.source, score: span.score)
        }
        self.init(
            id: label.id, text: NoteText(label.text), spans: label.spans.map(span),
            rejected: label.rejected.map(span), labels: label.labels, comments: label.comments, answer: label.answer,
            annotator: label.annotator, model: label.model, meta: label.meta)
        if let carried = meta.removeValue(forKey: Carried.member) {
            Carried.unpack(carried, into: &self, &report)
        }
    }

    /// The line of `labels.jsonl`.
    public var labelRecord: LabelRecord {
        func span(_ span: Span) -> LabelRecord.Span {
            LabelRecord.Span(
                content: span.content, attributes: span.attributes, source: span.source, score: span.score)
        }
        var meta = meta
        if let carried = Carried.pack(self, whole: false) { meta[Carried.member] = carried }
        return LabelRecord(
            id: id, text: text.string, spans: spans.map(span), rejected: rejected.map(span), labels: labels,
            answer: answer, annotator: annotator ?? Self.unnamedAnnotator, model: model,
            digest: TextDigest(of: text.utf8), comments: comments, meta: meta)
    }
}
