/// Logits for each token: a linear layer over the encoder's vectors.
///
/// Of labels, or, to answer questions, of starting and ending the answer.
struct TokenHead: Sendable {
    /// ModernBERT's, before the classifier.
    let transform: Transform?
    let classifier: Linear  // hidden -> labels

    /// One matrix of logits, [tokens, labels], for each sequence.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        let columns = classifier.outputs
        workspace.reserve(logits: batch.rows * columns)
        var vectors = UnsafePointer(workspace.hidden.pointer)
        if let transform {
            transform.apply(vectors, rows: batch.rows, into: workspace.update.pointer)
            vectors = UnsafePointer(workspace.update.pointer)
        }
        classifier.apply(vectors, rows: batch.rows, into: workspace.logits.pointer)
        return batch.sequences.map { sequence in
            Logits(
                rows: sequence.count, columns: columns,
                copying: workspace.logits.pointer + sequence.lowerBound * columns)
        }
    }
}
