import ClinicalText

/// Something about the labels that a person should look at: where, and why.
public struct LabelFinding: Hashable, Sendable {
    /// What is odd.
    public enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        /// A note that is nearly the same as another.
        case duplicate = "near_duplicate"
        /// Words that have another label elsewhere.
        case differently = "labelled_differently"
        /// Words without a label that have one elsewhere.
        case unlabelled
        /// An edge on white space, a punctuation mark or a determiner, against the habit of all spans together.
        case edge
        /// A label that is used once.
        case oneOff = "one_off_label"
        /// A span that a model confidently reads otherwise.
        case contradicted
        /// An annotator who marks much more or less than the others.
        case annotator
        /// A day on which much more or less was marked than on others.
        case day
    }

    /// What is odd.
    public let kind: Kind
    /// The note.
    public let note: String
    /// Whose reading; `nil` for what concerns the text alone.
    public let annotator: String?
    /// Where; `nil` for what concerns all of the note.
    public let span: TextSpan?
    /// The label it has, or should perhaps have.
    public let label: String?
    /// Why, in words.
    public let reason: String
    /// Names it as long as the note and the spans stay, whatever else is found: 12 hexadecimal digits.
    public let id: String

    /// Makes a finding.
    ///
    /// - Parameter about: what tells it apart from another of its kind in this place.
    public init(
        _ kind: Kind, note: String, annotator: String? = nil, span: TextSpan? = nil, label: String? = nil,
        about: String = "", reason: String
    ) {
        self.kind = kind
        self.note = note
        self.annotator = annotator
        self.span = span
        self.label = label
        self.reason = reason
        let place = span.map { "\($0.start.value)-\($0.end.value)" } ?? ""
        let parts = [kind.rawValue, note, annotator ?? "", place, label ?? "", about]
        // Counts are not part of it, so that one more note does not bring back what was dismissed.
        id = String(TextDigest(of: Array(parts.joined(separator: "\u{0}").utf8)).hex.prefix(Self.idLength))
    }

    /// Twelve digits are short enough to type, and never the same twice among the findings of a project.
    private static let idLength = 12

    /// In the order of the notes a person would read them: by note, place and kind.
    public static func isBefore(_ first: LabelFinding, _ second: LabelFinding) -> Bool {
        let one = first.span ?? TextSpan(-1, 0)
        let other = second.span ?? TextSpan(-1, 0)
        if one != other { return one < other }
        return (first.kind.rawValue, first.id) < (second.kind.rawValue, second.id)
    }
}

extension LabelFinding: Codable {
    private enum CodingKeys: String, CodingKey { case id, kind, note, annotator, start, end, label, reason }

    /// Reads `{"id","kind","note","annotator"?,"start"?,"end"?,"label"?,"reason"}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        kind = try container.decode(Kind.self, forKey: .kind)
        note = try container.decode(String.self, forKey: .note)
        annotator = try container.decodeIfPresent(String.self, forKey: .annotator)
        let start = try container.decodeIfPresent(Int.self, forKey: .start)
        let end = try container.decodeIfPresent(Int.self, forKey: .end)
        if let start, let end { span = TextSpan(start, end) } else { span = nil }
        label = try container.decodeIfPresent(String.self, forKey: .label)
        reason = try container.decode(String.self, forKey: .reason)
    }

    /// Writes the same form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(kind, forKey: .kind)
        try container.encode(note, forKey: .note)
        try container.encodeIfPresent(annotator, forKey: .annotator)
        try container.encodeIfPresent(span?.start.value, forKey: .start)
        try container.encodeIfPresent(span?.end.value, forKey: .end)
        try container.encodeIfPresent(label, forKey: .label)
        try container.encode(reason, forKey: .reason)
    }
}
