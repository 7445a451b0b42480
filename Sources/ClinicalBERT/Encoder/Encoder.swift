import CVectorMath

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

/// A stack of layers over embedded tokens: the body BERT and DistilBERT share.
struct Encoder: Sendable {
    let embeddings: Embeddings
    let layers: [EncoderLayer]

    /// Leaves the last layer's vectors, [rows, hidden], in `workspace.hidden`.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) {
        workspace.reserve(rows: batch.rows, longest: batch.longest)
        embeddings.apply(batch, into: workspace.hidden.pointer)
        for layer in layers { layer.apply(batch, workspace) }
    }
}
