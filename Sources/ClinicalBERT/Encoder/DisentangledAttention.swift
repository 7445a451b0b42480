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

    /// Floats of the two matrices of position terms, [queries, numbers] and [numbers, keys], and of the numbers' keys and
    /// queries, packed.
    static func memory(_ distances: RelativeDistances?, headSize: Int) -> Int {
        guard let distances else { return 0 }
        return Self.queryBlock * 2 * distances.span + (Self.queryBlock + keyBlock) * keyBlock
            + vm_scores_scratch(2 * distances.span, headSize) + vm_scores_scratch(keyBlock, headSize)
    }

    /// Floats of a block of queries' scores, and of the keys or the values, packed.
    static func memory(keys: Int, headSize: Int) -> Int {
        queryBlock * keys + max(vm_scores_scratch(keys, headSize), vm_mixtures_scratch(headSize, keys))
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
        var product = VMScores(
            left: query, left_stride: width, right: key, right_stride: width, rows: queries.count, columns: columns,
            depth: headSize, output_stride: columns)
        vm_scores(&product, scores, packing(pass, columns))
        if let distances { addPositions(distances, head, queries, keys, pass, layer) }
        vm_softmax(scores, queries.count, columns, columns, scale)
        var mixture = VMScores(
            left: scores, left_stride: columns, right: key + hidden, right_stride: width, rows: queries.count,
            columns: headSize, depth: columns, output_stride: hidden)
        vm_mixtures(
            &mixture, pass.workspace.context.pointer + queries.lowerBound * hidden + head * headSize,
            packing(pass, columns))
    }

    /// Where a matrix is packed: behind the scores and the position terms.
    private func packing(_ pass: ForwardPass, _ keys: Int) -> UnsafeMutablePointer<Float> {
        let positions = distances.map {
            Self.queryBlock * 2 * $0.span + (Self.queryBlock + Self.keyBlock) * Self.keyBlock
        }
        return pass.scratch.attention.pointer + Self.queryBlock * keys + (positions ?? 0)
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
            var product = VMScores(
                left: first + queries.lowerBound * width, left_stride: width,
                right: positionKeys.pointer + all.lowerBound * hidden + head * headSize, right_stride: hidden,
                rows: queries.count, columns: all.count, depth: headSize, output_stride: all.count)
            vm_scores(&product, byQuery, packing(pass, keys.count))
        }
        let byKey = byQuery + Self.queryBlock * 2 * distances.span  // [numbers of the block, keys]
        for start in stride(from: keys.lowerBound, to: keys.upperBound, by: Self.keyBlock) {
            let block = start..<min(keys.upperBound, start + Self.keyBlock)
            let some = numbers(distances, queries, block)
            if let positionQueries {
                var product = VMScores(
                    left: positionQueries.pointer + some.lowerBound * hidden + head * headSize, left_stride: hidden,
                    right: first + start * width + hidden, right_stride: width, rows: some.count,
                    columns: block.count, depth: headSize, output_stride: block.count)
                vm_scores(&product, byKey, packing(pass, keys.count))
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
