import CVectorMath

/// A residual connection and the layer norm after it, y = norm(x + dropout(u + b)) (Ba, Kiros, Hinton 2016).
struct NormLayer: Sendable {
    let weight: ParameterBlock  // [size]
    let shift: ParameterBlock  // [size]
    let epsilon: Float

    /// What the backward pass needs of the forward pass.
    struct Saved {
        let normalized: Matrix  // [rows, size]
        let scales: UnsafeMutablePointer<Float>  // [rows]
        /// The mask of the update, and the place of its first number.
        let mask: VMDropout?
        let place: Int
    }

    /// output = norm(input + dropout(update + bias)); without update, norm(input).
    func forward(
        _ pass: LayerPass, _ saved: Saved, _ input: Matrix, adding update: Matrix? = nil, bias: ParameterBlock? = nil,
        into output: Matrix
    ) {
        let bias = bias.map { pass.weight($0).start }
        call(pass, saved) { vm_norm_forward($0, output.start, input.start, update?.start, bias) }
    }

    /// Turns the gradient of the output into that of the input, in place, and that of the update.
    ///
    /// - Parameters:
    ///   - gradient: of the output, then of the input.
    ///   - update: gets the gradient of the update.
    ///   - bias: that of the layer which made the update; its gradient is gathered here.
    func backward(
        _ pass: LayerPass, _ saved: Saved, _ gradient: Matrix, update: Matrix? = nil, bias: ParameterBlock? = nil
    ) {
        let bias = bias.flatMap { pass.gradient($0)?.start }
        let weight = pass.gradient(weight)?.start
        let shift = pass.gradient(shift)?.start
        call(pass, saved) {
            vm_norm_backward($0, gradient.start, update?.start, gradient.start, weight, shift, bias)
        }
    }

    private func call(_ pass: LayerPass, _ saved: Saved, _ body: (UnsafePointer<VMNormPass>) -> Void) {
        withMask(saved.mask) { mask in
            var norm = VMNormPass(
                weight: pass.weight(weight).start, shift: pass.weight(shift).start,
                normalized: saved.normalized.start, scales: saved.scales, rows: saved.normalized.rows,
                columns: saved.normalized.columns, epsilon: epsilon, place: UInt32(truncatingIfNeeded: saved.place),
                dropout: mask)
            body(&norm)
        }
    }
}
