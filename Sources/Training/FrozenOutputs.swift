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
