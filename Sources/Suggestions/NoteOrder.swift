import Annotation
import ClinicalText

/// Which notes have most to tell, from what models have read so far.
public enum NoteOrder {
    /// Notes in an order, and how many of them it is based on.
    public struct Ranking: Sendable {
        /// The positions of the notes that were read, by rank, then of the others as they were.
        public let positions: [Int]
        /// How many were read.
        public let known: Int
    }

    /// The notes a model is least sure of first.
    ///
    /// - Parameters:
    ///   - count: how many notes there are.
    ///   - suggestions: what was found in the note at a position; `nil` for one that no model has read.
    public static func byUncertainty<Failure: Error>(
        _ count: Int, suggestions: (Int) throws(Failure) -> [Suggestion]?
    ) throws(Failure) -> Ranking {
        try rank(count) { (position) throws(Failure) in try suggestions(position).map(uncertainty) }
    }

    /// The notes that two models read most differently first.
    ///
    /// - Parameters:
    ///   - count: how many notes there are.
    ///   - readings: what each of them found in the note at a position; `nil` for one that not both have read.
    public static func byDisagreement<Failure: Error>(
        _ count: Int, readings: (Int) throws(Failure) -> (first: [Suggestion], second: [Suggestion])?
    ) throws(Failure) -> Ranking {
        try rank(count) { (position) throws(Failure) in
            try readings(position).map { disagreement(between: $0.first, and: $0.second) }
        }
    }

    /// How unsure a model is of a note, 0 to 1; 0 where it finds nothing.
    ///
    /// The mean over its spans of 1 − score, the "least confidence" of Lewis and Gale ("A Sequential Algorithm for Training
    /// Text Classifiers", 1994).
    public static func uncertainty(of suggestions: [Suggestion]) -> Double {
        suggestions.isEmpty ? 0 : suggestions.reduce(0) { $0 + 1 - $1.score } / Double(suggestions.count)
    }

    /// How far two readings of a note lie apart, 0 to 1; 0 where neither finds anything.
    ///
    /// 1 − F1 of the spans, with edges and label.
    public static func disagreement(between first: [Suggestion], and second: [Suggestion]) -> Double {
        struct Marked: Hashable {
            let span: TextSpan
            let label: String
        }
        let left = Set(first.map { Marked(span: $0.content.span, label: $0.content.label) })
        let right = Set(second.map { Marked(span: $0.content.span, label: $0.content.label) })
        let all = left.count + right.count
        return all == 0 ? 0 : 1 - 2 * Double(left.intersection(right).count) / Double(all)
    }

    private static func rank<Failure: Error>(
        _ count: Int, by value: (Int) throws(Failure) -> Double?
    ) throws(Failure) -> Ranking {
        var known: [(position: Int, value: Double)] = []
        var unknown: [Int] = []
        for position in 0..<count {
            if let value = try value(position) {
                known.append((position, value))
            } else {
                unknown.append(position)
            }
        }
        known.sort { ($1.value, $0.position) < ($0.value, $1.position) }
        return Ranking(positions: known.map(\.position) + unknown, known: known.count)
    }
}
