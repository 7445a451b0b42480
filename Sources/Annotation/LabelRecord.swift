import ClinicalText

/// What one annotator decided on one note: a line of `labels.jsonl`, and what every export is made from.
///
/// `text` and `spans[].start/end/label` mean what they mean to spaCy, Prodigy and `datasets`.
public struct LabelRecord: Hashable, Sendable, Codable {
    /// What the note's spans are good for.
    public enum Answer: String, Hashable, Sendable, Codable {
        /// The note is complete: every unmarked token is outside.
        case accept
        /// The note was skipped and is never trained on.
        case ignore
        /// The note is not finished.
        case pending
    }

    /// A span that stands, or a rejected one.
    public struct Span: Hashable, Sendable {
        /// Where and what.
        public var content: SpanContent
        /// Attributes by name.
        public var attributes: [String: String]
        /// Who is answerable for it; `nil` in files from elsewhere.
        public var source: SpanSource?
        /// The model's score of what it offered.
        public var score: Double?

        /// Makes a span.
        public init(
            content: SpanContent, attributes: [String: String] = [:], source: SpanSource? = nil, score: Double? = nil
        ) {
            self.content = content
            self.attributes = attributes
            self.source = source
            self.score = score
        }
    }

    /// A remark; without offsets it is about the whole note.
    public struct Remark: Hashable, Sendable, Codable {
        /// Where the span it is about starts.
        public var start: Int?
        /// Where that span ends.
        public var end: Int?
        /// What it says.
        public var text: String

        /// Makes a remark.
        public init(start: Int?, end: Int?, text: String) {
            self.start = start
            self.end = end
            self.text = text
        }
    }

    /// The note's id.
    public var id: String
    /// The note's text.
    public var text: String
    /// Spans that stand, in reading order.
    public var spans: [Span]
    /// Suggestions that were rejected, in reading order.
    public var rejected: [Span]
    /// Values of the note's own labels: one string, or an array where the label takes many.
    public var labels: [String: JSONValue]
    /// What the spans are good for.
    public var answer: Answer
    /// Who decided.
    public var annotator: String
    /// The model of the last accepted or rejected suggestion.
    public var model: String?
    /// SHA-256 of the note.
    public var digest: TextDigest
    /// Remarks, in the order they were written.
    public var comments: [Remark]
    /// What the note's own record carried.
    public var meta: [String: JSONValue]

    /// Makes a record.
    public init(
        id: String, text: String, spans: [Span], rejected: [Span] = [], labels: [String: JSONValue] = [:],
        answer: Answer, annotator: String, model: String? = nil, digest: TextDigest, comments: [Remark] = [],
        meta: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.text = text
        self.spans = spans
        self.rejected = rejected
        self.labels = labels
        self.answer = answer
        self.annotator = annotator
        self.model = model
        self.digest = digest
        self.comments = comments
        self.meta = meta
    }

    /// Reads a record; what is empty may be absent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        text = try container.decode(String.self, forKey: .text)
        spans = try container.decode([Span].self, forKey: .spans)
        rejected = try container.decodeIfPresent([Span].self, forKey: .rejected) ?? []
        labels = try container.decodeIfPresent([String: JSONValue].self, forKey: .labels) ?? [:]
        answer = try container.decode(Answer.self, forKey: .answer)
        annotator = try container.decode(String.self, forKey: .annotator)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        digest = try container.decode(TextDigest.self, forKey: .digest)
        comments = try container.decodeIfPresent([Remark].self, forKey: .comments) ?? []
        meta = try container.decodeIfPresent([String: JSONValue].self, forKey: .meta) ?? [:]
    }
}

extension LabelRecord.Span: Codable {
    private enum CodingKeys: String, CodingKey { case attributes, source, score }

    /// Reads the content's members and, where they are there, `attributes`, `source` and `score`.
    public init(from decoder: any Decoder) throws {
        content = try SpanContent(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        attributes = try container.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
        source = try container.decodeIfPresent(SpanSource.self, forKey: .source)
        score = try container.decodeIfPresent(Double.self, forKey: .score)
    }

    /// Writes the same form.
    public func encode(to encoder: any Encoder) throws {
        try content.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !attributes.isEmpty { try container.encode(attributes, forKey: .attributes) }
        try container.encodeIfPresent(source, forKey: .source)
        try container.encodeIfPresent(score, forKey: .score)
    }
}
