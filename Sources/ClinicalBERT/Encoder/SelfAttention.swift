import COpenBLAS
import CVectorMath

/// Multi-head attention within each sequence of a packed batch (Vaswani and others 2017).
struct SelfAttention: Sendable {
    let queryKeyValue: Linear  // hidden -> 3 * hidden: queries, keys, values
    let output: Linear  // hidden -> hidden
    let heads: Int

    /// Queries are taken in blocks of this many rows: 64 rows of scores against 512 keys are 128 KiB, which stays in the
    /// second-level cache between the product, the softmax and the product with the values.
    static let queryBlock = 64

    /// workspace.update = attention(workspace.hidden), without the output layer's bias.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        let hidden = output.inputs
        queryKeyValue.apply(workspace.hidden.pointer, rows: batch.rows, into: workspace.queryKeyValue.pointer)
        for sequence in batch.sequences {
            for head in 0..<heads { attend(head, sequence, hidden, workspace) }
        }
        output.multiply(workspace.context.pointer, rows: batch.rows, into: workspace.update.pointer)
    }

    private func attend(_ head: Int, _ sequence: Range<Int>, _ hidden: Int, _ workspace: Workspace) {
        let size = hidden / heads
        let stride = blasint(3 * hidden)
        let tokens = sequence.count
        let first = workspace.queryKeyValue.pointer + sequence.lowerBound * 3 * hidden + head * size
        let keys = first + hidden  // [tokens, size], rows 3 * hidden apart
        let values = first + 2 * hidden
        let scores = workspace.scores.pointer
        let scale = 1 / Float(size).squareRoot()
        var block = 0
        while block < tokens {
            let rows = min(Self.queryBlock, tokens - block)
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(tokens), blasint(size), 1,
                first + block * 3 * hidden, stride, keys, stride, 0, scores, blasint(tokens))
            vm_softmax(scores, rows, tokens, tokens, scale)
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(size), blasint(tokens), 1, scores,
                blasint(tokens), values, stride, 0,
                workspace.context.pointer + (sequence.lowerBound + block) * hidden + head * size, blasint(hidden))
            block += rows
        }
    }
}
