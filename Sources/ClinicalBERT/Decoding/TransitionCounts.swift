import ClinicalText
import Glibc

/// How often each label followed each other, word by word, in the notes that a model was trained on: what its decoder takes
/// for how likely a label is after another.
///
/// A model that labels each word by itself may begin and end entities more often than people do. The counts give it a sense of
/// how entities go on (the transition probabilities of a hidden Markov model, Rabiner 1989). They stand in `config.json`, by
/// what comes first: `"chartmark": {"transitions": {"weight": 0.5, "counts": {"O": {"B-Age": 140, …}, …}}}`; transformers
/// ignores them.
public struct TransitionCounts: Sendable, Hashable {
    /// By the label before, then by the label after; what never happened is left out.
    ///
    /// The start of a note counts as `O`.
    public private(set) var counts: [String: [String: Int]] = [:]

    /// How much they count beside what the model says of each word, which has seen its neighbours, too; 0 is not at all.
    ///
    /// With one model F1 on MACCROBAT's development set is 0.631 without them, and 0.642 to 0.647 at every weight from 0.4 to
    /// 1.3; with another on BC5CDR's it is 0.820 without, the same at a half, and 0.771 at 1: it has to be fitted.
    public var weight = 0.0

    /// No counts.
    public init() {}

    /// Counts one label after another.
    public mutating func add(_ label: String, after previous: String, times: Int = 1) {
        let (sum, overflows) = (counts[previous]?[label] ?? 0).addingReportingOverflow(times)
        counts[previous, default: [:]][label] = overflows ? .max : sum
    }

    /// All that was counted.
    public var total: Double { counts.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + Double($1) } } }

    /// Adds what was counted elsewhere, after what is here was multiplied so that it counts at least as much.
    public mutating func add(_ other: TransitionCounts) {
        let own = total
        let factor = own > 0 ? max(1, Int(exactly: (other.total / own).rounded(.up)) ?? 1) : 1
        counts = counts.mapValues { row in
            row.mapValues { times in
                let (product, overflows) = times.multipliedReportingOverflow(by: factor)
                return overflows ? .max : product
            }
        }
        for (previous, row) in other.counts {
            for (label, times) in row { add(label, after: previous, times: times) }
        }
    }

    /// Of all counts, and their weight.
    public var digest: TextDigest {
        let lines = counts.flatMap { row in row.value.map { "\(row.key)\t\($0.key)\t\($0.value)\n" } }
        return TextDigest(of: Array("\(weight)\n\(lines.sorted().joined())".utf8))
    }

    /// Whether each of the entities was there: what is counted says nothing good of a label that was not.
    public func hasAll(of labels: [String]) -> Bool {
        let seen = Set(counts.values.flatMap { $0.filter { $0.value > 0 }.keys })
        let entities = zip(LabelTag.tags(of: labels), labels).filter { $0.0.part != .outside }
        return Set(entities.map(\.0.entity)).isSubset(of: entities.filter { seen.contains($0.1) }.map(\.0.entity))
    }

    /// What is added to every count, so that nothing is impossible because it was not seen.
    ///
    /// With the counts of 5, 10 and 20 notes of MACCROBAT a tenth was better than a half or one.
    private static let prior = 0.1

    /// The logarithm of how likely each label is after each, times the weight, [labels before × labels after].
    package func logWeights(_ labels: [String]) -> [Double] {
        labels.flatMap { previous in
            let following = counts[previous] ?? [:]
            let row = labels.map { Double(following[$0] ?? 0) + Self.prior }
            let sum = log(row.reduce(0, +))
            return row.map { weight * (log($0) - sum) }
        }
    }
}

extension TransitionCounts {
    /// Reads the `transitions` of a `chartmark` entry.
    ///
    /// - Throws: ``BadInput`` for what is no count, or is of a label that the model lacks.
    init?(_ file: ConfigurationFile, labels: [String]) throws(BadInput) {
        guard let entry = file["chartmark"]?["transitions"] else { return nil }
        self.init()
        let known = Set(labels)
        guard let weight = entry["weight"].flatMap(ConfigurationFile.double), (0...Self.largestWeight).contains(weight)
        else { throw file.bad("'chartmark.transitions.weight' must be a number from 0 to \(Self.largestWeight)") }
        self.weight = weight
        let form = "'chartmark.transitions.counts' must hold counts by two labels of 'id2label'"
        guard let rows = entry["counts"]?.members else { throw file.bad(form) }
        for (previous, row) in rows {
            guard known.contains(previous), let row = row.members else {
                throw file.bad("\(form); '\(previous.printable)' is no label, or holds no counts")
            }
            for (label, count) in row {
                guard known.contains(label), let count = count.int, count >= 0 else {
                    throw file.bad("\(form); after '\(previous.printable)' it has '\(label.printable)'")
                }
                add(label, after: previous, times: count)
            }
        }
    }

    /// Beyond it the model itself would hardly be heard.
    private static let largestWeight = 10.0
}
