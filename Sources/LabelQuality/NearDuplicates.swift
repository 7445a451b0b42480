import ClinicalText

/// Finds texts that share most of their words in order.
///
/// A text is the set of its runs of five words; two are near-duplicates where they share four fifths of all their runs
/// (Jaccard). Candidates come from MinHash signatures in bands (A. Broder, "On the resemblance and containment of documents",
/// 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3), and each is then counted exactly.
public struct NearDuplicates {
    /// How alike two texts must be.
    public static let threshold = 0.8

    /// Two texts that are nearly the same.
    public struct Match: Hashable, Sendable {
        /// The position of the later text.
        public let text: Int
        /// The position of the first text of its group.
        public let first: Int
        /// The share of runs that they have in common, 0 to 1; that of the text it was found by, if not with the first.
        public let similarity: Double
    }

    /// Runs of five words: shorter ones make any two discharge letters alike, longer ones miss a changed word in ten.
    private static let runLength = 5
    /// 20 bands of 6 rows: a pair of 0.8 is found with a probability of 0.998, one of 0.3 becomes a candidate in 1.5 %.
    private static let bands = 20
    private static let rows = 6
    /// In a band that hundreds of texts share, each is compared with so many at most.
    private static let mostCompared = 16

    private var signatures: [[UInt32]] = []
    private var runs: [[UInt64]] = []
    private let hashes: [(factor: UInt32, addend: UInt32)]

    /// Nothing added yet.
    public init() {
        var state = WordNumber.start
        hashes = (0..<Self.bands * Self.rows).map { index in
            state = WordNumber.joined(state, UInt64(index))
            // An odd factor permutes the numbers of 32 bits.
            return (UInt32(truncatingIfNeeded: state) | 1, UInt32(truncatingIfNeeded: state >> 32))
        }
    }

    /// Adds a text; its position is how many were added before.
    public mutating func add(_ reading: LabelReading) {
        let words = reading.tokens.map(\.word)
        let count = max(1, words.count - Self.runLength + 1)
        let found = Set(
            (0..<count).map { start in
                words[start..<min(words.count, start + Self.runLength)].reduce(WordNumber.start, WordNumber.joined)
            })
        runs.append(found.sorted())
        signatures.append(signature(found))
    }

    private func signature(_ runs: Set<UInt64>) -> [UInt32] {
        var least = [UInt32](repeating: .max, count: hashes.count)
        for run in runs {
            let number = UInt32(truncatingIfNeeded: run ^ (run >> 32))
            for index in least.indices {
                let value = number &* hashes[index].factor &+ hashes[index].addend
                least[index] = min(least[index], value)
            }
        }
        return least
    }

    /// Every text that is nearly the same as an earlier one, in the order of the texts.
    public func matches() -> [Match] {
        var group = Array(signatures.indices)
        var likeness = [Double](repeating: 0, count: signatures.count)
        func root(_ text: Int) -> Int {
            var text = text
            while group[text] != text { text = group[text] }
            return text
        }
        for band in 0..<Self.bands {
            var buckets: [[UInt32]: [Int]] = [:]
            for (text, signature) in signatures.enumerated() {
                let key = Array(signature[band * Self.rows..<(band + 1) * Self.rows])
                let others = buckets[key] ?? []
                for other in others {
                    let (one, two) = (root(other), root(text))
                    guard one != two else { continue }
                    let similarity = similarity(other, text)
                    guard similarity >= Self.threshold else { continue }
                    group[max(one, two)] = min(one, two)
                    likeness[text] = max(likeness[text], similarity)
                }
                if others.count < Self.mostCompared { buckets[key, default: []].append(text) }
            }
        }
        return signatures.indices.compactMap { text in
            let first = root(text)
            guard first != text else { return nil }
            let similarity = similarity(first, text)
            return Match(
                text: text, first: first, similarity: similarity >= Self.threshold ? similarity : likeness[text])
        }
    }

    /// The share of runs that two texts have in common.
    private func similarity(_ first: Int, _ second: Int) -> Double {
        let (one, other) = (runs[first], runs[second])
        var (left, right, shared) = (0, 0, 0)
        while left < one.count, right < other.count {
            if one[left] == other[right] { shared += 1 }
            let isLeft = one[left] <= other[right]
            if one[left] >= other[right] { right += 1 }
            if isLeft { left += 1 }
        }
        let all = one.count + other.count - shared
        return all > 0 ? Double(shared) / Double(all) : 1
    }
}
