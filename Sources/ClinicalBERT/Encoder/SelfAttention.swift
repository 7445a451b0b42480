import CVectorMath

/// What an encoder layer does between its projection to queries, keys and values and its output layer.
protocol Attention: Sendable {
    var heads: Int { get }

    /// workspace.context = attention of the pass's rows as queries, over the projections of `layer`, by the heads of `part`.
    func apply(_ pass: ForwardPass, _ layer: Int, part: Int?)
}

extension Attention {
    /// Heads of a part: with 64 rows and 512 keys they take about as long as a part of a product.
    private var headsPerPart: Int { 4 }

    /// Into how many parts the heads can be divided among workers.
    var parts: Int { (heads + headsPerPart - 1) / headsPerPart }

    /// The heads of one of ``parts``; without it, all.
    func heads(of part: Int?) -> Range<Int> {
        guard let part else { return 0..<heads }
        return part * headsPerPart..<min(heads, (part + 1) * headsPerPart)
    }
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
    /// Whether its products are those of bfloat16.
    var isBFloat16 = false

    func apply(_ pass: ForwardPass, _ layer: Int, part: Int?) {
        let hidden = heads * headSize
        for piece in pass.batch.parts(of: pass.rows) {
            let first = piece.sequence.lowerBound
            let projections = pass.workspace.queryKeyValue(layer).pointer + first * 3 * hidden
            let context = pass.workspace.context.pointer + first * hidden
            for head in heads(of: part) {
                let queries = projections + head * headSize
                var call = VMAttention(
                    queries: queries, keys: queries + hidden, values: queries + 2 * hidden, stride: 3 * hidden,
                    first_query: piece.rows.lowerBound - first, end_query: piece.rows.upperBound - first,
                    key_count: piece.sequence.count, head_size: headSize, window: reach ?? .max,
                    scale: 1 / Float(headSize).squareRoot())
                let multiply = isBFloat16 ? vm_bfloat16_attention : vm_attention
                multiply(&call, context + head * headSize, hidden, pass.scratch.attention.pointer)
            }
        }
    }
}
