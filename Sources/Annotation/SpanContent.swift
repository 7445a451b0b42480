import ClinicalText

/// What a span says, apart from who said it: where, which words, which label.
public struct SpanContent: Hashable, Sendable {
    /// From its first to its last code point.
    public var span: TextSpan
    /// The surface text between them, kept so that a reader can check the offsets.
    public var text: String
    /// The label's name.
    public var label: String
    /// The parts of a discontinuous span, in order; `nil` for one that is whole.
    public var fragments: [TextSpan]?

    /// Makes a span's content.
    public init(span: TextSpan, text: String, label: String, fragments: [TextSpan]? = nil) {
        self.span = span
        self.text = text
        self.label = label
        self.fragments = fragments
    }

    /// Takes the surface from `note`.
    public init(_ span: TextSpan, in note: NoteText, label: String) {
        self.init(span: span, text: note[span], label: label)
    }

    /// Whether the two mark the same words with the same label.
    public func marksTheSame(as other: SpanContent) -> Bool {
        span == other.span && label == other.label && fragments == other.fragments
    }
}

extension SpanContent: Codable {
    private enum CodingKeys: String, CodingKey { case start, end, text, label, fragments }

    /// Reads `{"start","end","text","label","fragments"?}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        span = TextSpan(
            try container.decode(ScalarOffset.self, forKey: .start),
            try container.decode(ScalarOffset.self, forKey: .end))
        text = try container.decode(String.self, forKey: .text)
        label = try container.decode(String.self, forKey: .label)
        fragments = try container.decodeIfPresent([[Int]].self, forKey: .fragments)?.map { pair in
            guard pair.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .fragments, in: container, debugDescription: "a fragment is [start, end]")
            }
            return TextSpan(pair[0], pair[1])
        }
    }

    /// Writes the same form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(span.start, forKey: .start)
        try container.encode(span.end, forKey: .end)
        try container.encode(text, forKey: .text)
        try container.encode(label, forKey: .label)
        try container.encodeIfPresent(fragments?.map { [$0.start.value, $0.end.value] }, forKey: .fragments)
    }
}

/// A span that a model, or the record of a note, proposes.
public struct Suggestion: Hashable, Sendable, Codable {
    /// What is proposed.
    public var content: SpanContent
    /// Who proposes it: `<directory>@<12 hex digits>`, or `imported`.
    public var model: String
    /// How sure it is, 0 to 1.
    public var score: Double

    /// Makes a suggestion.
    public init(content: SpanContent, model: String, score: Double) {
        self.content = content
        self.model = model
        self.score = score
    }
}
