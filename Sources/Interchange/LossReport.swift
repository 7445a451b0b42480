import Annotation

/// What a format has no place for.
public enum Loss: String, CaseIterable, Hashable, Sendable {
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
    /// Word tokens that were divided because a span begins or ends inside.
    case divided
    /// Labels and values whose spelling the format does not allow.
    case renamed
    /// Attributes of spans.
    case attribute
    /// Remarks.
    case comment
    /// Labels of whole notes.
    case noteLabel
    /// Suggestions that were rejected.
    case rejected

    /// What is said of `count` of them.
    func sentence(_ count: Int) -> String {
        func of(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
        switch self {
        case .pending: return "\(of("record", "records")) left out: the note is not complete"
        case .skipped: return "\(of("record", "records")) left out: the note was skipped"
        case .answer: return "\(of("record", "records")) left out: the answer is neither 'accept' nor 'ignore'"
        case .overlapping: return "\(of("span", "spans")) left out: a longer one covers some of the words"
        case .inParts: return "\(of("span", "spans")) in several parts left out"
        case .joined: return "\(of("span", "spans")) in several parts marked from the first word to the last"
        case .blank: return "\(of("span", "spans")) left out: nothing but white space"
        case .trimmed: return "\(of("span", "spans")) adjusted: white space at the edges left out"
        case .divided: return "\(of("token", "tokens")) divided where a span begins or ends inside"
        case .renamed: return "\(of("name", "names")) adjusted: the format allows letters, digits, '-' and '_'"
        case .attribute: return "\(of("attribute", "attributes")) left out"
        case .comment: return "\(of("comment", "comments")) left out"
        case .noteLabel: return "\(of("note label", "note labels")) left out"
        case .rejected: return "\(of("rejected suggestion", "rejected suggestions")) left out"
        }
    }
}

/// What an export or import left out or changed.
public struct LossReport: Hashable, Sendable {
    /// How many there were of each kind.
    public private(set) var counts: [Loss: Int] = [:]

    /// Nothing lost yet.
    public init() {}

    /// Counts `count` losses of one kind.
    public mutating func add(_ loss: Loss, _ count: Int = 1) {
        if count > 0 { counts[loss, default: 0] += count }
    }

    /// How many there were of one kind.
    public subscript(loss: Loss) -> Int { counts[loss] ?? 0 }

    /// One sentence a kind; empty if nothing was lost.
    public var lines: [String] { Loss.allCases.compactMap { loss in counts[loss].map(loss.sentence) } }

    /// The finished records; the others are counted.
    mutating func finished(_ records: [LabelRecord]) -> [LabelRecord] {
        add(.pending, records.count { $0.answer == .pending })
        add(.skipped, records.count { $0.answer == .ignore })
        return records.filter { $0.answer == .accept }
    }
}
