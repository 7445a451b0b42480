import CVectorMath

/// One block of a post-norm encoder: attention, then feed-forward, each added to its input and normalised.
struct EncoderBlock: Sendable {
    let index: Int
    let queryKeyValue: LinearLayer  // hidden -> 3 · hidden
    /// Of the queries and of the values; `nil` without adapters.
    let adapters: (query: LowRankAdapter, value: LowRankAdapter)?
    let attention: AttentionLayer
    let output: LinearLayer  // hidden -> hidden
    let attentionNorm: NormLayer
    let expansion: LinearLayer  // hidden -> intermediate
    let activation: VMActivation
    let contraction: LinearLayer  // intermediate -> hidden
    let outputNorm: NormLayer

    /// What the backward pass needs of the forward pass, for the rows of a group.
    struct Saved {
        let attention: AttentionLayer.Saved
        /// What the adapters made of the input, [rows, rank].
        let reduced: (query: Matrix, value: Matrix)?
        let context: Matrix  // [rows, hidden]
        let attentionNorm: NormLayer.Saved
        let attended: Matrix  // [rows, hidden]
        let expanded: Matrix  // [rows, intermediate], before the activation
        let activated: Matrix  // [rows, intermediate]
        let outputNorm: NormLayer.Saved
        let output: Matrix  // [rows, hidden]
    }

    /// Memory that every block uses again.
    struct Scratch {
        let attention: AttentionLayer.Scratch
        let update: Matrix  // [rows, hidden]
        let reduced: Matrix?  // [rows, rank]
        let projections: Matrix  // [rows, 3 · hidden]
        let expanded: Matrix  // [rows, intermediate]
    }

    /// saved.output = the block of `input`, [rows, hidden].
    func forward(_ pass: LayerPass, _ group: SequenceGroup, _ saved: Saved, _ scratch: Scratch, _ input: Matrix) {
        let projections = saved.attention.projections
        queryKeyValue.forward(pass, input, into: projections)
        vm_add_bias(
            projections.start, pass.weight(queryKeyValue.bias).start, projections.rows, projections.columns)
        if let adapters, let reduced = saved.reduced {
            adapters.query.forward(pass, input, reduced.query, into: part(0, of: projections))
            adapters.value.forward(pass, input, reduced.value, into: part(2, of: projections))
        }
        attention.forward(group, saved.attention, scratch.attention, into: saved.context)
        output.forward(pass, saved.context, into: scratch.update)
        attentionNorm.forward(
            pass, saved.attentionNorm, input, adding: scratch.update, bias: output.bias, into: saved.attended)

        expansion.forward(pass, saved.attended, into: saved.expanded)
        vm_activation_forward(
            saved.activated.start, saved.expanded.start, pass.weight(expansion.bias).start, saved.expanded.rows,
            saved.expanded.columns, activation)
        contraction.forward(pass, saved.activated, into: scratch.update)
        outputNorm.forward(
            pass, saved.outputNorm, saved.attended, adding: scratch.update, bias: contraction.bias, into: saved.output)
    }

    /// Turns the gradient of the output into that of the input, in place.
    ///
    /// - Parameter needsInput: whether anything below is trained; without it, `gradient` is left as it comes.
    func backward(
        _ pass: LayerPass, _ group: SequenceGroup, _ saved: Saved, _ scratch: Scratch, _ input: Matrix,
        _ gradient: Matrix, needsInput: Bool
    ) {
        outputNorm.backward(pass, saved.outputNorm, gradient, update: scratch.update, bias: contraction.bias)
        contraction.backward(pass, saved.activated, scratch.update, into: scratch.expanded, adding: false)
        vm_activation_backward(
            scratch.expanded.start, saved.expanded.start, pass.gradient(expansion.bias)?.start, saved.expanded.rows,
            saved.expanded.columns, activation)
        expansion.backward(pass, saved.attended, scratch.expanded, into: gradient, adding: true)

        attentionNorm.backward(pass, saved.attentionNorm, gradient, update: scratch.update, bias: output.bias)
        // The output layer's input gradient overwrites the context, which nothing needs after it.
        let context = saved.context
        pass.gradient(output.weight)?.add(transposed: scratch.update, times: context)
        context.set(scratch.update, times: pass.weight(output.weight))
        attention.backward(group, saved.attention, scratch.attention, context, into: scratch.projections)
        if let bias = pass.gradient(queryKeyValue.bias) {
            for row in 0..<scratch.projections.rows {
                vm_add(bias.start, scratch.projections.start + row * scratch.projections.stride, bias.columns)
            }
        }
        let target = needsInput ? gradient : nil
        queryKeyValue.backward(pass, input, scratch.projections, into: target, adding: true)
        if let adapters, let reduced = saved.reduced, let scratchReduced = scratch.reduced {
            let queries = part(0, of: scratch.projections)
            adapters.query.backward(pass, input, reduced.query, scratchReduced, queries, into: target)
            let values = part(2, of: scratch.projections)
            adapters.value.backward(pass, input, reduced.value, scratchReduced, values, into: target)
        }
    }

    /// The queries (0), keys (1) or values (2) among the projections.
    private func part(_ index: Int, of projections: Matrix) -> Matrix {
        let size = projections.columns / 3
        return projections.columns(index * size..<(index + 1) * size)
    }
}
