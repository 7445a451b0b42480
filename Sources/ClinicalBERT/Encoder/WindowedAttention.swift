import COpenBLAS
import CVectorMath

/// Multi-head attention of each token to those at most `reach` tokens away, or to all of its sequence.
///
/// Only the band that is seen is computed.
struct WindowedAttention: Sendable {
    let heads: Int
    let headSize: Int
    /// How far a token sees to either side, that far included; `nil` for its whole sequence.
    let reach: Int?

    /// workspace.context = attention of `rows` as queries, over the queries, keys and values in `workspace.queryKeyValue`.
    func apply(_ rows: Range<Int>, of batch: PackedBatch, _ workspace: Workspace) {
        for part in batch.parts(of: rows) {
            for start in stride(from: part.rows.lowerBound, to: part.rows.upperBound, by: SelfAttention.queryBlock) {
                let block = start..<min(part.rows.upperBound, start + SelfAttention.queryBlock)
                let seen = seen(from: block, in: part.sequence)
                for head in 0..<heads { attend(head, block, seen, part.sequence, workspace) }
            }
        }
    }

    /// The rows that any of `queries` sees.
    private func seen(from queries: Range<Int>, in sequence: Range<Int>) -> Range<Int> {
        guard let reach else { return sequence }
        return (queries.lowerBound - reach..<queries.upperBound + reach).clamped(to: sequence)
    }

    private func attend(
        _ head: Int, _ queries: Range<Int>, _ keys: Range<Int>, _ sequence: Range<Int>, _ workspace: Workspace
    ) {
        let hidden = heads * headSize
        let width = 3 * hidden
        let columns = keys.count
        let scores = workspace.scores.pointer  // [queries, keys]
        let first = workspace.queryKeyValue.pointer + head * headSize
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(queries.count), blasint(columns), blasint(headSize), 1,
            first + queries.lowerBound * width, blasint(width), first + keys.lowerBound * width + hidden,
            blasint(width), 0, scores, blasint(columns))
        let scale = 1 / Float(headSize).squareRoot()
        if reach == nil {
            vm_softmax(scores, queries.count, columns, columns, scale)
        } else {
            for (index, query) in queries.enumerated() {
                let row = scores + index * columns
                let seen = seen(from: query..<query + 1, in: sequence)
                let from = seen.lowerBound - keys.lowerBound
                let to = seen.upperBound - keys.lowerBound
                row.update(repeating: 0, count: from)
                vm_softmax(row + from, 1, to - from, columns, scale)
                (row + to).update(repeating: 0, count: columns - to)
            }
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(queries.count), blasint(headSize), blasint(columns), 1,
            scores, blasint(columns), first + keys.lowerBound * width + 2 * hidden, blasint(width), 0,
            workspace.context.pointer + queries.lowerBound * hidden + head * headSize, blasint(hidden))
    }
}
