/// A layer of attention and feed-forward (Vaswani and others 2017): the products that all architectures have; what stands
/// between them is each one's own.
protocol TransformerLayer: Sendable {
    var queryKeyValue: Linear { get }  // hidden -> 3 * hidden: queries, keys, values
    var attention: any Attention { get }
    var output: Linear { get }  // hidden -> hidden
    var expansion: Linear { get }  // hidden -> intermediate
    var contraction: Linear { get }  // intermediate -> hidden

    /// What projection and expansion read of the pass's rows, [rows, hidden].
    func input(_ pass: ForwardPass) -> UnsafePointer<Float>

    /// What follows when all parts of a step are taken.
    func finish(_ step: EncoderStep, _ pass: ForwardPass)
}

extension TransformerLayer {
    /// How its steps are divided.
    var parts: EncoderStep.Parts {
        EncoderStep.Parts(
            project: queryKeyValue.parts, attend: attention.parts, output: output.parts, expand: expansion.parts,
            contract: contraction.parts)
    }

    /// Floats of scratch memory that the layer's products need.
    var scratchCount: Int { [queryKeyValue, output, expansion, contraction].map(\.scratchCount).max() ?? 0 }

    /// Takes a part of a step, or all of it, with the pass's rows; products end in `workspace.update` and `.intermediate`.
    func take(_ step: EncoderStep, part: Int?, _ pass: ForwardPass) {
        let workspace = pass.workspace
        let update = pass.start(workspace.update, width: output.outputs)
        let expanded = pass.start(workspace.intermediate, width: workspace.sizes.intermediate)
        func apply(_ linear: Linear, _ input: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
            linear.apply(input, rows: pass.rows.count, into: target, pass.scratch.linear.pointer, part: part)
        }
        switch step.work {
        case .embed: break
        case .project:
            apply(
                queryKeyValue, input(pass),
                pass.start(workspace.queryKeyValue(step.layer), width: queryKeyValue.outputs))
        case .attend: attention.apply(pass, step.layer, part: part)
        case .output: apply(output, pass.start(workspace.context, width: output.inputs), update)
        case .expand: apply(expansion, input(pass), expanded)
        case .contract: apply(contraction, expanded, update)
        }
    }
}
