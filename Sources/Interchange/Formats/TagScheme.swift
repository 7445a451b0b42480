import ClinicalText

/// Which tags begin, go on with and end a span in files of a token a line.
public enum TagScheme: String, CaseIterable, Sendable {
    /// `B-` only between two spans of a label that touch (CoNLL-2003 as published).
    case iob1
    /// `B-` at the beginning of every span: what BIO means today.
    case iob2
    /// IOB2 with `E-` at the end and `S-` for a single token.
    case bioes
    /// The same with `L-` and `U-` (spaCy).
    case bilou

    /// The prefix of a token of a span.
    ///
    /// - Parameters:
    ///   - index: its place among the span's tokens.
    ///   - count: how many these are.
    ///   - touches: whether the token before the span belongs to another one of the same label.
    func prefix(_ index: Int, of count: Int, touches: Bool) -> String {
        let isFirst = index == 0
        let isLast = index == count - 1
        switch self {
        case .iob1: return isFirst && touches ? "B-" : "I-"
        case .iob2: return isFirst ? "B-" : "I-"
        case .bioes: return isFirst ? (isLast ? "S-" : "B-") : isLast ? "E-" : "I-"
        case .bilou: return isFirst ? (isLast ? "U-" : "B-") : isLast ? "L-" : "I-"
        }
    }

    /// All tags of a label, in the order in which they are numbered.
    func tags(of label: String) -> [String] {
        switch self {
        case .iob1, .iob2: ["B-" + label, "I-" + label]
        case .bioes: ["B-" + label, "I-" + label, "E-" + label, "S-" + label]
        case .bilou: ["B-" + label, "I-" + label, "L-" + label, "U-" + label]
        }
    }
}

/// Spans of tokens from tags of any of the schemes, as conlleval.pl of CoNLL-2000 reads them.
///
/// A tag that cannot follow the one before it begins a span. A `I-` after `O` or another label does so too: IOB1 means it,
/// and for IOB2 it is the repair, which is counted where the file uses `B-`, `E-` or `S-` in a way that IOB1 does not.
struct TagDecoder {
    /// A span of whole tokens.
    struct Chunk: Hashable {
        var label: String
        var tokens: ClosedRange<Int>
    }

    private(set) var chunks: [Chunk] = []
    /// Tags that could not follow the one before.
    private(set) var illegal = 0
    private var index = 0
    private var isOpen = false
    /// Whether a file begins spans with `I-`; decided by its first span.
    private var isIOB1: Bool?

    /// Takes the tag of the next token.
    ///
    /// - Returns: whether it is a tag.
    mutating func add(_ tag: String) -> Bool {
        defer { index += 1 }
        guard tag != "O" else {
            isOpen = false
            return true
        }
        guard let dash = tag.firstIndex(of: "-"), tag.distance(from: tag.startIndex, to: dash) == 1 else {
            return false
        }
        let label = String(tag[tag.index(after: dash)...])
        guard !label.isEmpty, let prefix = tag.first else { return false }
        let goesOn = isOpen && chunks.last?.label == label
        switch prefix {
        case "B", "S", "U":
            if isIOB1 == nil { isIOB1 = false }
            chunks.append(Chunk(label: label, tokens: index...index))
            isOpen = prefix == "B"
        case "I", "M", "E", "L":
            if goesOn, let last = chunks.last {
                chunks[chunks.count - 1].tokens = last.tokens.lowerBound...index
            } else {
                if isIOB1 == nil { isIOB1 = true }
                if isIOB1 == false || prefix != "I" { illegal += 1 }
                chunks.append(Chunk(label: label, tokens: index...index))
            }
            isOpen = prefix == "I" || prefix == "M"
        default: return false
        }
        return true
    }

    /// Forgets the chunks of a note that is finished.
    mutating func restart() {
        chunks = []
        illegal = 0
        index = 0
        isOpen = false
    }
}

/// The spans of a record as tags of its tokens.
struct TaggedTokens {
    let tokens: [TextSpan]
    let tags: [String]

    /// Flattens the spans of a record: of those that overlap the longest stays, those in several parts are left out.
    init(_ record: Record, scheme: TagScheme, name: (String) -> String, _ report: inout LossReport) {
        let spans = Self.flat(record, &report)
        let marked = MarkedTokens(of: record.text, for: spans.map(\.content.span))
        report.add(.divided, marked.divided, in: record.id)
        var tags = [String](repeating: "O", count: marked.tokens.count)
        var last: (label: String, token: Int)?
        for span in spans {
            let content = span.content
            guard let range = marked.tokens(in: content.span) else {
                report.add(.blank, in: record.id, at: content.span)
                continue
            }
            if marked.tokens[range.lowerBound].start != content.span.start
                || marked.tokens[range.upperBound].end != content.span.end
            {
                report.add(.trimmed, in: record.id, at: content.span)
            }
            let label = name(content.label)
            let touches = last.map { $0.label == content.label && $0.token + 1 == range.lowerBound } ?? false
            for index in range {
                let prefix = scheme.prefix(index - range.lowerBound, of: range.count, touches: touches)
                tags[index] = prefix + label
            }
            last = (content.label, range.upperBound)
        }
        tokens = marked.tokens
        self.tags = tags
    }

    /// Spans of which no two overlap: the longest first, then the one that starts first.
    static func flat(_ record: Record, _ report: inout LossReport) -> [Record.Span] {
        var kept: [Record.Span] = []
        var taken: [TextSpan] = []
        let byLength = record.spans.sorted {
            ($1.content.span.count, $0.content.span.start) < ($0.content.span.count, $1.content.span.start)
        }
        for span in byLength {
            let place = span.content.span
            if span.content.fragments != nil {
                report.add(.inParts, in: record.id, at: place)
                continue
            }
            // `taken` is in reading order and free of overlaps, so that only the neighbours of the place matter.
            let index = taken.partition { $0.start >= place.start }
            if index < taken.count && taken[index].overlaps(place) || index > 0 && taken[index - 1].overlaps(place) {
                report.add(.overlapping, in: record.id, at: place)
                continue
            }
            taken.insert(place, at: index)
            kept.append(span)
        }
        return kept.sorted { $0.content.span < $1.content.span }
    }
}

extension [TextSpan] {
    /// The index of the first element for which `holds`, which must stay so for all later ones.
    func partition(_ holds: (TextSpan) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
