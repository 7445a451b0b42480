import CVectorMath
import ClinicalText

/// The sum of a token's word, position and type vectors, normalised; what an architecture does not have is left out.
struct Embeddings: Sendable {
    /// Where positions are counted from.
    enum Positions: Sendable {
        case none
        case fromZero
        /// RoBERTa's: one past the padding's id; padding itself keeps that id and is not counted.
        case after(padding: Int)
    }

    /// What makes `embeddingSize` into `hiddenSize` where they differ.
    enum Projection: Sendable {
        case none
        /// DeBERTa's.
        case beforeNorm(Linear)
        /// ELECTRA's.
        case afterNorm(Linear)
    }

    let words: EmbeddingTable  // [vocabulary, embedding]
    let positions: FloatArray?  // [positions, embedding]
    let types: FloatArray?  // [types, embedding]
    let counting: Positions
    let projection: Projection
    let norm: LayerNorm

    /// Binds the tables whose names start with `prefix`; all post-norm architectures call them the same.
    init(
        _ checkpoint: Checkpoint, _ prefix: String, _ configuration: ModelConfiguration,
        positions counting: Positions = .fromZero, projection: Projection = .none
    ) throws(BadInput) {
        let size = configuration.embeddingSize
        let typeRows = configuration.typeVocabularySize
        words = try checkpoint.table(
            "\(prefix)word_embeddings.weight", rows: configuration.vocabularySize, columns: size)
        let name = "\(prefix)position_embeddings.weight"
        switch counting {
        case .none: positions = nil
        case .fromZero: positions = try checkpoint.floats(name, [configuration.maximumPositions, size])
        case .after(let padding):
            positions = try checkpoint.floats(name, [configuration.maximumPositions + padding + 1, size])
        }
        types = typeRows == 0 ? nil : try checkpoint.floats("\(prefix)token_type_embeddings.weight", [typeRows, size])
        self.counting = counting
        self.projection = projection
        let normSize = if case .beforeNorm = projection { configuration.hiddenSize } else { size }
        norm = try LayerNorm(
            checkpoint, "\(prefix)LayerNorm", size: normSize, epsilon: configuration.layerNormEpsilon)
    }

    /// Words and a norm alone.
    init(words: EmbeddingTable, norm: LayerNorm) {
        self.words = words
        self.norm = norm
        positions = nil
        types = nil
        counting = .none
        projection = .none
    }

    /// Floats of scratch memory that the projection needs.
    var scratchCount: Int {
        switch projection {
        case .none: 0
        case .beforeNorm(let linear), .afterNorm(let linear): linear.scratchCount
        }
    }

    /// Writes the embedded tokens of the pass's rows to `workspace.hidden`.
    func apply(_ pass: ForwardPass) {
        let rows = pass.rows
        let hidden = pass.start(pass.workspace.hidden, width: pass.workspace.sizes.hidden)
        let embedded = pass.start(pass.workspace.intermediate, width: pass.workspace.sizes.intermediate)
        switch projection {
        case .none:
            sum(rows, of: pass.batch, into: hidden)
            norm.apply(hidden, rows: rows.count)
        case .beforeNorm(let linear):
            sum(rows, of: pass.batch, into: embedded)
            linear.apply(embedded, rows: rows.count, into: hidden, pass.scratch.linear.pointer)
            norm.apply(hidden, rows: rows.count)
        case .afterNorm(let linear):
            sum(rows, of: pass.batch, into: embedded)
            norm.apply(embedded, rows: rows.count)
            linear.apply(embedded, rows: rows.count, into: hidden, pass.scratch.linear.pointer)
        }
    }

    /// - Parameter target: [rows, embedding], for the first of `rows`.
    private func sum(_ rows: Range<Int>, of batch: PackedBatch, into target: UnsafeMutablePointer<Float>) {
        let size = words.columns
        let typeRows = (types?.count ?? 0) / size
        for part in batch.parts(of: rows) {
            var counted = 0
            for row in part.sequence.lowerBound..<part.rows.upperBound {
                let position = position(row - part.sequence.lowerBound, of: batch.ids[row], &counted)
                guard row >= part.rows.lowerBound else { continue }
                let vector = target + (row - rows.lowerBound) * size
                words.copyRow(Int(batch.ids[row]), to: vector)
                if let positions {
                    let last = positions.count / size - 1
                    vm_add(vector, positions.pointer + min(position, last) * size, size)
                }
                if let types {
                    let type = min(max(0, Int(batch.types[row])), typeRows - 1)
                    vm_add(vector, types.pointer + type * size, size)
                }
            }
        }
    }

    private func position(_ index: Int, of id: Int32, _ counted: inout Int) -> Int {
        guard case .after(let padding) = counting else { return index }
        guard Int(id) != padding else { return padding }
        counted += 1
        return padding + counted
    }
}
