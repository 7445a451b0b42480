/// A worker's step with some rows of a batch.
///
/// Workers of one batch share its matrices, each with rows of its own. A row needs the others only in attention, which reads
/// the keys and values of its whole sequence: a step ends where they are made, and the next starts when all are there.
struct ForwardPass {
    let batch: PackedBatch
    let workspace: Workspace
    /// Which of the workers this is, from 0.
    let worker: Int
    /// The rows of the batch that it is for.
    let rows: Range<Int>

    /// Memory of this worker alone.
    var scratch: Workspace.Scratch { workspace.scratch[worker] }

    /// Where the rows of a matrix start, whose rows are `width` wide.
    func start(_ memory: FloatMemory, width: Int) -> UnsafeMutablePointer<Float> {
        memory.pointer + rows.lowerBound * width
    }
}
