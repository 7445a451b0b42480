import CVectorMath

/// The sum of a token's word, position and type vectors, normalised, with dropout after the norm.
struct EmbeddingLayer: Sendable {
    let words: ParameterBlock  // [vocabulary, hidden]
    let positions: ParameterBlock  // [positions, hidden]
    let types: ParameterBlock?  // [types, hidden]
    let norm: NormLayer

    struct Saved {
        let norm: NormLayer.Saved
        let output: Matrix  // [rows, hidden]
        let mask: VMDropout?
        let place: Int
    }

    /// saved.output = dropout(norm(words + positions + types)).
    func forward(_ pass: LayerPass, _ group: SequenceGroup, _ saved: Saved) {
        let output = saved.output
        let size = output.columns
        for sequence in group.sequences {
            for row in sequence {
                let vector = output.start + row * size
                vector.update(from: pass.weights + words.offset + Int(group.ids[row]) * size, count: size)
                vm_add(vector, pass.weights + positions.offset + (row - sequence.lowerBound) * size, size)
                if let types { vm_add(vector, pass.weights + types.offset + Int(group.types[row]) * size, size) }
            }
        }
        norm.forward(pass, saved.norm, output, into: output)
        drop(output, saved)
    }

    /// Turns the gradient of the output into that of the sums, in place.
    ///
    /// Positions and types gather theirs here. The rows are also the gradients of the words' vectors, which the caller adds
    /// up for all workers at once: a table of 30,000 rows for each worker would cost more than the few that a batch has.
    func backward(_ pass: LayerPass, _ group: SequenceGroup, _ saved: Saved, _ gradient: Matrix) {
        drop(gradient, saved)
        norm.backward(pass, saved.norm, gradient)
        let size = gradient.columns
        for sequence in group.sequences {
            for row in sequence {
                let change = gradient.start + row * size
                if let table = pass.gradient(positions) {
                    vm_add(table.start + (row - sequence.lowerBound) * size, change, size)
                }
                if let types, let table = pass.gradient(types) {
                    vm_add(table.start + Int(group.types[row]) * size, change, size)
                }
            }
        }
    }

    private func drop(_ values: Matrix, _ saved: Saved) {
        guard let mask = saved.mask else { return }
        withMask(mask) {
            vm_dropout(
                values.start, values.start, values.rows, values.columns, UInt32(truncatingIfNeeded: saved.place),
                values.columns, $0)
        }
    }
}
