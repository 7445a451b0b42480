import ClinicalText

/// Binds ELECTRA's tensors (Clark and others 2020; names as transformers writes them): BERT's body, its embeddings
/// projected where they are narrower than the layers.
enum ELECTRA {
    /// `electra.`, which is absent in checkpoints of the bare model.
    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("electra.embeddings.word_embeddings.weight") ? "electra." : ""
    }

    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = prefix(checkpoint)
        var projection = Embeddings.Projection.none
        if configuration.embeddingSize != configuration.hiddenSize {
            projection = .afterNorm(
                try Linear(
                    checkpoint, "\(prefix)embeddings_project", inputs: configuration.embeddingSize,
                    outputs: configuration.hiddenSize))
        }
        return try Encoder(
            checkpoint,
            embeddings: try Embeddings(checkpoint, "\(prefix)embeddings.", configuration, projection: projection),
            layer: "\(prefix)encoder.layer.", BERT.layerNames, configuration)
    }

    /// Sequences: gelu(classifier.dense([CLS])) → classifier.out_proj.
    ///
    /// The generator's language model works in the embeddings' width, with GELU whatever the layers have.
    static func heads(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) -> HeadLayout {
        HeadLayout(
            sequence: .init(dense: "classifier.dense", activation: .gelu), sequenceClassifier: "classifier.out_proj",
            language: .init(
                dense: "generator_predictions.dense", norm: "generator_predictions.LayerNorm", activation: .gelu,
                outputs: configuration.embeddingSize),
            decoder: .init(
                weight: "generator_lm_head.weight", tied: "\(prefix(checkpoint))embeddings.word_embeddings.weight",
                biases: ["generator_lm_head.bias"]))
    }
}
