import Annotation
import ClinicalText

/// What a format has no place for.
public enum Loss: String, CaseIterable, Hashable, Sendable {
    /// What becomes of what is lost.
    public enum Category: String, Hashable, Sendable {
        /// It is not written.
        case dropped
        /// It begins or ends elsewhere.
        case moved
        /// Its structure is simpler.
        case flattened
        /// It is called otherwise.
        case renamed
        /// It was put right.
        case repaired
    }

    /// Records of notes that are not finished.
    case pending
    /// Records of notes that were skipped.
    case skipped
    /// Answers that a format knows and chartmark does not.
    case answer
    /// Spans that share words with a longer one.
    case overlapping
    /// Discontinuous spans, left out.
    case inParts
    /// Discontinuous spans, written as if they were whole.
    case joined
    /// Spans that hold nothing the format can mark.
    case blank
    /// Spans that lost white space at their edges.
    case trimmed
    /// Spans that grew to the edges of words.
    case widened
    /// Word tokens that were divided because a span begins or ends inside.
    case divided
    /// Spans of a label that the format has no room for.
    case label
    /// Labels and values whose spelling the format does not allow.
    case renamed
    /// Attributes of spans.
    case attribute
    /// Relations and events.
    case relation
    /// Relations and events of spans that were changed or deleted.
    case brokenRelation
    /// Events, written as relations.
    case event
    /// Entries of terminologies.
    case reference
    /// Remarks.
    case comment
    /// Labels of whole notes.
    case noteLabel
    /// Suggestions that were rejected.
    case rejected
    /// Scores and sources of spans.
    case provenance
    /// Members of a file that have no place in another.
    case field
    /// What the note carried beside its text.
    case meta
    /// Names of notes.
    case name
    /// Notes' texts that were put together from tokens.
    case rebuilt
    /// Characters that the format cannot hold.
    case character
    /// Tags that cannot follow the one before.
    case illegalTag
    /// Offsets that count something other than code points.
    case reread

    /// What becomes of it.
    public var category: Category {
        switch self {
        case .trimmed, .widened: .moved
        case .joined, .divided, .event, .rebuilt: .flattened
        case .renamed, .character: .renamed
        case .illegalTag, .reread: .repaired
        default: .dropped
        }
    }

    /// What is said of `count` of them.
    func sentence(_ count: Int) -> String {
        func of(_ one: String, _ many: String? = nil) -> String { "\(count) \(count == 1 ? one : many ?? one + "s")" }
        switch self {
        case .pending: return "\(of("record")) left out: the note is not complete"
        case .skipped: return "\(of("record")) left out: the note was skipped"
        case .answer: return "\(of("record")) left out: the answer is neither 'accept' nor 'ignore'"
        case .overlapping: return "\(of("span")) left out: a longer one covers some of the words"
        case .inParts: return "\(of("span")) in several parts left out"
        case .joined: return "\(of("span")) in several parts marked from the first word to the last"
        case .blank: return "\(of("span")) left out: nothing but white space"
        case .trimmed: return "\(of("span")) adjusted: white space at the edges left out"
        case .widened: return "\(of("span")) widened to whole words"
        case .divided: return "\(of("token")) divided where a span begins or ends inside"
        case .label: return "\(of("span")) left out: the format has no place for the label"
        case .renamed: return "\(of("name")) adjusted: the format allows letters, digits, '-' and '_'"
        case .attribute: return "\(of("attribute")) left out"
        case .relation: return "\(of("relation or event", "relations or events")) left out"
        case .brokenRelation:
            return "\(of("relation or event", "relations or events")) left out: a span of it was changed or deleted"
        case .event: return "\(of("event")) written as a relation of its trigger"
        case .reference: return "\(of("terminology entry", "terminology entries")) left out"
        case .comment: return "\(of("comment")) left out"
        case .noteLabel: return "\(of("note label")) left out"
        case .rejected: return "\(of("rejected suggestion")) left out"
        case .provenance: return "\(of("score or source", "scores or sources")) of a span left out"
        case .field: return "\(of("member", "members")) without a place in the format left out"
        case .meta: return "\(of("member", "members")) of a note's meta left out"
        case .name: return "\(of("name")) of a note left out"
        case .rebuilt: return "\(of("text")) put together from tokens: the spaces between them are guesses"
        case .character: return "\(of("character")) that the format cannot hold replaced"
        case .illegalTag: return "\(of("tag")) that cannot follow the one before read as the beginning of a span"
        case .reread: return "\(of("record")) whose offsets did not count code points put right"
        }
    }
}

