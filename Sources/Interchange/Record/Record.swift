import Annotation
import ClinicalText

/// One note with everything that any of the formats says about it: what readers make and writers take.
///
/// A ``LabelRecord`` is the part of it that a reviewer sees; relations, events, normalisations and what only one format has a
/// name for travel beside it, so that they leave as they came.
public struct Record: Hashable, Sendable {
    /// A span that stands, or a rejected one.
    public struct Span: Hashable, Sendable {
        /// Its name in the record, by which relations refer to it; `nil` where nothing needs to.
        public var id: String?
        /// Where and what.
        public var content: SpanContent
        /// Attributes by name.
        public var attributes: [String: String]
        /// Who is answerable for it; `nil` in files from elsewhere.
        public var source: SpanSource?
        /// The model's score of what it offered.
        public var score: Double?
        /// Entries of terminologies that it stands for.
        public var references: [Reference]
        /// What a format says of it that has no place above.
        public var fields: [String: JSONValue]

        /// Makes a span.
        public init(
            id: String? = nil, content: SpanContent, attributes: [String: String] = [:], source: SpanSource? = nil,
            score: Double? = nil, references: [Reference] = [], fields: [String: JSONValue] = [:]
        ) {
            self.id = id
            self.content = content
            self.attributes = attributes
            self.source = source
            self.score = score
            self.references = references
            self.fields = fields
        }
    }

    /// An entry of a terminology, such as `UMLS:C0008031`.
    public struct Reference: Hashable, Sendable {
        /// The terminology.
        public var source: String
        /// The entry in it.
        public var code: String
        /// The entry's name, where the file gives one.
        public var text: String

        /// Makes a reference.
        public init(source: String, code: String, text: String = "") {
            self.source = source
            self.code = code
            self.text = text
        }
    }

    /// What holds between spans: a relation, an event (which has a trigger), an equivalence (whose roles are empty).
    public struct Relation: Hashable, Sendable {
        /// A part that a span or another relation plays.
        public struct Argument: Hashable, Sendable {
            /// As `Arg1` or `Theme`; empty where the format names none.
            public var role: String
            /// The ``Record/Span/id`` or ``Record/Relation/id`` of what plays it.
            public var target: String

            /// Makes an argument.
            public init(role: String, target: String) {
                self.role = role
                self.target = target
            }
        }

        /// Its name in the record.
        public var id: String?
        /// What holds.
        public var label: String
        /// The span that says so, for an event.
        public var trigger: String?
        /// Between what.
        public var arguments: [Argument]
        /// Attributes by name.
        public var attributes: [String: String]
        /// Remarks on it.
        public var comments: [String]
        /// What a format says of it that has no place above.
        public var fields: [String: JSONValue]

        /// Makes a relation.
        public init(
            id: String? = nil, label: String, trigger: String? = nil, arguments: [Argument],
            attributes: [String: String] = [:], comments: [String] = [], fields: [String: JSONValue] = [:]
        ) {
            self.id = id
            self.label = label
            self.trigger = trigger
            self.arguments = arguments
            self.attributes = attributes
            self.comments = comments
            self.fields = fields
        }
    }

    /// The note's id.
    public var id: String
    /// The note's text, offsets into which are code points.
    public var text: NoteText
    /// Spans that stand, in reading order.
    public var spans: [Span]
    /// Suggestions that were rejected.
    public var rejected: [Span]
    /// Relations, events and equivalences.
    public var relations: [Relation]
    /// Values of the note's own labels: one string, or an array where the label takes many.
    public var labels: [String: JSONValue]
    /// Remarks on spans and on the note.
    public var comments: [LabelRecord.Remark]
    /// What the spans are good for.
    public var answer: LabelRecord.Answer
    /// Who decided; `nil` where the file does not say.
    public var annotator: String?
    /// The model whose suggestions were decided on.
    public var model: String?
    /// What the note carried beside its text.
    public var meta: [String: JSONValue]
    /// What only the format of this name understands: hashes, order of lines, members without a meaning elsewhere.
    public var native: [String: JSONValue]

    /// Makes a record; without `id` the start of the text's digest names it.
    public init(
        id: String?, text: NoteText, spans: [Span] = [], rejected: [Span] = [], relations: [Relation] = [],
        labels: [String: JSONValue] = [:], comments: [LabelRecord.Remark] = [], answer: LabelRecord.Answer = .accept,
        annotator: String? = nil, model: String? = nil, meta: [String: JSONValue] = [:],
        native: [String: JSONValue] = [:]
    ) {
        self.id = id ?? Note(id: nil, text: text).id
        self.text = text
        self.spans = spans
        self.rejected = rejected
        self.relations = relations
        self.labels = labels
        self.comments = comments
        self.answer = answer
        self.annotator = annotator
        self.model = model
        self.meta = meta
        self.native = native
    }
}

extension Record {
    /// The first span or relation of this name.
    func span(_ id: String) -> Span? { spans.first { $0.id == id } }

    /// The values of a note label, one or many.
    static func values(_ label: JSONValue) -> [String] {
        if let one = label.stringValue { return [one] }
        return (label.arrayValue ?? []).compactMap(\.stringValue)
    }

    /// One string for one value, an array for several, as ``LabelRecord`` has it.
    static func label(_ values: [String]) -> JSONValue {
        values.count == 1 ? .string(values[0]) : .array(values.map(JSONValue.string))
    }

    /// The record with a name for each span, so that a format whose relations need one has it.
    ///
    /// - Parameter prefix: what names begin with: `T` for brat.
    func named(_ prefix: String = "T") -> Record {
        var copy = self
        var taken = Set(spans.compactMap(\.id)).union(relations.compactMap(\.id))
        var next = 1
        for index in copy.spans.indices where copy.spans[index].id == nil {
            while taken.contains("\(prefix)\(next)") { next += 1 }
            copy.spans[index].id = "\(prefix)\(next)"
            taken.insert("\(prefix)\(next)")
        }
        return copy
    }

    /// The whole of the note's remarks, and the spans' that have these offsets.
    func comments(on span: TextSpan?) -> [String] {
        comments.filter { $0.start == span?.start.value && $0.end == span?.end.value }.map(\.text)
    }
}
