import ClinicalText

/// Binds DistilBERT's tensors (Sanh and others 2019; names as transformers writes them): BERT's body without token types.
enum DistilBERT {
    private static let names = EncoderLayer.Names(
        query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
        attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm",
        expansion: "ffn.lin1", contraction: "ffn.lin2", outputNorm: "output_layer_norm")

    /// The encoder; the prefix `distilbert.` is absent in checkpoints of the bare model.
    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = checkpoint.has("distilbert.embeddings.word_embeddings.weight") ? "distilbert." : ""
        return try Encoder(
            checkpoint, embeddings: "\(prefix)embeddings.", layer: "\(prefix)transformer.layer.", names, configuration)
    }

    /// relu(pre_classifier([CLS])) → classifier.
    static func sequenceHead(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration
    ) throws(BadInput) -> SequenceHead {
        let hidden = configuration.hiddenSize
        return SequenceHead(
            pooler: try Linear(checkpoint, "pre_classifier", inputs: hidden, outputs: hidden), activation: .relu,
            classifier: try Linear(checkpoint, "classifier", inputs: hidden, outputs: configuration.labels.count))
    }
}
