import ClinicalText

/// Where and which label: what two readings of a note are compared by.
public struct LabelledSpan: Hashable, Sendable {
    /// Where.
    public let span: TextSpan
    /// Which label.
    public let label: String

    /// Names a span.
    public init(_ span: TextSpan, _ label: String) {
        self.span = span
        self.label = label
    }

    /// What a span that stands marks.
    public init(_ content: SpanContent) { self.init(content.span, content.label) }
}

extension LabelledSpan: Comparable {
    /// Reading order, then by label.
    public static func < (left: LabelledSpan, right: LabelledSpan) -> Bool {
        (left.span, left.label) < (right.span, right.label)
    }
}
