import CVectorMath
import ClinicalText

/// The sum of a token's word, position and type vectors, normalised.
struct Embeddings: Sendable {
    let words: EmbeddingTable  // [vocabulary, hidden]
    let positions: FloatArray  // [positions, hidden]
    let types: FloatArray?  // [types, hidden]
    let norm: LayerNorm

    /// Binds the tables whose names start with `prefix`; both encoders call them the same.
    init(_ checkpoint: Checkpoint, _ prefix: String, _ configuration: ModelConfiguration) throws(BadInput) {
        let hidden = configuration.hiddenSize
        let typeRows = configuration.typeVocabularySize
        words = try checkpoint.table(
            "\(prefix)word_embeddings.weight", rows: configuration.vocabularySize, columns: hidden)
        positions = try checkpoint.floats(
            "\(prefix)position_embeddings.weight", [configuration.maximumPositions, hidden])
        types =
            typeRows == 0 ? nil : try checkpoint.floats("\(prefix)token_type_embeddings.weight", [typeRows, hidden])
        norm = try LayerNorm(
            checkpoint, "\(prefix)LayerNorm", size: hidden, epsilon: configuration.layerNormEpsilon)
    }

    /// Writes the embedded tokens of `batch`.
    ///
    /// - Parameter hidden: [rows, hidden].
    func apply(_ batch: PackedBatch, into hidden: UnsafeMutablePointer<Float>) {
        let size = words.columns
        let typeRows = (types?.count ?? 0) / size
        for sequence in batch.sequences {
            for (position, row) in sequence.enumerated() {
                let target = hidden + row * size
                words.copyRow(Int(batch.ids[row]), to: target)
                vm_add(target, positions.pointer + position * size, size)
                if let types {
                    let type = min(max(0, Int(batch.types[row])), typeRows - 1)
                    vm_add(target, types.pointer + type * size, size)
                }
            }
        }
        norm.apply(hidden, adding: nil, bias: nil, rows: batch.rows)
    }
}
