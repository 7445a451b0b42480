import CVectorMath

/// Multi-head attention within each sequence of a group (Vaswani and others 2017).
struct AttentionLayer: Sendable {
    let heads: Int
    let headSize: Int

    /// What both passes are about.
    struct Saved {
        /// Queries, keys and values beside each other, [rows, 3 · hidden].
        let projections: Matrix
        /// Softmax of the scores before dropout: for each sequence, for each head, [tokens, tokens].
        let probabilities: UnsafeMutablePointer<Float>
        let mask: VMDropout?
    }

    /// Two matrices of one head and sequence, [tokens, tokens] each.
    struct Scratch {
        let first: UnsafeMutablePointer<Float>
        let second: UnsafeMutablePointer<Float>
    }

    private var scale: Float { 1 / Float(headSize).squareRoot() }

    /// One head within one sequence.
    private struct Part {
        let queries: Matrix  // [tokens, headSize]
        let keys: Matrix
        let values: Matrix
        /// The head's part of the rows of context.
        let rows: Range<Int>
        let columns: Range<Int>
        let probabilities: Matrix  // [tokens, tokens]
        let place: UInt32
        let placeStride: Int
    }

    /// context = dropout(softmax(queries keysᵀ / √headSize)) values.
    func forward(_ group: SequenceGroup, _ saved: Saved, _ scratch: Scratch, into context: Matrix) {
        forEachPart(group, saved) { part in
            let count = part.rows.count
            part.probabilities.set(part.queries, timesTransposed: part.keys)
            vm_softmax(part.probabilities.start, count, count, count, scale)
            let weights = dropped(part, saved, scratch.first)
            context.rows(part.rows).columns(part.columns).set(weights, times: part.values)
        }
    }

    /// The gradients of the projections from that of the context.
    ///
    /// - Parameter target: [rows, 3 · hidden].
    func backward(
        _ group: SequenceGroup, _ saved: Saved, _ scratch: Scratch, _ gradient: Matrix, into target: Matrix
    ) {
        let hidden = heads * headSize
        forEachPart(group, saved) { part in
            let count = part.rows.count
            let change = gradient.rows(part.rows).columns(part.columns)
            let rows = target.rows(part.rows)
            let queries = rows.columns(part.columns)
            let keys = rows.columns(part.columns.lowerBound + hidden..<part.columns.upperBound + hidden)
            let values = rows.columns(part.columns.lowerBound + 2 * hidden..<part.columns.upperBound + 2 * hidden)
            values.set(transposed: dropped(part, saved, scratch.first), times: change)
            let scores = Matrix(scratch.second, rows: count, columns: count)
            scores.set(change, timesTransposed: part.values)
            withMask(saved.mask) {
                vm_softmax_backward(
                    scores.start, part.probabilities.start, count, count, scale, part.place, part.placeStride, $0)
            }
            queries.set(scores, times: part.keys)
            keys.set(transposed: scores, times: part.queries)
        }
    }

    /// The probabilities after dropout: themselves, or a copy.
    private func dropped(_ part: Part, _ saved: Saved, _ copy: UnsafeMutablePointer<Float>) -> Matrix {
        guard let mask = saved.mask else { return part.probabilities }
        let count = part.rows.count
        withMask(mask) {
            vm_dropout(copy, part.probabilities.start, count, count, part.place, part.placeStride, $0)
        }
        return Matrix(copy, rows: count, columns: count)
    }

    private func forEachPart(_ group: SequenceGroup, _ saved: Saved, _ body: (Part) -> Void) {
        let hidden = heads * headSize
        var probabilities = saved.probabilities
        for sequence in group.sequences {
            let rows = saved.projections.rows(sequence)
            let count = sequence.count
            for head in 0..<heads {
                let columns = head * headSize..<(head + 1) * headSize
                // A row of a mask for each row of the batch and head.
                let place = ((group.firstRow + sequence.lowerBound) * heads + head) * group.longestPossible
                body(
                    Part(
                        queries: rows.columns(columns),
                        keys: rows.columns(columns.lowerBound + hidden..<columns.upperBound + hidden),
                        values: rows.columns(columns.lowerBound + 2 * hidden..<columns.upperBound + 2 * hidden),
                        rows: sequence, columns: columns,
                        probabilities: Matrix(probabilities, rows: count, columns: count),
                        place: UInt32(truncatingIfNeeded: place), placeStride: heads * group.longestPossible))
                probabilities += count * count
            }
        }
    }
}
