/// One worker's part in running a batch through an encoder.
///
/// Workers of one batch share its matrices, each with rows of its own. A row needs the others only in attention, which reads
/// the keys and values of its whole sequence: they wait for each other once a layer, between the projection and attention.
struct ForwardPass {
    let batch: PackedBatch
    let workspace: Workspace
    /// Which of the workers this is, from 0.
    let worker: Int
    /// The worker's rows of the batch.
    let rows: Range<Int>
    private let barrier: WorkerBarrier?

    /// The part of worker `worker` of `workers`; with more than one, all pass `barrier`.
    init(
        _ batch: PackedBatch, _ workspace: Workspace, worker: Int = 0, of workers: Int = 1,
        barrier: WorkerBarrier? = nil
    ) {
        self.batch = batch
        self.workspace = workspace
        self.worker = worker
        self.barrier = barrier
        rows = batch.rows * worker / workers..<batch.rows * (worker + 1) / workers
    }

    /// Memory of this worker alone.
    var scratch: Workspace.Scratch { workspace.scratch[worker] }

    /// Waits until every worker has come as far.
    func waitForOthers() { barrier?.wait() }

    /// Where this worker's rows of a matrix start, whose rows are `width` wide.
    func start(_ memory: FloatMemory, width: Int) -> UnsafeMutablePointer<Float> {
        memory.pointer + rows.lowerBound * width
    }
}
