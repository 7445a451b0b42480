import COpenBLAS
import CVectorMath

/// Attention whose scores are the sum of content to content, content to position, and position to content (He and others
/// 2021).
struct DisentangledAttention: Attention {
    let heads: Int
    let headSize: Int
    let distances: RelativeDistances?
    /// The keys of the relative distances, [2 * span, hidden], if content looks at positions.
    let positionKeys: FloatArray?
    /// The queries of the relative distances, [2 * span, hidden], if positions look at content.
    let positionQueries: FloatArray?
    /// What the scores are multiplied by: 1 / √(head size · terms).
    let scale: Float

    /// Queries are taken in blocks of this many rows: 64 rows of scores against 512 keys are 128 KiB, which stays in the
    /// second-level cache between the products.
    static let queryBlock = 64

    /// Keys are taken in blocks of this many for the position terms, so that a block of queries and one of keys are at most
    /// 127 distances apart.
    private static let keyBlock = 64

    /// Floats of the two matrices of position terms: [queries, numbers] and [numbers, keys].
    static func memory(_ distances: RelativeDistances?) -> Int {
        guard let distances else { return 0 }
        return Self.queryBlock * 2 * distances.span + (Self.queryBlock + keyBlock) * keyBlock
    }

    func apply(_ pass: ForwardPass, _ layer: Int, part: Int?) {
        for piece in pass.batch.parts(of: pass.rows) {
            for start in stride(from: piece.rows.lowerBound, to: piece.rows.upperBound, by: Self.queryBlock) {
                let block = start..<min(piece.rows.upperBound, start + Self.queryBlock)
                for head in heads(of: part) { attend(head, block, piece.sequence, pass, layer) }
            }
        }
    }

    private func attend(_ head: Int, _ queries: Range<Int>, _ keys: Range<Int>, _ pass: ForwardPass, _ layer: Int) {
        let hidden = heads * headSize
        let width = 3 * hidden
        let columns = keys.count
        let scores = pass.scratch.attention.pointer  // [queries, keys]
        let first = pass.workspace.queryKeyValue(layer).pointer + head * headSize
        let query = first + queries.lowerBound * width
        let key = first + keys.lowerBound * width + hidden
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(queries.count), blasint(columns), blasint(headSize), 1,
            query, blasint(width), key, blasint(width), 0, scores, blasint(columns))
        if let distances { addPositions(distances, head, queries, keys, pass, layer) }
        vm_softmax(scores, queries.count, columns, columns, scale)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(queries.count), blasint(headSize), blasint(columns), 1,
            scores, blasint(columns), key + hidden, blasint(width), 0,
            pass.workspace.context.pointer + queries.lowerBound * hidden + head * headSize, blasint(hidden))
    }

    /// The scores' position terms.
    ///
    /// A number falls as the key moves right, so that those of a block are one range of the table.
    private func addPositions(
        _ distances: RelativeDistances, _ head: Int, _ queries: Range<Int>, _ keys: Range<Int>, _ pass: ForwardPass,
        _ layer: Int
    ) {
        let hidden = heads * headSize
        let width = 3 * hidden
        let first = pass.workspace.queryKeyValue(layer).pointer + head * headSize
        let all = numbers(distances, queries, keys)
        let scores = pass.scratch.attention.pointer
        let byQuery = scores + Self.queryBlock * keys.count  // [queries, numbers of all keys]
        if let positionKeys {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(queries.count), blasint(all.count),
                blasint(headSize), 1, first + queries.lowerBound * width, blasint(width),
                positionKeys.pointer + all.lowerBound * hidden + head * headSize, blasint(hidden), 0, byQuery,
                blasint(all.count))
        }
        let byKey = byQuery + Self.queryBlock * 2 * distances.span  // [numbers of the block, keys]
        for start in stride(from: keys.lowerBound, to: keys.upperBound, by: Self.keyBlock) {
            let block = start..<min(keys.upperBound, start + Self.keyBlock)
            let some = numbers(distances, queries, block)
            if let positionQueries {
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, blasint(some.count), blasint(block.count),
                    blasint(headSize), 1, positionQueries.pointer + some.lowerBound * hidden + head * headSize,
                    blasint(hidden), first + start * width + hidden, blasint(width), 0, byKey, blasint(block.count))
            }
            distances.withPlaces(around: start - queries.lowerBound) { places in
                vm_add_relative(
                    scores + start - keys.lowerBound, keys.count, queries.count, block.count, places,
                    positionKeys == nil ? nil : byQuery, all.count, Int32(all.lowerBound),
                    positionQueries == nil ? nil : byKey, Int32(some.lowerBound))
            }
        }
    }

    /// The numbers of all distances between `queries` and `keys`.
    private func numbers(_ distances: RelativeDistances, _ queries: Range<Int>, _ keys: Range<Int>) -> Range<Int> {
        let least = distances.place(keys.upperBound - 1 - queries.lowerBound)
        return least..<distances.place(keys.lowerBound - queries.upperBound + 1) + 1
    }
}
