import CVectorMath

/// What turns vectors into logits: of labels for tokens or texts, or of pieces for masked tokens.
///
/// The rows that have a target are gathered; where an architecture has them, a dense layer with its function and a norm come
/// first, then dropout, then the classifier.
struct PredictionHead: Sendable {
    let dense: (layer: LinearLayer, activation: VMActivation)?
    let norm: NormLayer?
    let dropout: Float
    let classifier: LinearLayer  // width -> classes

    var classes: Int { classifier.weight.rows }

    /// Memory for the rows of one group that have a target.
    struct Scratch {
        let gathered: Matrix  // [targets, hidden]
        let transformed: Matrix  // before the activation
        let activated: Matrix
        let normalized: Matrix
        let scales: UnsafeMutablePointer<Float>
        let vectors: Matrix  // what the classifier is given
        let gradient: Matrix
        let logits: Matrix  // [targets, classes]
    }

    /// Runs head and loss, gathers the gradients of both, and writes that of the encoder's vectors.
    ///
    /// - Parameters:
    ///   - hidden: the encoder's vectors, [rows, hidden].
    ///   - gradient: of `hidden`; what was in it is overwritten.
    ///   - scale: of the loss in its gradients.
    /// - Returns: the sum of the targets' losses, not scaled.
    func apply(
        _ pass: LayerPass, _ group: SequenceGroup, _ hidden: Matrix, _ gradient: Matrix, _ scratch: Scratch,
        _ loss: CrossEntropy, scale: Float
    ) -> Double {
        let size = hidden.columns
        gradient.start.update(repeating: 0, count: gradient.rows * size)
        guard !group.targets.isEmpty else { return 0 }
        let sum = self.loss(pass, group, hidden, scratch, loss, scale: scale)
        backward(pass, group, scratch, saved(scratch), pass.dropout.mask(.head, rate: dropout))
        for (index, target) in group.targets.enumerated() {
            // Several targets of one token add up.
            vm_add(gradient.start + target.row * size, scratch.gathered.start + index * size, size)
        }
        return sum
    }

    /// Runs head and loss; leaves the gradient of the logits in `scratch.logits`.
    ///
    /// - Returns: the sum of the targets' losses, not scaled.
    func loss(
        _ pass: LayerPass, _ group: SequenceGroup, _ hidden: Matrix, _ scratch: Scratch, _ loss: CrossEntropy,
        scale: Float
    ) -> Double {
        let size = hidden.columns
        for (index, target) in group.targets.enumerated() {
            (scratch.gathered.start + index * size).update(from: hidden.start + target.row * size, count: size)
        }
        forward(pass, group, scratch, saved(scratch), pass.dropout.mask(.head, rate: dropout))
        return group.targets.enumerated().reduce(0.0) { sum, target in
            let logits = scratch.logits.start + target.offset * classes
            let (_, label, excluded) = target.element
            return sum
                + (excluded.isEmpty
                    ? loss.apply(logits, count: classes, label: label, scale: scale)
                    : loss.apply(logits, count: classes, excluding: excluded, scale: scale))
        }
    }

    private func saved(_ scratch: Scratch) -> NormLayer.Saved {
        NormLayer.Saved(normalized: scratch.normalized, scales: scratch.scales, mask: nil, place: 0)
    }

    private func forward(
        _ pass: LayerPass, _ group: SequenceGroup, _ scratch: Scratch, _ saved: NormLayer.Saved, _ mask: VMDropout?
    ) {
        var vectors = scratch.gathered
        if let dense {
            dense.layer.forward(pass, vectors, into: scratch.transformed)
            vm_activation_forward(
                scratch.activated.start, scratch.transformed.start, pass.weight(dense.layer.bias).start,
                scratch.transformed.rows, scratch.transformed.columns, dense.activation)
            vectors = scratch.activated
        }
        if let norm {
            norm.forward(pass, saved, vectors, into: scratch.vectors)
        } else {
            scratch.vectors.start.update(from: vectors.start, count: vectors.rows * vectors.columns)
        }
        drop(scratch.vectors, group, mask)
        classifier.forward(pass, scratch.vectors, into: scratch.logits)
        vm_add_bias(scratch.logits.start, pass.weight(classifier.bias).start, scratch.logits.rows, classes)
    }

    /// Leaves the gradient of the gathered vectors in `scratch.gathered`.
    private func backward(
        _ pass: LayerPass, _ group: SequenceGroup, _ scratch: Scratch, _ saved: NormLayer.Saved, _ mask: VMDropout?
    ) {
        if let bias = pass.gradient(classifier.bias) {
            for row in 0..<scratch.logits.rows { vm_add(bias.start, scratch.logits.start + row * classes, classes) }
        }
        guard let dense else {
            classifier.backward(pass, scratch.vectors, scratch.logits, into: scratch.gathered, adding: false)
            return drop(scratch.gathered, group, mask)
        }
        classifier.backward(pass, scratch.vectors, scratch.logits, into: scratch.gradient, adding: false)
        drop(scratch.gradient, group, mask)
        norm?.backward(pass, saved, scratch.gradient)
        vm_activation_backward(
            scratch.gradient.start, scratch.transformed.start, pass.gradient(dense.layer.bias)?.start,
            scratch.transformed.rows, scratch.transformed.columns, dense.activation)
        pass.gradient(dense.layer.weight)?.add(transposed: scratch.gradient, times: scratch.gathered)
        scratch.gathered.set(scratch.gradient, times: pass.weight(dense.layer.weight))
    }

    private func drop(_ values: Matrix, _ group: SequenceGroup, _ mask: VMDropout?) {
        guard let mask else { return }
        withMask(mask) { mask in
            for (index, target) in group.targets.enumerated() {
                let row = values.start + index * values.columns
                let place = (group.firstRow + target.row) * values.columns
                vm_dropout(row, row, 1, values.columns, UInt32(truncatingIfNeeded: place), 0, mask)
            }
        }
    }
}
