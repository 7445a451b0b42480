import CVectorMath
import ClinicalText

/// One block of a post-norm encoder: attention, then feed-forward, each added to its input and normalised.
struct EncoderLayer: TransformerLayer {
    let queryKeyValue: Linear  // hidden -> 3 * hidden: queries, keys, values
    let attention: any Attention
    let output: Linear  // hidden -> hidden
    let attentionNorm: LayerNorm
    let expansion: Linear  // hidden -> intermediate
    let contraction: Linear  // intermediate -> hidden
    let outputNorm: LayerNorm

    func input(_ pass: ForwardPass) -> UnsafePointer<Float> {
        UnsafePointer(pass.start(pass.workspace.hidden, width: output.outputs))
    }

    /// Adds what a step has made to its input and normalises.
    func finish(_ step: EncoderStep, _ pass: ForwardPass) {
        let hidden = pass.start(pass.workspace.hidden, width: output.outputs)
        let update = pass.start(pass.workspace.update, width: output.outputs)
        switch step.work {
        case .output: attentionNorm.apply(hidden, adding: update, rows: pass.rows.count)
        case .contract: outputNorm.apply(hidden, adding: update, rows: pass.rows.count)
        case .embed, .project, .attend, .expand: break
        }
    }
}

extension EncoderLayer {
    /// What a checkpoint calls the parts of one layer, after the layer's prefix.
    struct Names: Sendable {
        var query: String
        var key: String
        var value: String
        var attentionOutput: String
        var attentionNorm: String
        var expansion: String
        var contraction: String
        var outputNorm: String
    }

    /// Binds the layer whose tensors start with `prefix`.
    init(
        _ checkpoint: Checkpoint, _ prefix: String, _ names: Names, _ attention: any Attention,
        _ configuration: ModelConfiguration
    ) throws(BadInput) {
        let hidden = configuration.hiddenSize
        let intermediate = configuration.intermediateSize
        func dense(_ name: String) throws(BadInput) -> DenseWeights {
            try DenseWeights(checkpoint, prefix + name, inputs: hidden, outputs: hidden)
        }
        func norm(_ name: String) throws(BadInput) -> LayerNorm {
            try LayerNorm(checkpoint, prefix + name, size: hidden, epsilon: configuration.layerNormEpsilon)
        }
        queryKeyValue = Linear(
            DenseWeights(fusing: [try dense(names.query), try dense(names.key), try dense(names.value)]),
            checkpoint.form)
        self.attention = attention
        output = Linear(try dense(names.attentionOutput), checkpoint.form)
        attentionNorm = try norm(names.attentionNorm)
        expansion = try Linear(
            checkpoint, prefix + names.expansion, inputs: hidden, outputs: intermediate,
            activation: configuration.activation)
        contraction = try Linear(checkpoint, prefix + names.contraction, inputs: intermediate, outputs: hidden)
        outputNorm = try norm(names.outputNorm)
    }
}
