import CVectorMath
import ClinicalText

/// DeBERTa's encoder, versions 2 and 3 (He and others 2021): a post-norm stack whose attention sees what a token says and how
/// far away it is as two things.
struct DeBERTa: TokenEncoder {
    let embeddings: Embeddings
    let layers: [Layer]
    /// Version 2's, beside the first layer.
    let convolution: TokenConvolution?
    let sizes: Workspace.Sizes

    /// Binds the tensors of a checkpoint; the prefix `deberta.` is absent in those of the bare model.
    init(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) {
        let prefix = Self.prefix(checkpoint)
        let settings = try DeBERTaSettings(file, configuration)
        var projection = Embeddings.Projection.none
        if configuration.embeddingSize != configuration.hiddenSize {
            projection = .beforeNorm(
                try Linear(
                    checkpoint, "\(prefix)embeddings.embed_proj", inputs: configuration.embeddingSize,
                    outputs: configuration.hiddenSize, hasBias: false))
        }
        embeddings = try Embeddings(
            checkpoint, "\(prefix)embeddings.", configuration, positions: settings.hasPositions ? .fromZero : .none,
            projection: projection)
        let positions = try Self.positions(checkpoint, "\(prefix)encoder.", settings, configuration)
        var layers: [Layer] = []
        for index in 0..<configuration.layers {
            layers.append(
                try Layer(checkpoint, "\(prefix)encoder.layer.\(index).", settings, positions, configuration))
        }
        self.layers = layers
        convolution = try settings.convolution.map { (settings) throws(BadInput) in
            try TokenConvolution(checkpoint, "\(prefix)encoder.conv.", settings, configuration)
        }
        sizes = Workspace.Sizes(
            hidden: configuration.hiddenSize,
            intermediate: max(configuration.intermediateSize, configuration.embeddingSize),
            embedded: convolution == nil ? 0 : configuration.hiddenSize,
            attention: DisentangledAttention.memory(settings.distances))
        let next = "\(prefix)encoder.layer.\(configuration.layers).attention.self.query_proj.weight"
        try checkpoint.refuseMore(next, configuration)
    }

    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        let rows = 0..<batch.rows
        embeddings.apply(rows, of: batch, workspace)
        if convolution != nil {
            workspace.embedded.pointer.update(from: workspace.hidden.pointer, count: rows.count * sizes.hidden)
        }
        for (index, layer) in layers.enumerated() {
            layer.project(rows, workspace)
            layer.attention.apply(rows, of: batch, workspace)
            layer.finish(rows, workspace)
            if index == 0 { convolution?.apply(rows, of: batch, workspace) }
        }
    }

    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("deberta.embeddings.word_embeddings.weight") ? "deberta." : ""
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
            norm.apply(target, adding: nil, bias: nil, rows: rows)
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

extension DeBERTa {
    /// hidden = norm(hidden + attention(hidden)); hidden = norm(hidden + feedForward(hidden)).
    struct Layer: Sendable {
        let queryKeyValue: Linear  // hidden -> 3 * hidden
        let attention: DisentangledAttention
        let output: Linear  // hidden -> hidden
        let attentionNorm: LayerNorm
        let expansion: Linear  // hidden -> intermediate
        let contraction: Linear  // intermediate -> hidden
        let outputNorm: LayerNorm
        let activation: Activation

        init(
            _ checkpoint: Checkpoint, _ prefix: String, _ settings: DeBERTaSettings, _ positions: FloatArray?,
            _ configuration: ModelConfiguration
        ) throws(BadInput) {
            let hidden = configuration.hiddenSize
            let intermediate = configuration.intermediateSize
            func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(BadInput) -> Linear {
                try Linear(checkpoint, prefix + name, inputs: inputs, outputs: outputs)
            }
            func norm(_ name: String) throws(BadInput) -> LayerNorm {
                try LayerNorm(checkpoint, prefix + name, size: hidden, epsilon: configuration.layerNormEpsilon)
            }
            let query = try linear("attention.self.query_proj", hidden, hidden)
            let key = try linear("attention.self.key_proj", hidden, hidden)
            queryKeyValue = Linear(fusing: [query, key, try linear("attention.self.value_proj", hidden, hidden)])
            output = try linear("attention.output.dense", hidden, hidden)
            attentionNorm = try norm("attention.output.LayerNorm")
            expansion = try linear("intermediate.dense", hidden, intermediate)
            contraction = try linear("output.dense", intermediate, hidden)
            outputNorm = try norm("output.LayerNorm")
            activation = configuration.activation

            // The projected distances do not depend on the text.
            func projected(_ isThere: Bool, _ shared: Linear, _ own: String) throws(BadInput) -> FloatArray? {
                guard let positions, isThere else { return nil }
                let linear = settings.sharesProjections ? shared : try linear("attention.self.\(own)", hidden, hidden)
                return FloatArray(count: positions.count) { target in
                    linear.apply(positions.pointer, rows: positions.count / hidden, into: target)
                }
            }
            let terms = 1 + (settings.contentToPosition ? 1 : 0) + (settings.positionToContent ? 1 : 0)
            attention = DisentangledAttention(
                heads: configuration.heads, headSize: configuration.headSize, distances: settings.distances,
                positionKeys: try projected(settings.contentToPosition, key, "pos_key_proj"),
                positionQueries: try projected(settings.positionToContent, query, "pos_query_proj"),
                scale: 1 / Float(configuration.headSize * terms).squareRoot())
        }

        /// Row by row: the queries, keys and values of `rows`.
        func project(_ rows: Range<Int>, _ workspace: Workspace) {
            queryKeyValue.apply(
                workspace.hidden.pointer + rows.lowerBound * output.inputs, rows: rows.count,
                into: workspace.queryKeyValue.pointer + rows.lowerBound * queryKeyValue.outputs)
        }

        /// Row by row: what follows attention.
        func finish(_ rows: Range<Int>, _ workspace: Workspace) {
            let width = output.inputs
            let hidden = workspace.hidden.pointer + rows.lowerBound * width
            let update = workspace.update.pointer + rows.lowerBound * width
            let expanded = workspace.intermediate.pointer + rows.lowerBound * workspace.sizes.intermediate
            output.multiply(workspace.context.pointer + rows.lowerBound * width, rows: rows.count, into: update)
            attentionNorm.apply(hidden, adding: update, bias: output.bias, rows: rows.count)

            expansion.multiply(hidden, rows: rows.count, into: expanded)
            activation.apply(expanded, bias: expansion.bias, rows: rows.count)
            contraction.multiply(expanded, rows: rows.count, into: update)
            outputNorm.apply(hidden, adding: update, bias: contraction.bias, rows: rows.count)
        }
    }
}
