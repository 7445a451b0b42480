import CVectorMath

/// Labels for the whole text, from the vector of its first token or from the mean of all.
struct SequenceHead: Sendable {
    enum Pooling: String, Sendable, CaseIterable {
        case first = "cls"
        case mean
    }

    let pooling: Pooling
    let transform: Transform
    let classifier: Linear  // hidden -> labels

    /// One row of logits, [1, labels], for each sequence; none for one without tokens.
    func apply(_ batch: PackedBatch, _ workspace: Workspace) -> [Logits] {
        let hidden = classifier.inputs
        let filled = batch.sequences.filter { !$0.isEmpty }
        let count = filled.count
        workspace.reserve(logits: count * classifier.outputs)
        for (index, sequence) in filled.enumerated() {
            pool(sequence, workspace.hidden.pointer, into: workspace.context.pointer + index * hidden)
        }
        transform.apply(workspace.context.pointer, rows: count, into: workspace.update.pointer)
        classifier.apply(workspace.update.pointer, rows: count, into: workspace.logits.pointer)
        var next = UnsafePointer(workspace.logits.pointer)
        return batch.sequences.map { sequence in
            let rows = sequence.isEmpty ? 0 : 1
            defer { next += rows * classifier.outputs }
            return Logits(rows: rows, columns: classifier.outputs, copying: next)
        }
    }

    private func pool(
        _ sequence: Range<Int>, _ vectors: UnsafePointer<Float>, into pooled: UnsafeMutablePointer<Float>
    ) {
        let hidden = classifier.inputs
        pooled.update(from: vectors + sequence.lowerBound * hidden, count: hidden)
        guard pooling == .mean else { return }
        for row in sequence.dropFirst() { vm_add(pooled, vectors + row * hidden, hidden) }
        let share = 1 / Float(sequence.count)
        for column in 0..<hidden { pooled[column] *= share }
    }
}
