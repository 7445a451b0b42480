import CVectorMath
import ClinicalText

/// A convolution over the embedded tokens whose result is added to the first layer's and normalised: DeBERTa-v2's way to
/// see neighbours as one.
struct TokenConvolution: Sendable {
    /// A product for each neighbour, from the farthest before to the farthest after: hidden -> hidden, in float32.
    let taps: [Linear]
    let bias: FloatArray  // [hidden]
    let activation: Activation
    let norm: LayerNorm

    /// Binds `<prefix>conv`, whose numbers stand as [outputs, inputs of a group, neighbours], and `<prefix>LayerNorm`.
    init(
        _ checkpoint: Checkpoint, _ prefix: String, _ settings: DeBERTaSettings.Convolution,
        _ configuration: ModelConfiguration
    ) throws(BadInput) {
        let hidden = configuration.hiddenSize
        let inputs = hidden / settings.groups
        let weight = try checkpoint.floats("\(prefix)conv.weight", [hidden, inputs, settings.kernel])
        taps = (0..<settings.kernel).map { tap in
            let matrix = FloatArray(count: hidden * hidden) { target in
                target.update(repeating: 0, count: hidden * hidden)
                for output in 0..<hidden {
                    // Outputs of a group see the inputs of their group alone.
                    let first = output / inputs * inputs
                    for input in 0..<inputs {
                        target[output * hidden + first + input] =
                            weight.pointer[(output * inputs + input) * settings.kernel + tap]
                    }
                }
            }
            return Linear(DenseWeights(inputs: hidden, outputs: hidden, weight: matrix), checkpoint.form.exact)
        }
        bias = try checkpoint.floats("\(prefix)conv.bias", [hidden])
        activation = settings.activation
        norm = try LayerNorm(
            checkpoint, "\(prefix)LayerNorm", size: hidden, epsilon: configuration.layerNormEpsilon)
    }

    /// hidden = norm(hidden + activation(convolution(embedded))) for the pass's rows; past the ends of a sequence there are zeros.
    func apply(_ pass: ForwardPass) {
        let size = norm.size
        let rows = pass.rows
        let workspace = pass.workspace
        let update = workspace.update.pointer
        // What a neighbour adds; nothing else is in this memory between two layers.
        let addend = pass.start(workspace.intermediate, width: workspace.sizes.intermediate)
        (update + rows.lowerBound * size).update(repeating: 0, count: rows.count * size)
        for part in pass.batch.parts(of: rows) {
            for (index, tap) in taps.enumerated() {
                let shift = index - taps.count / 2
                let shifted = (part.sequence.lowerBound - shift..<part.sequence.upperBound - shift).clamped(
                    to: part.rows)
                guard !shifted.isEmpty else { continue }
                tap.apply(
                    workspace.embedded.pointer + (shifted.lowerBound + shift) * size, rows: shifted.count, into: addend)
                vm_add(update + shifted.lowerBound * size, addend, shifted.count * size)
            }
        }
        activation.apply(update + rows.lowerBound * size, bias: bias, rows: rows.count)
        norm.apply(
            workspace.hidden.pointer + rows.lowerBound * size, adding: update + rows.lowerBound * size,
            rows: rows.count)
    }
}
