import CVectorMath
import ClinicalText

/// ModernBERT's encoder (Warner and others 2024): norms before attention and feed-forward, positions as rotations, gated
/// feed-forward layers, and attention to the whole text in some layers, to its neighbourhood in the others.
struct ModernBERT: TokenEncoder {
    let embeddings: Embeddings
    let layers: [Layer]
    let norm: LayerNorm
    let sizes: Workspace.Sizes

    /// Binds the tensors of a checkpoint; the prefix `model.` is absent in those of the bare model.
    init(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) {
        let prefix = Self.prefix(checkpoint)
        let settings = try ModernBERTSettings(file, configuration)
        let hidden = configuration.hiddenSize
        func norm(_ name: String) throws(BadInput) -> LayerNorm {
            try LayerNorm(
                checkpoint, prefix + name, size: hidden, epsilon: configuration.layerNormEpsilon,
                hasBias: settings.normHasBias)
        }
        embeddings = Embeddings(
            words: try checkpoint.table(
                "\(prefix)embeddings.tok_embeddings.weight", rows: configuration.vocabularySize, columns: hidden),
            norm: try norm("embeddings.norm"))
        let positions = configuration.maximumPositions
        let size = configuration.hiddenSize / configuration.heads
        let far = RotaryPositions(theta: settings.globalTheta, size: size, positions: positions)
        let near = RotaryPositions(theta: settings.localTheta, size: size, positions: positions)
        var layers: [Layer] = []
        for (index, isGlobal) in settings.globalLayers.enumerated() {
            let attention = WindowedAttention(
                heads: configuration.heads, headSize: size, reach: isGlobal ? nil : settings.reach)
            layers.append(
                try Layer(
                    checkpoint, "\(prefix)layers.\(index).", index, attention, isGlobal ? far : near, settings,
                    configuration))
        }
        self.layers = layers
        self.norm = try norm("final_norm")
        sizes = Workspace.Sizes(hidden: hidden, intermediate: max(2 * configuration.intermediateSize, hidden))
        try checkpoint.refuseMore("\(prefix)layers.\(configuration.layers).attn.Wqkv.weight", configuration)
    }

    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        let rows = 0..<batch.rows
        embeddings.apply(rows, of: batch, workspace)
        for layer in layers {
            layer.project(rows, of: batch, workspace)
            layer.attention.apply(rows, of: batch, workspace)
            layer.finish(rows, workspace)
        }
        norm.apply(workspace.hidden.pointer, adding: nil, bias: nil, rows: batch.rows)
    }

    private static func prefix(_ checkpoint: Checkpoint) -> String {
        checkpoint.has("model.embeddings.tok_embeddings.weight") ? "model." : ""
    }

    /// Every head starts with dense → activation → norm.
    static func heads(
        _ checkpoint: Checkpoint, _ configuration: ModelConfiguration, _ file: ConfigurationFile
    ) throws(BadInput) -> HeadLayout {
        let settings = try ModernBERTSettings(file, configuration)
        let transform = HeadLayout.Transform(
            dense: "head.dense", norm: "head.norm", activation: settings.classifierActivation,
            denseHasBias: settings.classifierHasBias, normHasBias: settings.normHasBias)
        return HeadLayout(
            token: transform, pooling: settings.pooling, sequence: transform, language: transform,
            decoder: .init(
                weight: "decoder.weight", tied: "\(prefix(checkpoint))embeddings.tok_embeddings.weight",
                biases: settings.decoderHasBias ? ["decoder.bias"] : []),
            answer: "classifier")
    }
}

extension ModernBERT {
    /// hidden += attention(norm(hidden)); hidden += feedForward(norm(hidden)).
    struct Layer: Sendable {
        /// Absent in the first layer, whose input is normalised already.
        let attentionNorm: LayerNorm?
        let queryKeyValue: Linear  // hidden -> 3 * hidden
        let rotation: RotaryPositions
        let attention: WindowedAttention
        let output: Linear  // hidden -> hidden
        let feedForwardNorm: LayerNorm
        let expansion: Linear  // hidden -> 2 * intermediate: what is activated, and what it is multiplied by
        let contraction: Linear  // intermediate -> hidden
        let activation: Activation

        init(
            _ checkpoint: Checkpoint, _ prefix: String, _ index: Int, _ attention: WindowedAttention,
            _ rotation: RotaryPositions, _ settings: ModernBERTSettings, _ configuration: ModelConfiguration
        ) throws(BadInput) {
            let hidden = configuration.hiddenSize
            let intermediate = configuration.intermediateSize
            func linear(_ name: String, _ inputs: Int, _ outputs: Int, _ hasBias: Bool) throws(BadInput) -> Linear {
                try Linear(checkpoint, prefix + name, inputs: inputs, outputs: outputs, hasBias: hasBias)
            }
            func norm(_ name: String) throws(BadInput) -> LayerNorm {
                try LayerNorm(
                    checkpoint, prefix + name, size: hidden, epsilon: configuration.layerNormEpsilon,
                    hasBias: settings.normHasBias)
            }
            attentionNorm = index == 0 ? nil : try norm("attn_norm")
            queryKeyValue = try linear("attn.Wqkv", hidden, 3 * hidden, settings.attentionHasBias)
            output = try linear("attn.Wo", hidden, hidden, settings.attentionHasBias)
            feedForwardNorm = try norm("mlp_norm")
            expansion = try linear("mlp.Wi", hidden, 2 * intermediate, settings.feedForwardHasBias)
            contraction = try linear("mlp.Wo", intermediate, hidden, settings.feedForwardHasBias)
            activation = configuration.activation
            self.attention = attention
            self.rotation = rotation
        }

        /// Row by row: the queries, keys and values of `rows`, turned by their positions.
        func project(_ rows: Range<Int>, of batch: PackedBatch, _ workspace: Workspace) {
            let hidden = output.inputs
            var input = workspace.hidden.pointer + rows.lowerBound * hidden
            if let attentionNorm {
                let normed = workspace.update.pointer + rows.lowerBound * hidden
                normed.update(from: input, count: rows.count * hidden)
                attentionNorm.apply(normed, adding: nil, bias: nil, rows: rows.count)
                input = normed
            }
            let projected = workspace.queryKeyValue.pointer
            queryKeyValue.apply(input, rows: rows.count, into: projected + rows.lowerBound * 3 * hidden)
            for part in batch.parts(of: rows) {
                for row in part.rows {
                    // Queries and keys stand one after the other: twice as many heads.
                    rotation.turn(
                        projected + row * 3 * hidden, heads: 2 * attention.heads,
                        at: row - part.sequence.lowerBound)
                }
            }
        }

        /// Row by row: what follows attention.
        func finish(_ rows: Range<Int>, _ workspace: Workspace) {
            let width = output.inputs
            let hidden = workspace.hidden.pointer + rows.lowerBound * width
            let update = workspace.update.pointer + rows.lowerBound * width
            let expanded = workspace.intermediate.pointer + rows.lowerBound * workspace.sizes.intermediate
            output.apply(workspace.context.pointer + rows.lowerBound * width, rows: rows.count, into: update)
            vm_add(hidden, update, rows.count * width)

            update.update(from: hidden, count: rows.count * width)
            feedForwardNorm.apply(update, adding: nil, bias: nil, rows: rows.count)
            expansion.apply(update, rows: rows.count, into: expanded)
            vm_gate(expanded, rows.count, contraction.inputs, activation.loop)
            contraction.apply(expanded, rows: rows.count, into: update)
            vm_add(hidden, update, rows.count * width)
        }
    }
}
