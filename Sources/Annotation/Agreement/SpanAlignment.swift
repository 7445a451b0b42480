import ClinicalText

/// Two readings of one note laid beside each other, each span with its counterpart if it has one.
///
/// A near match (the words overlap) is told apart from a miss (nothing of the other reading is there): the first is settled by a
/// sentence in the guidelines, the second by reading the note again.
public struct SpanAlignment: Hashable, Sendable {
    /// How two spans, or a span and nothing, stand to each other.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// Same words, same label.
        case same
        /// Same words, another label.
        case label
        /// Some of the same words, same label.
        case edges
        /// Some of the same words, another label.
        case both
        /// Only one of the two has it.
        case missing
    }

    /// A span of either reading, or one of both.
    public struct Pair: Hashable, Sendable {
        /// The first reading's span; `nil` if it has none.
        public let first: LabelledSpan?
        /// The second reading's span; `nil` if it has none.
        public let second: LabelledSpan?
        /// How they stand to each other.
        public let kind: Kind

        /// Lays two spans beside each other.
        public init(first: LabelledSpan?, second: LabelledSpan?, kind: Kind) {
            self.first = first
            self.second = second
            self.kind = kind
        }
    }

    /// Every span of both readings once, in reading order.
    public let pairs: [Pair]

    /// Aligns two readings: equal spans first, then the same words, then overlaps with the same label, then any overlap.
    ///
    /// Each span has one counterpart at most; of several candidates the first in reading order.
    public init(_ first: [LabelledSpan], _ second: [LabelledSpan]) {
        var left = first.sorted()
        var right = second.sorted()
        var pairs: [Pair] = []
        func take(_ kind: Kind, where match: (LabelledSpan, LabelledSpan) -> Bool) {
            var kept: [LabelledSpan] = []
            for span in left {
                if let index = Self.counterpart(of: span, among: right, where: match) {
                    pairs.append(Pair(first: span, second: right.remove(at: index), kind: kind))
                } else {
                    kept.append(span)
                }
            }
            left = kept
        }
        take(.same) { $0 == $1 }
        take(.label) { $0.span == $1.span }
        take(.edges) { $0.label == $1.label && $0.span.overlaps($1.span) }
        take(.both) { $0.span.overlaps($1.span) }
        pairs += left.map { Pair(first: $0, second: nil, kind: .missing) }
        pairs += right.map { Pair(first: nil, second: $0, kind: .missing) }
        self.pairs = pairs.sorted { Self.place($0) < Self.place($1) }
    }

    /// How many pairs are of a kind.
    public func count(_ kind: Kind) -> Int { pairs.count { $0.kind == kind } }

    private static func place(_ pair: Pair) -> LabelledSpan {
        pair.first ?? pair.second ?? LabelledSpan(TextSpan(0, 0), "")
    }

    /// The first of some spans in reading order that matches; those that start behind the span's end cannot.
    private static func counterpart(
        of span: LabelledSpan, among sorted: [LabelledSpan], where match: (LabelledSpan, LabelledSpan) -> Bool
    ) -> Int? {
        for (index, other) in sorted.enumerated() {
            if other.span.start >= span.span.end { return nil }
            if match(span, other) { return index }
        }
        return nil
    }
}
