import ClinicalText

/// How often annotators gave a word token the same label, beyond chance.
///
/// Each word token is an item; its category is the label of the span that covers it, or none. Where spans of one annotator
/// overlap, the longest counts, as in the exports.
public struct TokenAgreement: Hashable, Sendable {
    /// Annotators that judged each token.
    public let raters: Int
    /// How many tokens got each combination of labels, one label an annotator; `nil` for no label.
    private var counts: [[String?]: Int] = [:]

    /// Nothing counted yet.
    public init(raters: Int) { self.raters = raters }

    /// Tokens counted.
    public var tokens: Int { counts.values.reduce(0, +) }

    /// The labels that were given to any token, in alphabetical order.
    public var labels: [String] { Set(counts.keys.joined().compactMap(\.self)).sorted() }

    /// Counts a note.
    ///
    /// - Parameters:
    ///   - text: the note.
    ///   - readings: one list of spans an annotator, in a fixed order; a note with more or fewer readings is not counted.
    public mutating func add(_ text: NoteText, _ readings: [[LabelledSpan]]) {
        guard readings.count == raters else { return }
        let tokens = WordToken.tokens(of: text)
        let painted = readings.map { Self.paint($0, on: tokens) }
        for index in tokens.indices { counts[painted.map { $0[index] }, default: 0] += 1 }
    }

    /// The label of each token; the longest span is painted last.
    private static func paint(_ spans: [LabelledSpan], on tokens: [WordToken]) -> [String?] {
        var labels = [String?](repeating: nil, count: tokens.count)
        for span in spans.sorted(by: { ($0.span.count, $1) < ($1.span.count, $0) }) {
            var low = 0
            var high = tokens.count
            while low < high {
                let middle = (low + high) / 2
                if tokens[middle].span.end <= span.span.start { low = middle + 1 } else { high = middle }
            }
            while low < tokens.count, tokens[low].span.start < span.span.end {
                labels[low] = span.label
                low += 1
            }
        }
        return labels
    }

    /// Cohen's kappa of two of the annotators, by their positions.
    ///
    /// Cohen, Educational and Psychological Measurement 1960;20:37.
    ///
    /// - Parameter label: only whether a token has this label; `nil` for all categories.
    /// - Returns: `nil` where both gave every token the same category, or there are no tokens: chance explains all then.
    public func cohen(_ first: Int, _ second: Int, label: String? = nil) -> Double? {
        guard (0..<raters).contains(first), (0..<raters).contains(second) else { return nil }
        var same = 0
        var left: [String?: Int] = [:]
        var right: [String?: Int] = [:]
        for (labels, count) in counts {
            let (one, other) = (Self.category(labels[first], label), Self.category(labels[second], label))
            if one == other { same += count }
            left[one, default: 0] += count
            right[other, default: 0] += count
        }
        let total = Double(tokens)
        guard total > 0 else { return nil }
        let byChance = left.reduce(0.0) { $0 + Double($1.value) / total * Double(right[$1.key] ?? 0) / total }
        return Self.beyondChance(Double(same) / total, byChance)
    }

    /// Fleiss' kappa of all annotators.
    ///
    /// Fleiss, Psychological Bulletin 1971;76:378.
    ///
    /// - Parameter label: only whether a token has this label; `nil` for all categories.
    /// - Returns: `nil` where every token has the same category for everyone, there are no tokens, or one annotator only.
    public func fleiss(label: String? = nil) -> Double? {
        let total = Double(tokens)
        guard total > 0, raters > 1 else { return nil }
        let judges = Double(raters)
        var agreed = 0.0
        var shares: [String?: Double] = [:]
        for (labels, count) in counts {
            let votes = Dictionary(grouping: labels.map { Self.category($0, label) }) { $0 }.mapValues {
                Double($0.count)
            }
            // Of the pairs of annotators, the share that agrees on this token.
            let pairs = votes.values.reduce(0) { $0 + $1 * ($1 - 1) } / (judges * (judges - 1))
            agreed += pairs * Double(count)
            for (category, vote) in votes { shares[category, default: 0] += vote * Double(count) }
        }
        let byChance = shares.values.reduce(0) { $0 + ($1 / (total * judges)) * ($1 / (total * judges)) }
        return Self.beyondChance(agreed / total, byChance)
    }

    private static func category(_ label: String?, _ wanted: String?) -> String? {
        wanted == nil || label == wanted ? label : nil
    }

    private static func beyondChance(_ observed: Double, _ byChance: Double) -> Double? {
        // One category for everything leaves nothing to agree on.
        byChance >= 1 ? nil : (observed - byChance) / (1 - byChance)
    }
}
