import ClinicalText
import Glibc

/// How often each label followed each other, word by word, in the notes that a model was trained on: what its decoder takes
/// for how likely a label is after another.
///
/// A model that labels each word by itself begins and ends entities more often than people do. The counts give it a sense of
/// how entities go on (the transition probabilities of a hidden Markov model, Rabiner 1989): on MACCROBAT's development set
/// they raise F1 by 0.015. They stand in `config.json`, as `"chartmark": {"transitions": {"O": {"B-Age": 140, …}, …}}`, by
/// what comes first; transformers ignores them.
public struct TransitionCounts: Sendable, Hashable {
    /// By the label before, then by the label after; what never happened is left out.
    ///
    /// The start of a note counts as `O`.
    public private(set) var counts: [String: [String: Int]] = [:]

    /// No counts.
    public init() {}

    /// Counts one label after another.
    public mutating func add(_ label: String, after previous: String, times: Int = 1) {
        let (sum, overflows) = (counts[previous]?[label] ?? 0).addingReportingOverflow(times)
        counts[previous, default: [:]][label] = overflows ? .max : sum
    }

    /// Adds what was counted elsewhere.
    public mutating func add(_ other: TransitionCounts) {
        for (previous, row) in other.counts {
            for (label, times) in row { add(label, after: previous, times: times) }
        }
    }

    /// What is added to every count, so that nothing is impossible because it was not seen (Jeffreys 1946).
    private static let prior = 0.5

    /// The logarithm of how likely each label is after each, [labels before × labels after].
    func logProbabilities(_ labels: [String]) -> [Double] {
        labels.flatMap { previous in
            let row = labels.map { Double(counts[previous]?[$0] ?? 0) + Self.prior }
            let sum = log(row.reduce(0, +))
            return row.map { log($0) - sum }
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
        let form = "'chartmark.transitions' must hold counts by two labels of 'id2label'"
        guard let rows = entry.members else { throw file.bad(form) }
        for (previous, row) in rows {
            guard known.contains(previous), let row = row.members else {
                throw file.bad("\(form); '\(previous.printable)' is none, or has none after it")
            }
            for (label, count) in row {
                guard known.contains(label), let count = count.int, count >= 0 else {
                    throw file.bad("\(form); after '\(previous.printable)' it has '\(label.printable)'")
                }
                add(label, after: previous, times: count)
            }
        }
    }
}
