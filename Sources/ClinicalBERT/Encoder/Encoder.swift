import ClinicalText

/// An architecture's encoder: from token ids to a vector for each token.
protocol TokenEncoder: Sendable {
    /// What it needs of a workspace.
    var sizes: Workspace.Sizes { get }

    /// What is done with the rows of a batch, in order; the last step leaves their vectors in `workspace.hidden`,
    /// [rows, hidden].
    var steps: [EncoderStep] { get }

    /// Takes one part of a step, or all of it, with the pass's rows.
    func take(_ step: EncoderStep, part: Int?, _ pass: ForwardPass)

    /// What follows when all parts of a step are taken.
    func finish(_ step: EncoderStep, _ pass: ForwardPass)
}

/// A stack of post-norm layers over embedded tokens: the body of BERT, DistilBERT, RoBERTa, ELECTRA and DeBERTa.
struct Encoder: TokenEncoder {
    let embeddings: Embeddings
    let layers: [EncoderLayer]
    /// DeBERTa-v2's, beside the first layer.
    let convolution: TokenConvolution?
    let sizes: Workspace.Sizes
    let steps: [EncoderStep]

    /// Binds the embeddings and as many layers as the configuration says, which must be all there are.
    ///
    /// - Parameters:
    ///   - layer: the prefix of the layers' tensors, before their numbers.
    ///   - attention: makes what is not linear in the attention of the layer with this prefix; without it,
    ///     ``SelfAttention``.
    ///   - attentionMemory: floats it needs for a block of queries beside the scores.
    init(
        _ checkpoint: Checkpoint, embeddings: Embeddings, layer: String, _ names: EncoderLayer.Names,
        _ configuration: ModelConfiguration, convolution: TokenConvolution? = nil, attentionMemory: Int = 0,
        attention: (@Sendable (_ prefix: String) throws(BadInput) -> any Attention)? = nil
    ) throws(BadInput) {
        self.embeddings = embeddings
        self.convolution = convolution
        layers = try checkpoint.layers(configuration.layers) { (index) throws(BadInput) in
            let prefix = "\(layer)\(index)."
            let attention =
                try attention?(prefix)
                ?? SelfAttention(
                    heads: configuration.heads, headSize: configuration.headSize,
                    isBFloat16: checkpoint.form.precision == .bfloat16)
            return try EncoderLayer(checkpoint, prefix, names, attention, configuration)
        }
        steps = EncoderStep.all(layers.map(\.parts))
        sizes = Workspace.Sizes(
            hidden: configuration.hiddenSize,
            intermediate: max(
                configuration.intermediateSize, configuration.embeddingSize,
                convolution == nil ? 0 : configuration.hiddenSize),
            headSize: configuration.headSize, embedded: convolution == nil ? 0 : configuration.hiddenSize,
            attention: attentionMemory,
            linear: max(layers.map(\.scratchCount).max() ?? 0, embeddings.scratchCount))
        try checkpoint.refuseMore("\(layer)\(configuration.layers).\(names.query).weight", configuration)
    }

    func take(_ step: EncoderStep, part: Int?, _ pass: ForwardPass) {
        if step.work == .embed { embeddings.apply(pass) } else { layers[step.layer].take(step, part: part, pass) }
    }

    func finish(_ step: EncoderStep, _ pass: ForwardPass) {
        guard step.work != .embed else {
            guard convolution != nil else { return }
            return pass.start(pass.workspace.embedded, width: sizes.hidden).update(
                from: pass.start(pass.workspace.hidden, width: sizes.hidden), count: pass.rows.count * sizes.hidden)
        }
        layers[step.layer].finish(step, pass)
        if step.layer == 0, step.work == .contract { convolution?.apply(pass) }
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
