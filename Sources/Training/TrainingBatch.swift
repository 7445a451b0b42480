/// A window or text with what a model should say of it.
package struct TrainingSequence: Sendable {
    /// Token ids, special ones included.
    package var ids: [Int32]
    /// Which of two texts a token belongs to.
    package var types: [Int32]
    /// Targets with the tokens they stand at, in order; of a whole text, one at its first token.
    package var targets: [Target]
    /// What the frozen layers make of it, where that was computed before.
    package var frozen: FrozenOutputs?
    /// The tokens of each word, where words may be hidden from the model.
    package var words: [Range<Int>] = []

    /// What the model should say at one token.
    package struct Target: Sendable, Hashable {
        /// Which token of the sequence.
        package var token: Int
        /// The right class; the first of the wrong ones where no right one is known.
        package var label: Int
        /// Classes of which it is none, where that is all that is known; else empty.
        package var excluded: [Int] = []

        package init(token: Int, label: Int) {
            self.token = token
            self.label = label
        }

        /// A token of which is known what it is not.
        package init(token: Int, excluding classes: [Int]) {
            self.token = token
            label = classes.first ?? 0
            excluded = classes
        }
    }

    package init(ids: [Int32], types: [Int32], targets: [Target]) {
        self.ids = ids
        self.types = types
        self.targets = targets
    }
}

/// Some of a batch's sequences one after the other, without padding: what goes through the layers together.
struct SequenceGroup {
    /// The row of the batch at which the group starts.
    let firstRow: Int
    /// Tokens that no sequence of the model exceeds.
    let longestPossible: Int
    private(set) var ids: [Int32] = []
    private(set) var types: [Int32] = []
    /// The rows of each sequence, counted from the group's first.
    private(set) var sequences: [Range<Int>] = []
    private var frozen: [FrozenOutputs] = []
    /// Rows with a target, and the targets.
    private(set) var targets: [(row: Int, label: Int, excluded: [Int])] = []

    var rows: Int { ids.count }

    /// Numbers that the probabilities of one head take.
    var pairs: Int { sequences.reduce(0) { $0 + $1.count * $1.count } }

    /// What the frozen layers make of each sequence; `nil` unless it is known of all.
    var frozenOutputs: [FrozenOutputs]? { frozen.count == sequences.count ? frozen : nil }

    init(firstRow: Int, longestPossible: Int) {
        self.firstRow = firstRow
        self.longestPossible = longestPossible
    }

    mutating func append(_ sequence: TrainingSequence) {
        let start = ids.count
        ids += sequence.ids
        types += sequence.types
        sequences.append(start..<ids.count)
        if let outputs = sequence.frozen { frozen.append(outputs) }
        targets += sequence.targets.map { (start + $0.token, $0.label, $0.excluded) }
    }

    /// Rows that go through the layers together: enough for a product to run at full speed, few enough for the matrices of
    /// a layer to stay near the cache.
    static let rowsAtOnce = 512

    /// Divides a batch among workers, each part into groups.
    ///
    /// Both keep the order, so that which numbers are added up first does not depend on the machine.
    static func divide(
        _ batch: [TrainingSequence], longestPossible: Int, workers: Int
    ) -> [[SequenceGroup]] {
        let total = batch.reduce(0) { $0 + $1.ids.count }
        var parts: [[SequenceGroup]] = Array(repeating: [], count: workers)
        var row = 0
        for sequence in batch {
            // The worker in whose share the middle of the sequence lies.
            let worker = min(workers - 1, (2 * row + sequence.ids.count) * workers / max(1, 2 * total))
            let isFull = parts[worker].last.map { $0.rows + sequence.ids.count > rowsAtOnce } ?? true
            if isFull {
                parts[worker].append(SequenceGroup(firstRow: row, longestPossible: longestPossible))
            }
            parts[worker][parts[worker].count - 1].append(sequence)
            row += sequence.ids.count
        }
        return parts
    }
}
