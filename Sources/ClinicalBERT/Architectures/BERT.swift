import ClinicalText

/// Binds BERT's tensors (Devlin and others 2019; names as transformers writes them).
enum BERT {
    private static let names = EncoderLayer.Names(
        query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
        attentionOutput: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
        expansion: "intermediate.dense", contraction: "output.dense", outputNorm: "output.LayerNorm")

    /// The encoder; the prefix `bert.` is absent in checkpoints of the bare model.
    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = checkpoint.has("bert.embeddings.word_embeddings.weight") ? "bert." : ""
        return try Encoder(
            checkpoint, embeddings: "\(prefix)embeddings.", layer: "\(prefix)encoder.layer.", names, configuration)
    }

    /// tanh(pooler([CLS])) → classifier.
    static func sequenceHead(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration
    ) throws(BadInput) -> SequenceHead {
        let pooler = checkpoint.has("bert.pooler.dense.weight") ? "bert.pooler.dense" : "pooler.dense"
        let hidden = configuration.hiddenSize
        return SequenceHead(
            pooler: try Linear(checkpoint, pooler, inputs: hidden, outputs: hidden), activation: .tanh,
            classifier: try Linear(checkpoint, "classifier", inputs: hidden, outputs: configuration.labels.count))
    }
}
