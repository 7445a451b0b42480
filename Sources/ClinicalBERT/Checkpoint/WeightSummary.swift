/// What a checkpoint's weights are made of, for a person who wants to know what was loaded.
public struct WeightSummary: Sendable, Hashable {
    /// One file of weights.
    public struct File: Sendable, Hashable {
        /// Its name in the checkpoint's folder.
        public let name: String
        /// Its size.
        public let bytes: Int
    }

    /// The files, one unless the checkpoint is sharded.
    public let files: [File]
    /// How they are written: `safetensors`, `pytorch-zip` or `pytorch-legacy`.
    public let form: String
    /// Numbers of the tensors in use by how they are stored: safetensors' `F32`, `F16`, `BF16`, `F64`.
    public let numbers: [String: Int]
    /// Tensors of the files that nothing uses, in alphabetical order.
    public let unused: [String]

    /// Numbers in use, each counted once for each tensor that names it.
    public var parameters: Int { numbers.values.reduce(0, +) }
}

extension WeightSummary {
    /// Those of ``unused`` that no head or task of transformers has either, and that it would report as unexpected.
    public var unexpected: [String] {
        unused.filter { name in
            let parts = name.split(separator: ".")
            return !parts.contains { Self.known.contains($0) }
        }
    }

    /// Buffers, poolers and heads of other tasks, by a part of their names.
    private static let known: Set<Substring> = [
        "position_ids", "token_type_ids", "pooler", "cls", "classifier", "pre_classifier", "qa_outputs", "lm_head",
        "vocab_transform", "vocab_layer_norm", "vocab_projector", "discriminator_predictions", "generator_predictions",
        "generator_lm_head", "lm_predictions", "mask_predictions", "head", "decoder", "score", "logits_proj", "summary",
        "sequence_summary", "crf", "rotary_emb", "inv_freq",
    ]
}
