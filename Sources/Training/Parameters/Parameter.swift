/// A tensor that training may change: its name in the checkpoint and its place in the arenas.
package struct Parameter: Sendable, Hashable {
    /// As transformers names it, so that what is written loads there.
    package let name: String
    package let shape: [Int]
    /// The first of its numbers in each arena.
    package let offset: Int
    /// How its first values are found.
    package let origin: Origin
    /// Whether training changes it.
    package let isTrained: Bool

    /// Where a parameter's first values come from.
    package enum Origin: Sendable, Hashable {
        /// The checkpoint, which must have it.
        case checkpoint
        /// The checkpoint where it has it, else new ones.
        case checkpointOr(New)
        /// New ones, whatever the checkpoint has.
        case new(New)
    }

    /// Values of a head that is still to be trained.
    package enum New: Sendable, Hashable {
        case normal
        /// From −1/√columns to 1/√columns, as PEFT starts A (Kaiming He and others 2015).
        case uniform
        case zeros
        case ones
    }

    package var count: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<offset + count }

    /// Whether weight decay shrinks it: biases and norms are left alone (Devlin and others 2019).
    package var decays: Bool { shape.count > 1 }
}

/// Consecutive parameters seen as one matrix, [rows, columns], or as one vector.
package struct ParameterBlock: Sendable, Hashable {
    let offset: Int
    let rows: Int
    let columns: Int
    /// Whether gradients of it are wanted.
    let isTrained: Bool

    var count: Int { rows * columns }
}
