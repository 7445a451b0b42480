import ClinicalText

/// How well predicted spans match gold ones: counts, and precision, recall and F1 from them.
public struct SpanScores: Hashable, Sendable {
    /// Matched spans and how many there were on each side.
    public struct Counts: Hashable, Sendable {
        /// Predicted spans that match a gold one.
        public var matched = 0
        /// Predicted spans.
        public var predicted = 0
        /// Gold spans.
        public var gold = 0

        /// Counts; without arguments, of nothing.
        public init(matched: Int = 0, predicted: Int = 0, gold: Int = 0) {
            self.matched = matched
            self.predicted = predicted
            self.gold = gold
        }

        /// Of what was predicted, the share that is right; 0 where nothing was predicted.
        public var precision: Double { predicted == 0 ? 0 : Double(matched) / Double(predicted) }
        /// Of what is in the gold, the share that was found; 0 where there is none.
        public var recall: Double { gold == 0 ? 0 : Double(matched) / Double(gold) }
        /// The harmonic mean of the two.
        public var f1: Double { predicted + gold == 0 ? 0 : 2 * Double(matched) / Double(predicted + gold) }

        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                matched: left.matched + right.matched, predicted: left.predicted + right.predicted,
                gold: left.gold + right.gold)
        }
    }

    /// Same start, same end, same label.
    public private(set) var strict: [String: Counts] = [:]
    /// Same label and at least one code point in common, each span matched once.
    public private(set) var partial: [String: Counts] = [:]

    /// Nothing counted yet.
    public init() {}

    /// Counts one note.
    public mutating func add(predicted: [(span: TextSpan, label: String)], gold: [(span: TextSpan, label: String)]) {
        for label in Set(predicted.map(\.label) + gold.map(\.label)) {
            let offered = predicted.filter { $0.label == label }.map(\.span).sorted()
            let wanted = gold.filter { $0.label == label }.map(\.span).sorted()
            let base = Counts(predicted: offered.count, gold: wanted.count)
            var exact = base
            exact.matched = Self.matches(offered, wanted, ==)
            var overlap = base
            overlap.matched = Self.matches(offered, wanted) { $0.overlaps($1) }
            strict[label] = (strict[label] ?? Counts()) + exact
            partial[label] = (partial[label] ?? Counts()) + overlap
        }
    }

    /// All labels' counts added up: micro averages are computed from them.
    public static func micro(_ counts: [String: Counts]) -> Counts { counts.values.reduce(Counts(), +) }

    /// The mean of the labels' F1 over the labels that the gold has.
    public static func macroF1(_ counts: [String: Counts]) -> Double {
        let present = counts.values.filter { $0.gold > 0 }
        return present.isEmpty ? 0 : present.map(\.f1).reduce(0, +) / Double(present.count)
    }

    /// Matches each predicted span with the first gold span that is still free.
    private static func matches(_ offered: [TextSpan], _ wanted: [TextSpan], _ match: (TextSpan, TextSpan) -> Bool)
        -> Int
    {
        var free = wanted
        var count = 0
        for span in offered {
            if let index = free.firstIndex(where: { match(span, $0) }) {
                free.remove(at: index)
                count += 1
            }
        }
        return count
    }
}
