import ClinicalText

/// Binds DistilBERT's tensors (Sanh and others 2019; names as transformers writes them): BERT's body without token types.
enum DistilBERT {
    /// The encoder; the prefix `distilbert.` is absent in checkpoints of the bare model.
    static func encoder(_ checkpoint: Checkpoint, _ configuration: ModelConfiguration) throws(BadInput) -> Encoder {
        let prefix = checkpoint.has("distilbert.embeddings.word_embeddings.weight") ? "distilbert." : ""
        let hidden = configuration.hiddenSize
        let epsilon = configuration.layerNormEpsilon
        let embeddings = Embeddings(
            words: try checkpoint.table(
                "\(prefix)embeddings.word_embeddings.weight", rows: configuration.vocabularySize, columns: hidden),
            positions: try checkpoint.floats(
                "\(prefix)embeddings.position_embeddings.weight", [configuration.maximumPositions, hidden]),
            types: nil,
            norm: try LayerNorm(checkpoint, "\(prefix)embeddings.LayerNorm", size: hidden, epsilon: epsilon))
        var layers: [EncoderLayer] = []
        for index in 0..<configuration.layers {
            let layer = "\(prefix)transformer.layer.\(index)."
            func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(BadInput) -> Linear {
                try Linear(checkpoint, layer + name, inputs: inputs, outputs: outputs)
            }
            layers.append(
                EncoderLayer(
                    attention: SelfAttention(
                        queryKeyValue: Linear(fusing: [
                            try linear("attention.q_lin", hidden, hidden),
                            try linear("attention.k_lin", hidden, hidden),
                            try linear("attention.v_lin", hidden, hidden),
                        ]),
                        output: try linear("attention.out_lin", hidden, hidden), heads: configuration.heads),
                    attentionNorm: try LayerNorm(checkpoint, layer + "sa_layer_norm", size: hidden, epsilon: epsilon),
                    expansion: try linear("ffn.lin1", hidden, configuration.intermediateSize),
                    contraction: try linear("ffn.lin2", configuration.intermediateSize, hidden),
                    outputNorm: try LayerNorm(checkpoint, layer + "output_layer_norm", size: hidden, epsilon: epsilon),
                    activation: configuration.activation))
        }
        return Encoder(embeddings: embeddings, layers: layers)
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
