import CVectorMath
import ClinicalText

/// One block of a post-norm encoder: attention, then feed-forward, each added to its input and normalised.
struct EncoderLayer: Sendable {
    let attention: SelfAttention
    let attentionNorm: LayerNorm
    let expansion: Linear  // hidden -> intermediate
    let contraction: Linear  // intermediate -> hidden
    let outputNorm: LayerNorm
    let activation: Activation

    /// Replaces `workspace.hidden` by the layer of it.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        let rows = batch.rows
        let hidden = workspace.hidden.pointer
        attention.apply(batch, workspace)
        attentionNorm.apply(hidden, adding: workspace.update.pointer, bias: attention.output.bias, rows: rows)

        expansion.multiply(hidden, rows: rows, into: workspace.intermediate.pointer)
        vm_bias_activation(
            workspace.intermediate.pointer, expansion.bias.pointer, rows, expansion.outputs, activation.loop)
        contraction.multiply(workspace.intermediate.pointer, rows: rows, into: workspace.update.pointer)
        outputNorm.apply(hidden, adding: workspace.update.pointer, bias: contraction.bias, rows: rows)
    }
}

extension EncoderLayer {
    /// What a checkpoint calls the parts of one layer, after the layer's prefix.
    struct Names {
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
        _ checkpoint: Checkpoint, _ prefix: String, _ names: Names, _ configuration: ModelConfiguration
    ) throws(BadInput) {
        let hidden = configuration.hiddenSize
        let intermediate = configuration.intermediateSize
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(BadInput) -> Linear {
            try Linear(checkpoint, prefix + name, inputs: inputs, outputs: outputs)
        }
        func norm(_ name: String) throws(BadInput) -> LayerNorm {
            try LayerNorm(checkpoint, prefix + name, size: hidden, epsilon: configuration.layerNormEpsilon)
        }
        attention = SelfAttention(
            queryKeyValue: Linear(fusing: [
                try linear(names.query, hidden, hidden), try linear(names.key, hidden, hidden),
                try linear(names.value, hidden, hidden),
            ]),
            output: try linear(names.attentionOutput, hidden, hidden), heads: configuration.heads)
        attentionNorm = try norm(names.attentionNorm)
        expansion = try linear(names.expansion, hidden, intermediate)
        contraction = try linear(names.contraction, intermediate, hidden)
        outputNorm = try norm(names.outputNorm)
        activation = configuration.activation
    }
}

/// A stack of post-norm layers over embedded tokens: the body that BERT, DistilBERT, RoBERTa and ELECTRA share.
struct Encoder: TokenEncoder {
    let embeddings: Embeddings
    let layers: [EncoderLayer]
    let sizes: Workspace.Sizes

    /// Binds the embeddings and as many layers as the configuration says, which must be all there are.
    ///
    /// - Parameter layer: the prefix of the layers' tensors, before their numbers.
    init(
        _ checkpoint: Checkpoint, embeddings: Embeddings, layer: String, _ names: EncoderLayer.Names,
        _ configuration: ModelConfiguration
    ) throws(BadInput) {
        self.embeddings = embeddings
        sizes = Workspace.Sizes(
            hidden: configuration.hiddenSize,
            intermediate: max(configuration.intermediateSize, configuration.embeddingSize))
        var layers: [EncoderLayer] = []
        for index in 0..<configuration.layers {
            layers.append(try EncoderLayer(checkpoint, "\(layer)\(index).", names, configuration))
        }
        self.layers = layers
        try checkpoint.refuseMore("\(layer)\(configuration.layers).\(names.query).weight", configuration)
    }

    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        embeddings.apply(0..<batch.rows, of: batch, workspace)
        for layer in layers { layer.apply(batch, workspace) }
    }
}

extension Checkpoint {
    /// Refuses a checkpoint that has `name`, a tensor of the first layer past those of `config.json`.
    func refuseMore(_ name: String, _ configuration: ModelConfiguration) throws(BadInput) {
        guard has(name) else { return }
        throw BadInput(
            SourceLocation(path),
            "the weights have more layers than the \(configuration.layers) of config.json; are they of one checkpoint?")
    }
}
