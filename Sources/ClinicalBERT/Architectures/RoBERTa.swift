import ClinicalText

/// Binds RoBERTa's tensors (Liu and others 2019; names as transformers writes them): BERT's body with positions counted
/// from one past the padding's id.
///
/// XLM-RoBERTa and CamemBERT are the same model, names included, over other vocabularies.
enum RoBERTa {
    /// `roberta.`, which is absent in checkpoints of the bare model.
    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("roberta.embeddings.word_embeddings.weight") ? "roberta." : ""
    }

    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = prefix(checkpoint)
        let embeddings = try Embeddings(
            checkpoint, "\(prefix)embeddings.", configuration, positions: .after(padding: configuration.paddingID))
        return try Encoder(
            checkpoint, embeddings: embeddings, layer: "\(prefix)encoder.layer.", BERT.layerNames, configuration)
    }

    /// Sequences: tanh(classifier.dense(<s>)) → classifier.out_proj.
    ///
    /// The language model's function is GELU, whatever the layers have.
    static func heads(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) -> HeadLayout {
        HeadLayout(
            sequence: .init(dense: "classifier.dense", activation: .tanh), sequenceClassifier: "classifier.out_proj",
            language: .init(dense: "lm_head.dense", norm: "lm_head.layer_norm", activation: .gelu),
            decoder: .init(
                weight: "lm_head.decoder.weight", tied: "\(prefix(checkpoint))embeddings.word_embeddings.weight",
                biases: ["lm_head.decoder.bias", "lm_head.bias"]))
    }
}
