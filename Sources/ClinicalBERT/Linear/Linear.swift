import COpenBLAS
import CVectorMath
import ClinicalText

/// A linear layer with the function that follows it, y = f(x Wᵀ + b).
struct Linear: Sendable {
    let inputs: Int
    let outputs: Int
    private let bias: FloatArray?  // [outputs]
    private let activation: Activation?
    private let product: Product

    private enum Product: Sendable {
        case openBLAS(FloatArray)  // [outputs, inputs]
        case packed(FloatArray)
        case bfloat16(BFloat16Weights)
        case quantized(QuantizedWeights)
    }

    /// Binds `<name>.weight` and `<name>.bias`.
    ///
    /// - Parameter isHead: whether it belongs to a head, which stays in float32.
    init(
        _ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true,
        activation: Activation? = nil, isHead: Bool = false
    ) throws(BadInput) {
        let weights = try DenseWeights(checkpoint, name, inputs: inputs, outputs: outputs, hasBias: hasBias)
        self.init(weights, isHead ? checkpoint.form.exact : checkpoint.form, activation: activation)
    }

    /// Lays out the weights for a form.
    init(_ weights: DenseWeights, _ form: LinearForm, activation: Activation? = nil) {
        inputs = weights.inputs
        outputs = weights.outputs
        bias = weights.bias
        self.activation = activation
        switch (form.backend, form.precision) {
        case (.openBLAS, _): product = .openBLAS(weights.weight)
        case (.packed, .float32):
            product = .packed(
                FloatArray(count: vm_packed_count(weights.outputs, weights.inputs)) { target in
                    vm_pack(target, weights.weight.pointer, weights.outputs, weights.inputs)
                })
        case (.packed, .bfloat16): product = .bfloat16(BFloat16Weights(weights))
        case (.packed, .int8): product = .quantized(QuantizedWeights(weights))
        }
        // OpenBLAS goes on reading the weights where they are.
        if form.backend != .openBLAS { weights.release() }
    }

    /// Floats of scratch memory that ``apply(_:rows:into:_:part:)`` needs.
    var scratchCount: Int {
        switch product {
        case .openBLAS, .packed: 0
        case .bfloat16: vm_bfloat16_scratch(inputs)
        case .quantized: vm_quantized_scratch(inputs)
        }
    }

    /// Into how many parts of its outputs a product can be divided among workers.
    var parts: Int { (outputs + partWidth - 1) / partWidth }

    /// Outputs of a part: large enough to cost a few hundred microseconds with 64 rows, so that taking it costs nothing
    /// beside.
    ///
    /// Where inputs are rounded each part rounds them anew, a twentieth of the work at these widths.
    private var partWidth: Int {
        switch product {
        case .openBLAS, .packed: 256
        case .bfloat16: 384
        case .quantized: 768
        }
    }

    /// output = f(input Wᵀ + b), or a part of its columns.
    ///
    /// - Parameters:
    ///   - input: [rows, inputs].
    ///   - output: [rows, outputs].
    ///   - scratch: ``scratchCount`` floats of the calling worker's own, which a layer in float32 does without.
    ///   - part: one of ``parts``; without it, all.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>? = nil, part: Int? = nil
    ) {
        guard rows > 0 else { return }
        let function = activation?.loop ?? VM_IDENTITY
        let first = part.map { $0 * partWidth } ?? 0
        let end = part == nil ? outputs : min(outputs, first + partWidth)
        switch product {
        case .openBLAS(let weight):
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(end - first), blasint(inputs), 1, input,
                blasint(inputs), weight.pointer + first * inputs, blasint(inputs), 0, output + first, blasint(outputs))
            for row in 0..<rows {
                vm_bias_activation(
                    output + row * outputs + first, bias.map { $0.pointer + first }, 1, end - first, function)
            }
        case .packed(let packed):
            var layer = VMLinear(
                packed: packed.pointer, bias: bias?.pointer, inputs: inputs, outputs: outputs, first: first, end: end,
                activation: function)
            vm_linear(&layer, input, rows, output)
        case .bfloat16(let weights):
            var layer = VMBFloat16Linear(
                packed: weights.packed, bias: bias?.pointer, inputs: inputs, outputs: outputs, first: first, end: end,
                activation: function)
            vm_bfloat16_linear(&layer, input, rows, output, scratch)
        case .quantized(let weights):
            var layer = VMQuantizedLinear(
                packed: weights.packed, scales: weights.scales.pointer, starts: weights.starts, bias: bias?.pointer,
                inputs: inputs, outputs: outputs, first: first, end: end, activation: function)
            vm_quantized_linear(&layer, input, rows, output, scratch)
        }
    }
}
