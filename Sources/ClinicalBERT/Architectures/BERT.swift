import ClinicalText

/// Binds BERT's tensors (Devlin and others 2019; names as transformers writes them).
enum BERT {
    /// What RoBERTa and ELECTRA call the parts of a layer too.
    static let layerNames = EncoderLayer.Names(
        query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
        attentionOutput: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
        expansion: "intermediate.dense", contraction: "output.dense", outputNorm: "output.LayerNorm")

    /// `bert.`, which is absent in checkpoints of the bare model.
    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("bert.embeddings.word_embeddings.weight") ? "bert." : ""
    }

    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = prefix(checkpoint)
        return try Encoder(
            checkpoint, embeddings: try Embeddings(checkpoint, "\(prefix)embeddings.", configuration),
            layer: "\(prefix)encoder.layer.", layerNames, configuration)
    }

    /// Sequences: tanh(pooler([CLS])) → classifier.
    static func heads(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) -> HeadLayout {
        let prefix = prefix(checkpoint)
        return HeadLayout(
            sequence: .init(
                dense: checkpoint.has("\(prefix)pooler.dense.weight") ? "\(prefix)pooler.dense" : "bert.pooler.dense",
                activation: .tanh),
            language: .init(
                dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
                activation: configuration.activation),
            decoder: .init(
                weight: "cls.predictions.decoder.weight", tied: "\(prefix)embeddings.word_embeddings.weight",
                biases: ["cls.predictions.decoder.bias", "cls.predictions.bias"]))
    }
}
