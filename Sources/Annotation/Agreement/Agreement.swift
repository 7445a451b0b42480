import ClinicalText

/// How far annotators agree on the notes that all of them completed.
///
/// Pure and additive: notes go in through ``add(note:text:readings:)``, in any order.
public struct Agreement: Sendable {
    /// Two annotators, beside each other.
    public struct PairScores: Hashable, Sendable {
        /// Their positions in ``Agreement/annotators``.
        public let first: Int
        /// The second's position.
        public let second: Int
        /// Span counts by label; the first annotator stands as `predicted`, the second as `gold`, and F1 is the same either way.
        public internal(set) var scores = SpanScores()
        /// How many pairs of spans stand to each other in which way.
        public internal(set) var kinds: [SpanAlignment.Kind: Int] = [:]
    }

    /// A label against a label, or against none.
    public struct Confused: Hashable, Sendable {
        /// The first annotator's label; `nil` for no span.
        public let first: String?
        /// The second's.
        public let second: String?

        /// Names two labels.
        public init(_ first: String?, _ second: String?) {
            self.first = first
            self.second = second
        }
    }

    /// How a single note fared.
    public struct NoteScore: Hashable, Sendable {
        /// The note's id.
        public let note: String
        /// Spans that are not the same, over all pairs of annotators.
        public let disagreements: Int
        /// Strict F1 over all pairs of annotators; 1 where nobody marked anything.
        public let f1: Double

        /// Scores a note.
        public init(note: String, disagreements: Int, f1: Double) {
            self.note = note
            self.disagreements = disagreements
            self.f1 = f1
        }
    }

    /// Whose readings are compared.
    public let annotators: [String]
    /// Each two annotators.
    public private(set) var pairs: [PairScores]
    /// Agreement on word tokens.
    public private(set) var tokens: TokenAgreement
    /// Agreement on units.
    public private(set) var units: UnitisingAlpha
    /// How often which labels met, over all pairs of annotators, the earlier one's label first.
    public private(set) var confusion: [Confused: Int] = [:]
    /// The notes, in the order they went in.
    public private(set) var notes: [NoteScore] = []

    /// Nothing counted yet.
    public init(annotators: [String]) {
        self.annotators = annotators
        pairs = annotators.indices.flatMap { first in
            annotators.indices.dropFirst(first + 1).map { PairScores(first: first, second: $0) }
        }
        tokens = TokenAgreement(raters: annotators.count)
        units = UnitisingAlpha(raters: annotators.count)
    }

    /// Counts a note.
    ///
    /// - Parameters:
    ///   - note: its id.
    ///   - text: its text.
    ///   - readings: the spans of each annotator, in their order; a note with more or fewer is not counted.
    public mutating func add(note: String, text: NoteText, readings: [[LabelledSpan]]) {
        guard readings.count == annotators.count else { return }
        var counts = SpanScores.Counts()
        var disagreements = 0
        for index in pairs.indices {
            let (first, second) = (readings[pairs[index].first], readings[pairs[index].second])
            pairs[index].scores.add(
                predicted: first.map { ($0.span, $0.label) }, gold: second.map { ($0.span, $0.label) })
            for pair in SpanAlignment(first, second).pairs {
                pairs[index].kinds[pair.kind, default: 0] += 1
                confusion[Confused(pair.first?.label, pair.second?.label), default: 0] += 1
                if pair.kind == .same { counts.matched += 1 } else { disagreements += 1 }
            }
            counts.predicted += first.count
            counts.gold += second.count
        }
        tokens.add(text, readings)
        units.add(length: text.scalarCount, readings)
        let isEmpty = counts.predicted + counts.gold == 0
        notes.append(NoteScore(note: note, disagreements: disagreements, f1: isEmpty ? 1 : counts.f1))
    }

    /// The labels that anyone gave, in alphabetical order.
    public var labels: [String] { Set(confusion.keys.flatMap { [$0.first, $0.second] }.compactMap(\.self)).sorted() }

    /// Strict counts by label, over all pairs.
    public var strict: [String: SpanScores.Counts] { summed(\.strict) }
    /// Partial counts by label, over all pairs.
    public var partial: [String: SpanScores.Counts] { summed(\.partial) }

    /// How many pairs of spans stand to each other in which way, over all pairs of annotators.
    public var kinds: [SpanAlignment.Kind: Int] {
        pairs.reduce(into: [:]) { $0.merge($1.kinds, uniquingKeysWith: +) }
    }

    /// The notes with the most to talk about first: lowest F1, then most disagreements, then by id.
    public var worstNotes: [NoteScore] {
        notes.filter { $0.disagreements > 0 }
            .sorted { ($0.f1, $1.disagreements, $0.note) < ($1.f1, $0.disagreements, $1.note) }
    }

    private func summed(_ part: KeyPath<SpanScores, [String: SpanScores.Counts]>) -> [String: SpanScores.Counts] {
        pairs.reduce(into: [:]) { $0.merge($1.scores[keyPath: part], uniquingKeysWith: +) }
    }
}
