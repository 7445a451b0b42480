import ClinicalText

/// Binds DeBERTa's tensors, versions 2 and 3 (He and others 2021; names as transformers writes them): a post-norm stack whose
/// attention sees what a token says and how far away it is as two things.
enum DeBERTa {
    private static let layerNames = EncoderLayer.Names(
        query: "attention.self.query_proj", key: "attention.self.key_proj", value: "attention.self.value_proj",
        attentionOutput: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
        expansion: "intermediate.dense", contraction: "output.dense", outputNorm: "output.LayerNorm")

    /// `deberta.`, which is absent in checkpoints of the bare model.
    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("deberta.embeddings.word_embeddings.weight") ? "deberta." : ""
    }

    static func encoder(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) -> Encoder {
        let prefix = prefix(checkpoint)
        let settings = try DeBERTaSettings(file, configuration)
        var projection = Embeddings.Projection.none
        if configuration.embeddingSize != configuration.hiddenSize {
            projection = .beforeNorm(
                try Linear(
                    checkpoint, "\(prefix)embeddings.embed_proj", inputs: configuration.embeddingSize,
                    outputs: configuration.hiddenSize, hasBias: false))
        }
        let embeddings = try Embeddings(
            checkpoint, "\(prefix)embeddings.", configuration, positions: settings.hasPositions ? .fromZero : .none,
            projection: projection)
        let positions = try positions(checkpoint, "\(prefix)encoder.", settings, configuration)
        let convolution = try settings.convolution.map { (settings) throws(BadInput) in
            try TokenConvolution(checkpoint, "\(prefix)encoder.conv.", settings, configuration)
        }
        return try Encoder(
            checkpoint, embeddings: embeddings, layer: "\(prefix)encoder.layer.", layerNames, configuration,
            convolution: convolution,
            attentionMemory: DisentangledAttention.memory(
                settings.distances, headSize: configuration.headSize)
        ) { (layer) throws(BadInput) in
            try attention(checkpoint, layer, settings, positions, configuration)
        }
    }

    /// The attention of one layer, with the projections of the distances, which do not depend on the text.
    private static func attention(
        _ checkpoint: Checkpoint, _ prefix: String, _ settings: DeBERTaSettings, _ positions: FloatArray?,
        _ configuration: ModelConfiguration
    ) throws(BadInput) -> any Attention {
        let hidden = configuration.hiddenSize
        func projected(_ isThere: Bool, _ shared: String, _ own: String) throws(BadInput) -> FloatArray? {
            guard let positions, isThere else { return nil }
            let linear = try Linear(
                checkpoint, "\(prefix)\(settings.sharesProjections ? shared : own)", inputs: hidden, outputs: hidden,
                isHead: true)
            return FloatArray(count: positions.count) { target in
                let scratch = FloatMemory(count: linear.scratchCount)
                linear.apply(positions.pointer, rows: positions.count / hidden, into: target, scratch.pointer)
            }
        }
        let terms = 1 + (settings.contentToPosition ? 1 : 0) + (settings.positionToContent ? 1 : 0)
        return DisentangledAttention(
            heads: configuration.heads, headSize: configuration.headSize, distances: settings.distances,
            positionKeys: try projected(
                settings.contentToPosition, "attention.self.key_proj", "attention.self.pos_key_proj"),
            positionQueries: try projected(
                settings.positionToContent, "attention.self.query_proj", "attention.self.pos_query_proj"),
            scale: 1 / Float(configuration.headSize * terms).squareRoot())
    }

    /// The vectors of the relative distances, [2 * span, hidden], normalised where the model says so.
    private static func positions(
        _ checkpoint: Checkpoint, _ prefix: String, _ settings: DeBERTaSettings, _ configuration: ModelConfiguration
    ) throws(BadInput) -> FloatArray? {
        guard let distances = settings.distances else { return nil }
        let rows = 2 * distances.span
        let table = try checkpoint.floats("\(prefix)rel_embeddings.weight", [rows, configuration.hiddenSize])
        guard settings.normalizesDistances else { return table }
        let norm = try LayerNorm(
            checkpoint, "\(prefix)LayerNorm", size: configuration.hiddenSize, epsilon: configuration.layerNormEpsilon)
        return FloatArray(count: table.count) { target in
            target.update(from: table.pointer, count: table.count)
            norm.apply(target, rows: rows)
        }
    }

    /// Sequences: pooler_hidden_act(pooler([CLS])) → classifier.
    static func heads(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) -> HeadLayout {
        let settings = try DeBERTaSettings(file, configuration)
        let words = "\(prefix(checkpoint))embeddings.word_embeddings.weight"
        // The head that version 3 was trained with works in the layers' width; the reference reads it when `legacy` is
        // false, and has the other one in BERT's form.
        let own = "lm_predictions.lm_head"
        let isLegacy = try file.flag("legacy", default: true)
        let hasOwn = checkpoint.has("\(own).dense.weight")
        let isOwn = hasOwn && !(isLegacy && checkpoint.has("cls.predictions.transform.dense.weight"))
        return HeadLayout(
            sequence: .init(dense: "pooler.dense", activation: settings.poolerActivation),
            language: .init(
                dense: isOwn ? "\(own).dense" : "cls.predictions.transform.dense",
                norm: isOwn ? "\(own).LayerNorm" : "cls.predictions.transform.LayerNorm",
                activation: configuration.activation, outputs: isOwn ? nil : configuration.embeddingSize),
            decoder: .init(
                weight: isOwn ? words : "cls.predictions.decoder.weight", tied: words,
                biases: isOwn ? ["\(own).bias"] : ["cls.predictions.decoder.bias", "cls.predictions.bias"]))
    }
}
