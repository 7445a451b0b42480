import ClinicalBERT

/// What the frozen layers make of a sequence, which is the same in every epoch.
package struct FrozenOutputs: Sendable {
    private let memory: FloatMemory
    private let start: Int

    /// More than this is computed again in each epoch instead: a large set would fill the memory.
    static let mostBytes = 4 << 30

    /// The vectors in `memory` from its number `start` on.
    init(_ memory: FloatMemory, start: Int) {
        self.memory = memory
        self.start = start
    }

    /// Writes the vectors, as many as `target` has rows.
    func copy(to target: Matrix) {
        target.start.update(from: memory.pointer + start, count: target.rows * target.columns)
    }
}

/// What the frozen layers of a checkpoint made of sequences, kept from one run to the next.
package final class FrozenOutputCache {
    private var known: [[Int32]: FrozenOutputs] = [:]

    package init() {}

    /// The outputs of each sequence; those that are not known are computed, and kept if they fit into memory.
    func outputs(
        of sequences: [TrainingSequence], computing compute: ([TrainingSequence]) -> [FrozenOutputs?]
    ) -> [FrozenOutputs?] {
        let new = sequences.filter { known[$0.ids] == nil }
        for (sequence, outputs) in zip(new, compute(new)) { known[sequence.ids] = outputs }
        return sequences.map { known[$0.ids] }
    }
}
