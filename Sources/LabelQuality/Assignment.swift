import ClinicalText

/// Gives notes to annotators, a share of them to two, so that agreement can be measured on what both read.
public struct Assignment: Hashable, Sendable {
    /// The notes of each annotator, in the order of the notes.
    public let notes: [String: [String]]
    /// The notes that two annotators read, in the order of the notes.
    public let twice: [String]

    /// Deals notes out.
    ///
    /// Everyone has the same number of notes, but for one, and each two annotators share about as many as any other two.
    ///
    /// - Parameters:
    ///   - ids: the notes.
    ///   - annotators: who; at least one.
    ///   - share: of the notes, for two annotators each, 0 to 1; nobody reads a note twice.
    ///   - seed: of the order; the same seed, notes and annotators give the same assignment.
    public init(_ ids: [String], to annotators: [String], twice share: Double, seed: UInt64) {
        let order = ids.sorted { SeededOrder.number($0, seed: seed) < SeededOrder.number($1, seed: seed) }
        let doubled = annotators.count > 1 ? min(ids.count, Int((share * Double(ids.count)).rounded(.up))) : 0
        var pairs: [(Int, Int)] = []
        for first in annotators.indices {
            for second in annotators.indices where second > first { pairs.append((first, second)) }
        }
        var given = [Set<String>](repeating: [], count: annotators.count)
        var shared = [Int](repeating: 0, count: pairs.count)
        for id in order.prefix(doubled) {
            // The pair that shares least, then the one with least to do.
            let chosen = pairs.indices.min { one, other in
                let first = (shared[one], given[pairs[one].0].count + given[pairs[one].1].count, one)
                let second = (shared[other], given[pairs[other].0].count + given[pairs[other].1].count, other)
                return first < second
            }
            guard let chosen else { break }
            shared[chosen] += 1
            given[pairs[chosen].0].insert(id)
            given[pairs[chosen].1].insert(id)
        }
        for id in order.dropFirst(doubled) {
            guard let least = annotators.indices.min(by: { (given[$0].count, $0) < (given[$1].count, $1) }) else {
                break
            }
            given[least].insert(id)
        }
        let both = Set(order.prefix(doubled))
        twice = ids.filter(both.contains)
        notes = Dictionary(
            zip(annotators, given).map { name, own in (name, ids.filter(own.contains)) }, uniquingKeysWith: +)
    }
}
