import CVectorMath

/// What an encoder layer does between its projection to queries, keys and values and its output layer.
protocol Attention: Sendable {
    /// workspace.context = attention of the pass's rows as queries, over the projections of `layer`.
    func apply(_ pass: ForwardPass, _ layer: Int)
}

/// Multi-head attention within each sequence of a batch (Vaswani and others 2017), of each token to all of its sequence or
/// to its neighbourhood.
///
/// A head's scores are made and used block by block; those outside the neighbourhood are not made.
struct SelfAttention: Attention {
    let heads: Int
    let headSize: Int
    /// How far a token sees to either side, that far included; `nil` for its whole sequence.
    var reach: Int?

    func apply(_ pass: ForwardPass, _ layer: Int) {
        let hidden = heads * headSize
        for part in pass.batch.parts(of: pass.rows) {
            let first = part.sequence.lowerBound
            let projections = pass.workspace.queryKeyValue(layer).pointer + first * 3 * hidden
            let context = pass.workspace.context.pointer + first * hidden
            for head in 0..<heads {
                let queries = projections + head * headSize
                var call = VMAttention(
                    queries: queries, keys: queries + hidden, values: queries + 2 * hidden, stride: 3 * hidden,
                    first_query: part.rows.lowerBound - first, end_query: part.rows.upperBound - first,
                    key_count: part.sequence.count, head_size: headSize, window: reach ?? .max,
                    scale: 1 / Float(headSize).squareRoot())
                vm_attention(&call, context + head * headSize, hidden, pass.scratch.attention.pointer)
            }
        }
    }
}
