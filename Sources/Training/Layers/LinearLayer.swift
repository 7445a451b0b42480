/// A linear layer, y = x Wᵀ; its bias is added by what follows, which reads the numbers anyway.
struct LinearLayer: Sendable {
    let weight: ParameterBlock  // [outputs, inputs]
    let bias: ParameterBlock  // [outputs]

    /// output = input Wᵀ.
    ///
    /// - Parameters:
    ///   - input: [rows, inputs].
    ///   - output: [rows, outputs].
    func forward(_ pass: LayerPass, _ input: Matrix, into output: Matrix) {
        output.set(input, timesTransposed: pass.weight(weight))
    }

    /// dW += dyᵀ x, and dx = dy W.
    ///
    /// - Parameters:
    ///   - input: what ``forward(_:_:into:)`` was given.
    ///   - gradient: of the output, [rows, outputs].
    ///   - target: of the input, [rows, inputs]; `nil` if nothing below is trained.
    ///   - isAdded: whether it is added to what `target` holds.
    func backward(_ pass: LayerPass, _ input: Matrix, _ gradient: Matrix, into target: Matrix?, adding isAdded: Bool) {
        pass.gradient(weight)?.add(transposed: gradient, times: input)
        guard let target else { return }
        if isAdded {
            target.add(gradient, times: pass.weight(weight))
        } else {
            target.set(gradient, times: pass.weight(weight))
        }
    }
}
