import ClinicalText

/// Binds DistilBERT's tensors (Sanh and others 2019; names as transformers writes them): BERT's body without token types.
enum DistilBERT {
    private static let names = EncoderLayer.Names(
        query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
        attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm",
        expansion: "ffn.lin1", contraction: "ffn.lin2", outputNorm: "output_layer_norm")

    /// `distilbert.`, which is absent in checkpoints of the bare model.
    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("distilbert.embeddings.word_embeddings.weight") ? "distilbert." : ""
    }

    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = prefix(checkpoint)
        return try Encoder(
            checkpoint, embeddings: try Embeddings(checkpoint, "\(prefix)embeddings.", configuration),
            layer: "\(prefix)transformer.layer.", names, configuration)
    }

    /// Sequences: relu(pre_classifier([CLS])) → classifier.
    static func heads(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) -> HeadLayout {
        HeadLayout(
            sequence: .init(dense: "pre_classifier", activation: .relu),
            language: .init(
                dense: "vocab_transform", norm: "vocab_layer_norm", activation: configuration.activation),
            decoder: .init(
                weight: "vocab_projector.weight", tied: "\(prefix(checkpoint))embeddings.word_embeddings.weight",
                biases: ["vocab_projector.bias"]))
    }
}
