/// A low-rank change of a frozen linear layer, y += (α / r) · (x Aᵀ) Bᵀ (Hu and others 2021).
struct LowRankAdapter: Sendable {
    let down: ParameterBlock  // A, [rank, inputs]
    let up: ParameterBlock  // B, [outputs, rank]
    let scale: Float

    /// output += (α / r) · (input Aᵀ) Bᵀ.
    ///
    /// - Parameters:
    ///   - input: [rows, inputs].
    ///   - reduced: gets input Aᵀ, [rows, rank], which the backward pass needs.
    ///   - output: [rows, outputs].
    func forward(_ pass: LayerPass, _ input: Matrix, _ reduced: Matrix, into output: Matrix) {
        reduced.set(input, timesTransposed: pass.weight(down))
        output.add(reduced, timesTransposed: pass.weight(up), scale: scale)
    }

    /// Gathers the gradients of A and B, and adds that of the input.
    ///
    /// - Parameters:
    ///   - scratch: [rows, rank].
    ///   - gradient: of the output, [rows, outputs].
    ///   - target: of the input; `nil` if nothing below is trained.
    func backward(
        _ pass: LayerPass, _ input: Matrix, _ reduced: Matrix, _ scratch: Matrix, _ gradient: Matrix,
        into target: Matrix?
    ) {
        pass.gradient(up)?.add(transposed: gradient, times: reduced, scale: scale)
        scratch.set(gradient, times: pass.weight(up), scale: scale)
        pass.gradient(down)?.add(transposed: scratch, times: input)
        target?.add(scratch, times: pass.weight(down))
    }
}

/// How large adapters are.
package struct AdapterSettings: Sendable, Hashable {
    /// Rows of A.
    package var rank: Int
    /// What their product is multiplied by, times the rank.
    package var alpha: Float

    package init(rank: Int = 8, alpha: Float = 16) {
        self.rank = rank
        self.alpha = alpha
    }
}
