import ClinicalText

/// Binds BERT's tensors (Devlin and others 2019; names as transformers writes them).
enum BERT {
    /// The encoder; the prefix `bert.` is absent in checkpoints of the bare model.
    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = checkpoint.has("bert.embeddings.word_embeddings.weight") ? "bert." : ""
        let hidden = configuration.hiddenSize
        let epsilon = configuration.layerNormEpsilon
        let embeddings = Embeddings(
            words: try checkpoint.table(
                "\(prefix)embeddings.word_embeddings.weight", rows: configuration.vocabularySize, columns: hidden),
            positions: try checkpoint.floats(
                "\(prefix)embeddings.position_embeddings.weight", [configuration.maximumPositions, hidden]),
            types: configuration.typeVocabularySize == 0
                ? nil
                : try checkpoint.floats(
                    "\(prefix)embeddings.token_type_embeddings.weight", [configuration.typeVocabularySize, hidden]),
            norm: try LayerNorm(checkpoint, "\(prefix)embeddings.LayerNorm", size: hidden, epsilon: epsilon))
        var layers: [EncoderLayer] = []
        for index in 0..<configuration.layers {
            let layer = "\(prefix)encoder.layer.\(index)."
            func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(BadInput) -> Linear {
                try Linear(checkpoint, layer + name, inputs: inputs, outputs: outputs)
            }
            layers.append(
                EncoderLayer(
                    attention: SelfAttention(
                        queryKeyValue: Linear(fusing: [
                            try linear("attention.self.query", hidden, hidden),
                            try linear("attention.self.key", hidden, hidden),
                            try linear("attention.self.value", hidden, hidden),
                        ]),
                        output: try linear("attention.output.dense", hidden, hidden), heads: configuration.heads),
                    attentionNorm: try LayerNorm(
                        checkpoint, layer + "attention.output.LayerNorm", size: hidden, epsilon: epsilon),
                    expansion: try linear("intermediate.dense", hidden, configuration.intermediateSize),
                    contraction: try linear("output.dense", configuration.intermediateSize, hidden),
                    outputNorm: try LayerNorm(checkpoint, layer + "output.LayerNorm", size: hidden, epsilon: epsilon),
                    activation: configuration.activation))
        }
        return Encoder(embeddings: embeddings, layers: layers)
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
