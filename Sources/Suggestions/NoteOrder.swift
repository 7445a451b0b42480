import Annotation
import ClinicalText

/// Which notes have most to tell, from what models have read so far.
public enum NoteOrder {
    /// Notes in an order, and how many of them it is based on.
    public struct Ranking: Sendable {
        /// The notes that were read, by rank, then the others as they were.
        public let notes: [Note]
        /// How many were read.
        public let known: Int
    }

    /// The notes a model is least sure of first.
    ///
    /// - Parameter suggestions: what was found in a note; `nil` for one that no model has read.
    public static func byUncertainty(_ notes: [Note], suggestions: (Note) -> [Suggestion]?) -> Ranking {
        rank(notes) { note in suggestions(note).map(uncertainty) }
    }

    /// The notes that two models read most differently first.
    ///
    /// - Parameter readings: what each of them found in a note; `nil` for one that not both have read.
    public static func byDisagreement(
        _ notes: [Note], readings: (Note) -> (first: [Suggestion], second: [Suggestion])?
    ) -> Ranking {
        rank(notes) { note in readings(note).map { disagreement(between: $0.first, and: $0.second) } }
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

    private static func rank(_ notes: [Note], by value: (Note) -> Double?) -> Ranking {
        let valued = notes.enumerated().map { (index: $0, note: $1, value: value($1)) }
        let known = valued.filter { $0.value != nil }
        let sorted = known.sorted { left, right in
            (right.value ?? 0, left.index) < (left.value ?? 0, right.index)
        }
        return Ranking(notes: sorted.map(\.note) + valued.filter { $0.value == nil }.map(\.note), known: known.count)
    }
}
