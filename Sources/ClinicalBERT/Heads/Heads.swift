import CVectorMath

/// Labels for each token: one linear layer over the encoder's vectors.
struct TokenHead: Sendable {
    let classifier: Linear  // hidden -> labels

    /// Appends one matrix of logits, [tokens, labels], for each sequence.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        classifier.apply(workspace.hidden.pointer, rows: batch.rows, into: workspace.logits.pointer)
        return batch.sequences.map { sequence in
            Logits(
                rows: sequence.count, columns: classifier.outputs,
                copying: workspace.logits.pointer + sequence.lowerBound * classifier.outputs)
        }
    }
}

/// Labels for the whole text, from the vector of its first token.
struct SequenceHead: Sendable {
    enum Pooling: Sendable {
        case tanh
        case relu
    }

    let pooler: Linear  // hidden -> hidden
    let activation: Pooling
    let classifier: Linear  // hidden -> labels

    /// One row of logits, [1, labels], for each sequence.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        batch.sequences.map { sequence in
            let first = workspace.hidden.pointer + sequence.lowerBound * pooler.inputs
            let pooled = workspace.update.pointer
            pooler.multiply(first, rows: 1, into: pooled)
            vm_bias_activation(
                pooled, pooler.bias.pointer, 1, pooler.outputs, activation == .tanh ? VM_TANH : VM_RELU)
            classifier.apply(pooled, rows: 1, into: workspace.logits.pointer)
            return Logits(rows: 1, columns: classifier.outputs, copying: workspace.logits.pointer)
        }
    }
}
