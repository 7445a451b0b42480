import CVectorMath
import ClinicalText

/// ModernBERT's encoder (Warner and others 2024): norms before attention and feed-forward, positions as rotations, gated
/// feed-forward layers, and attention to the whole text in some layers, to its neighbourhood in the others.
struct ModernBERT: TokenEncoder {
    let embeddings: Embeddings
    let layers: [Layer]
    let norm: LayerNorm
    let sizes: Workspace.Sizes
    let steps: [EncoderStep]

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
        layers = try checkpoint.layers(settings.globalLayers.count) { (index) throws(BadInput) in
            let isGlobal = settings.globalLayers[index]
            let attention = SelfAttention(
                heads: configuration.heads, headSize: size, reach: isGlobal ? nil : settings.reach,
                isBFloat16: checkpoint.form.precision == .bfloat16)
            return try Layer(
                checkpoint, "\(prefix)layers.\(index).", index, attention, isGlobal ? far : near, settings,
                configuration)
        }
        self.norm = try norm("final_norm")
        steps = EncoderStep.all(layers.map(\.parts))
        sizes = Workspace.Sizes(
            hidden: hidden, intermediate: max(2 * configuration.intermediateSize, hidden), headSize: size,
            linear: layers.map(\.scratchCount).max() ?? 0)
        try checkpoint.refuseMore("\(prefix)layers.\(configuration.layers).attn.Wqkv.weight", configuration)
    }

    func take(_ step: EncoderStep, part: Int?, _ pass: ForwardPass) {
        if step.work == .embed { embeddings.apply(pass) } else { layers[step.layer].take(step, part: part, pass) }
    }

    func finish(_ step: EncoderStep, _ pass: ForwardPass) {
        if step.work != .embed { layers[step.layer].finish(step, pass) }
        let next = step.work == .embed ? 0 : step.layer + 1
        guard step.work == .embed || step.work == .contract else { return }
        if next < layers.count {
            layers[next].prepare(pass)
        } else {
            norm.apply(pass.start(pass.workspace.hidden, width: sizes.hidden), rows: pass.rows.count)
        }
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
    struct Layer: TransformerLayer {
        /// Absent in the first layer, whose input is normalised already.
        let attentionNorm: LayerNorm?
        let queryKeyValue: Linear  // hidden -> 3 * hidden
        let rotation: RotaryPositions
        let attention: any Attention
        let output: Linear  // hidden -> hidden
        let feedForwardNorm: LayerNorm
        let expansion: Linear  // hidden -> 2 * intermediate: what is activated, and what it is multiplied by
        let contraction: Linear  // intermediate -> hidden
        let activation: Activation

        init(
            _ checkpoint: Checkpoint, _ prefix: String, _ index: Int, _ attention: SelfAttention,
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

        /// Normalises the pass's rows for the projection.
        func prepare(_ pass: ForwardPass) { copyHidden(pass, attentionNorm) }

        func input(_ pass: ForwardPass) -> UnsafePointer<Float> {
            UnsafePointer(pass.start(pass.workspace.update, width: output.outputs))
        }

        /// What follows a step: rotation, addition, norm or gate.
        func finish(_ step: EncoderStep, _ pass: ForwardPass) {
            let workspace = pass.workspace
            let count = pass.rows.count * output.outputs
            let hidden = pass.start(workspace.hidden, width: output.outputs)
            let update = pass.start(workspace.update, width: output.outputs)
            switch step.work {
            case .embed, .attend: break
            case .project: turn(pass, step.layer)
            case .output:
                vm_add(hidden, update, count)
                copyHidden(pass, feedForwardNorm)
            case .expand:
                vm_gate(
                    pass.start(workspace.intermediate, width: workspace.sizes.intermediate), pass.rows.count,
                    contraction.inputs, activation.loop)
            case .contract: vm_add(hidden, update, count)
            }
        }

        /// update = norm(hidden).
        private func copyHidden(_ pass: ForwardPass, _ norm: LayerNorm?) {
            let update = pass.start(pass.workspace.update, width: output.outputs)
            update.update(
                from: pass.start(pass.workspace.hidden, width: output.outputs), count: pass.rows.count * output.outputs)
            norm?.apply(update, rows: pass.rows.count)
        }

        /// Turns queries and keys by their positions.
        private func turn(_ pass: ForwardPass, _ index: Int) {
            let projected = pass.workspace.queryKeyValue(index).pointer
            for part in pass.batch.parts(of: pass.rows) {
                for row in part.rows {
                    // Queries and keys stand one after the other: twice as many heads.
                    rotation.turn(
                        projected + row * queryKeyValue.outputs, heads: 2 * attention.heads,
                        at: row - part.sequence.lowerBound)
                }
            }
        }
    }
}
