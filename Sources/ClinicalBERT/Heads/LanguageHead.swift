import CVectorMath
import ClinicalText
import Glibc

/// A piece that could stand in place of a token.
public struct TokenCandidate: Sendable, Hashable {
    /// Its id.
    public let id: Int
    /// What the masked language model gives it.
    public let logit: Float
    /// The softmax of the logits over the whole vocabulary, 0 to 1.
    public let score: Double
}

/// A logit of every piece of the vocabulary for a token: the masked language model's head.
///
/// The vocabulary is gone through block by block, so that a text's logits, hundreds of megabytes, never stand in memory
/// where only the largest are wanted.
struct LanguageHead: Sendable {
    let transform: Transform
    let weight: FloatArray  // [vocabulary, width]
    let bias: FloatArray?  // [vocabulary]
    let vocabulary: Int

    private var width: Int { transform.dense.outputs }

    /// Pieces of the vocabulary that are multiplied at once: a hundred rows' logits are 800 KB, which are read again at once
    /// and are still near.
    private static let piecesAtOnce = 2048

    /// Binds the decoder: a matrix of its own if there is one, else the token table.
    ///
    /// So does the reference, for which `tie_word_embeddings` decides only where the matrix is not there.
    init(
        transform: Transform, _ names: HeadLayout.Decoder, _ checkpoint: Checkpoint,
        _ configuration: ModelConfiguration
    ) throws(BadInput) {
        self.transform = transform
        vocabulary = configuration.vocabularySize
        let isOwn = checkpoint.has(names.weight) || !configuration.tiesWordEmbeddings
        weight = try checkpoint.floats(isOwn ? names.weight : names.tied, [vocabulary, transform.dense.outputs])
        guard let first = names.biases.first else {
            bias = nil
            return
        }
        bias = try checkpoint.floats(names.biases.first(where: checkpoint.has) ?? first, [vocabulary])
        // The reference ties them.
        for name in names.biases { checkpoint.markUsed(name) }
    }

    /// One matrix of logits, [tokens, vocabulary], for each sequence.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        var values = [Float](repeating: 0, count: batch.rows * vocabulary)
        forEachBlock(Array(0..<batch.rows), workspace) { pieces, logits in
            for row in 0..<batch.rows {
                for piece in pieces {
                    values[row * vocabulary + piece] = logits[row * pieces.count + piece - pieces.lowerBound]
                }
            }
        }
        return batch.sequences.map { sequence in
            let from = sequence.lowerBound * vocabulary
            return Logits(
                rows: sequence.count, columns: vocabulary,
                values: Array(values[from..<from + sequence.count * vocabulary]))
        }
    }

    /// The `count` likeliest pieces of each of `rows`, the likeliest first, of equals the one with the lower id.
    func candidates(_ count: Int, of rows: [Int], _ workspace: Workspace) -> [[TokenCandidate]] {
        var best = [[(id: Int, logit: Float)]](repeating: [], count: rows.count)
        var tops = [Double](repeating: -.infinity, count: rows.count)
        var sums = [Double](repeating: 0, count: rows.count)
        forEachBlock(rows, workspace) { pieces, logits in
            for row in rows.indices {
                let block = UnsafeBufferPointer(start: logits + row * pieces.count, count: pieces.count)
                let top = max(tops[row], Double(block.max() ?? 0))
                sums[row] *= exp(tops[row] - top)
                tops[row] = top
                for (index, logit) in block.enumerated() {
                    sums[row] += Double(expf(logit - Float(top)))
                    if best[row].count == count, logit <= best[row].last?.logit ?? .infinity { continue }
                    let place = best[row].firstIndex { $0.logit < logit } ?? best[row].count
                    best[row].insert((pieces.lowerBound + index, logit), at: place)
                    if best[row].count > count { best[row].removeLast() }
                }
            }
        }
        return rows.indices.map { row in
            best[row].map {
                TokenCandidate(id: $0.id, logit: $0.logit, score: exp(Double($0.logit) - tops[row]) / sums[row])
            }
        }
    }

    /// Calls `body` with a range of the vocabulary and its logits, [rows, range], until all were there.
    private func forEachBlock(
        _ rows: [Int], _ workspace: Workspace, _ body: (Range<Int>, UnsafePointer<Float>) -> Void
    ) {
        guard !rows.isEmpty else { return }
        let hidden = transform.dense.inputs
        for (index, row) in rows.enumerated() {
            (workspace.context.pointer + index * hidden).update(
                from: workspace.hidden.pointer + row * hidden, count: hidden)
        }
        let vectors = workspace.intermediate.pointer
        transform.apply(workspace.context.pointer, rows: rows.count, into: vectors)
        // The same blocks for any number of rows, and so the same sums.
        let step = min(vocabulary, Self.piecesAtOnce)
        workspace.reserve(logits: rows.count * step + vm_scores_scratch(step, width))
        let logits = workspace.logits.pointer
        for start in stride(from: 0, to: vocabulary, by: step) {
            let count = min(step, vocabulary - start)
            var product = VMScores(
                left: vectors, left_stride: width, right: weight.pointer + start * width, right_stride: width,
                rows: rows.count, columns: count, depth: width, output_stride: count)
            vm_scores(&product, logits, logits + rows.count * step)
            if let bias { vm_add_bias(logits, bias.pointer + start, rows.count, count) }
            body(start..<start + count, logits)
        }
    }
}
