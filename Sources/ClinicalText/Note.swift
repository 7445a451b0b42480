/// A clinical note: its name, its text as read, and what else its record carried.
public struct Note: Hashable, Sendable {
    /// Unique within one run: a relative path without `.txt`, the record's `id`, or the start of the digest.
    public let id: String
    /// The text, untouched.
    public let text: NoteText
    /// SHA-256 of the text's bytes.
    public let digest: TextDigest
    /// The members of a JSONL record other than `id` and `text`; empty for a text file.
    public let fields: [String: JSONValue]
    /// Where it was read, for messages.
    public let location: SourceLocation?

    /// Makes a note; without `id` the first 16 hexadecimal digits of the digest name it.
    public init(id: String?, text: NoteText, fields: [String: JSONValue] = [:], location: SourceLocation? = nil) {
        self.text = text
        self.fields = fields
        self.location = location
        digest = TextDigest(of: text.utf8)
        self.id = id ?? String(digest.hex.prefix(16))
    }

    /// Members that carry annotations and so are not `meta`.
    private static let annotationFields: Set<String> = [
        "spans", "gold_spans", "labels", "answer", "rejected", "annotator", "model", "digest", "comments", "meta",
    ]

    /// What passes through to the exports: the record's `meta` and every member chartmark has no meaning for.
    public var meta: [String: JSONValue] {
        var result = fields["meta"]?.objectValue ?? [:]
        for (name, value) in fields where !Self.annotationFields.contains(name) { result[name] = value }
        return result
    }

    /// The patient or other unit that must not be divided between training and test: `meta.group`.
    public var group: String? { meta["group"]?.nameValue }
}