/// What an export or import left out or changed.
public struct LossReport: Hashable, Sendable {
    /// One loss and where it was.
    public struct Place: Hashable, Sendable {
        /// What was lost.
        public let loss: Loss
        /// The note's id.
        public let note: String
        /// Where in the note; `nil` for what concerns all of it.
        public let span: TextSpan?
    }

    /// How many there were of each kind.
    public private(set) var counts: [Loss: Int] = [:]
    /// The first of them, in the order of the notes.
    public private(set) var first: [Place] = []

    /// As many as fit a screen; the rest is counted.
    private static let shown = 20

    /// Nothing lost yet.
    public init() {}

    /// Counts `count` losses of one kind in a note.
    public mutating func add(_ loss: Loss, _ count: Int = 1, in note: String, at span: TextSpan? = nil) {
        guard count > 0 else { return }
        counts[loss, default: 0] += count
        // A score that stays behind changes no span, and would crowd out what does.
        if first.count < Self.shown, loss != .provenance { first.append(Place(loss: loss, note: note, span: span)) }
    }

    /// How many there were of one kind.
    public subscript(loss: Loss) -> Int { counts[loss] ?? 0 }

    /// Whether nothing was lost.
    public var isEmpty: Bool { counts.isEmpty }

    /// One sentence a kind; empty if nothing was lost.
    public var lines: [String] { Loss.allCases.compactMap { loss in counts[loss].map(loss.sentence) } }

    /// The first losses, a line each: the note, the offsets, what became of it.
    public var places: [String] {
        first.map { place in
            let offsets = place.span.map { " [\($0.start.value), \($0.end.value))" } ?? ""
            return "\(place.note.printable)\(offsets): \(place.loss.category.rawValue) (\(place.loss.rawValue))"
        }
    }

    /// `{"losses":[{"kind","becomes","count","sentence"}],"first":[{"kind","note","start","end"}]}`.
    public var json: JSONValue {
        let losses = Loss.allCases.compactMap { loss in
            counts[loss].map { count in
                JSONValue.object([
                    "kind": .string(loss.rawValue), "becomes": .string(loss.category.rawValue),
                    "count": .integer(Int64(count)), "sentence": .string(loss.sentence(count)),
                ])
            }
        }
        let places = first.map { place in
            var members: [String: JSONValue] = ["kind": .string(place.loss.rawValue), "note": .string(place.note)]
            if let span = place.span {
                members["start"] = .integer(Int64(span.start.value))
                members["end"] = .integer(Int64(span.end.value))
            }
            return JSONValue.object(members)
        }
        return .object(["losses": .array(losses), "first": .array(places)])
    }
}

extension LossReport {
    /// Counts what a format has no room for; each writer says what it has.
    mutating func add(_ record: Record, lacking parts: [Loss]) {
        for part in parts {
            switch part {
            case .rejected: add(part, record.rejected.count, in: record.id, at: record.rejected.first?.content.span)
            case .noteLabel: add(part, record.labels.count, in: record.id)
            case .comment:
                add(part, record.comments.count + record.relations.reduce(0) { $0 + $1.comments.count }, in: record.id)
            case .relation: add(part, record.relations.count, in: record.id)
            case .meta: add(part, record.meta.count, in: record.id)
            case .attribute, .reference, .field, .provenance:
                for span in record.spans {
                    let count =
                        part == .attribute
                        ? span.attributes.count
                        : part == .reference
                            ? span.references.count
                            : part == .field ? span.fields.count : span.score == nil && span.source == nil ? 0 : 1
                    add(part, count, in: record.id, at: span.content.span)
                }
            default: continue
            }
        }
    }

    /// Whether a record is finished; one that is not is counted.
    mutating func isFinished(_ record: Record) -> Bool {
        if record.answer == .pending { add(.pending, in: record.id) }
        if record.answer == .ignore { add(.skipped, in: record.id) }
        return record.answer == .accept
    }
}
