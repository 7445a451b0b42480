import CVectorMath
import ClinicalText

/// One block of a post-norm encoder: attention, then feed-forward, each added to its input and normalised.
struct EncoderLayer: Sendable {
    let queryKeyValue: Linear  // hidden -> 3 * hidden: queries, keys, values
    let attention: any Attention
    let output: Linear  // hidden -> hidden
    let attentionNorm: LayerNorm
    let expansion: Linear  // hidden -> intermediate
    let contraction: Linear  // intermediate -> hidden
    let outputNorm: LayerNorm

    /// Projects the pass's rows to queries, keys and values.
    func project(_ pass: ForwardPass, _ index: Int) {
        let size = output.outputs
        queryKeyValue.apply(
            pass.start(pass.workspace.hidden, width: size), rows: pass.rows.count,
            into: pass.start(pass.workspace.queryKeyValue(index), width: 3 * size), pass.scratch.linear.pointer)
    }

    /// Replaces the pass's rows of `workspace.hidden` by the layer of them, whose whole sequences are projected.
    func attend(_ pass: ForwardPass, _ index: Int) {
        let workspace = pass.workspace
        let size = output.outputs
        let rows = pass.rows.count
        let hidden = pass.start(workspace.hidden, width: size)
        let update = pass.start(workspace.update, width: size)
        let expanded = pass.start(workspace.intermediate, width: workspace.sizes.intermediate)
        let scratch = pass.scratch.linear.pointer

        attention.apply(pass, index)
        output.apply(pass.start(workspace.context, width: size), rows: rows, into: update, scratch)
        attentionNorm.apply(hidden, adding: update, rows: rows)

        expansion.apply(hidden, rows: rows, into: expanded, scratch)
        contraction.apply(expanded, rows: rows, into: update, scratch)
        outputNorm.apply(hidden, adding: update, rows: rows)
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
            checkpoint.backend)
        self.attention = attention
        output = Linear(try dense(names.attentionOutput), checkpoint.backend)
        attentionNorm = try norm(names.attentionNorm)
        expansion = try Linear(
            checkpoint, prefix + names.expansion, inputs: hidden, outputs: intermediate,
            activation: configuration.activation)
        contraction = try Linear(checkpoint, prefix + names.contraction, inputs: intermediate, outputs: hidden)
        outputNorm = try norm(names.outputNorm)
    }

    /// Floats of scratch memory that the layer's products need.
    var scratchCount: Int {
        [queryKeyValue, output, expansion, contraction].map(\.scratchCount).max() ?? 0
    }
}
