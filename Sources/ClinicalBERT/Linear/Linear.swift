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
        case quantized(QuantizedWeights)
        case oneDNN(OneDNNWeights)
        case oneDNNInt8(OneDNNQuantizedWeights)
    }

    /// Binds `<name>.weight` and `<name>.bias`.
    ///
    /// - Parameter isHead: whether it belongs to a head, which stays in float32.
    init(
        _ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true,
        activation: Activation? = nil, isHead: Bool = false
    ) throws(BadInput) {
        let weights = try DenseWeights(checkpoint, name, inputs: inputs, outputs: outputs, hasBias: hasBias)
        self.init(
            weights, isHead ? checkpoint.backend.exact : checkpoint.backend, activation: activation)
    }

    /// Lays out the weights for a backend; one that refuses them is replaced by one that takes all.
    init(_ weights: DenseWeights, _ backend: LinearBackend, activation: Activation? = nil) {
        inputs = weights.inputs
        outputs = weights.outputs
        bias = weights.bias
        self.activation = activation
        switch backend {
        case .openBLAS: product = .openBLAS(weights.weight)
        case .packed: product = .packed(Self.packed(weights))
        case .packedInt8: product = .quantized(QuantizedWeights(weights))
        case .oneDNN:
            if let made = OneDNNWeights(weights) {
                product = .oneDNN(made)
            } else {
                product = .packed(Self.packed(weights))
            }
        case .oneDNNInt8:
            if let made = OneDNNQuantizedWeights(weights) {
                product = .oneDNNInt8(made)
            } else {
                product = .quantized(QuantizedWeights(weights))
            }
        }
        // OpenBLAS goes on reading the weights where they are.
        if backend != .openBLAS { weights.release() }
    }

    private static func packed(_ weights: DenseWeights) -> FloatArray {
        FloatArray(count: vm_packed_count(weights.outputs, weights.inputs)) { target in
            vm_pack(target, weights.weight.pointer, weights.outputs, weights.inputs)
        }
    }

    /// Floats of scratch memory that ``apply(_:rows:into:_:)`` needs.
    var scratchCount: Int {
        switch product {
        case .openBLAS, .packed, .oneDNN: 0
        case .quantized: vm_quantized_scratch(inputs)
        case .oneDNNInt8: OneDNNQuantizedWeights.scratchCount(inputs: inputs, outputs: outputs)
        }
    }

    /// Into how many parts of its outputs a product can be divided among workers.
    ///
    /// A part is large enough to cost a few hundred microseconds with 64 rows, so that taking it costs nothing beside. With
    /// weights of 8 bits each part rounds the inputs anew, a twentieth of the work at this width; oneDNN takes its weights whole.
    var parts: Int {
        switch product {
        case .openBLAS, .packed, .quantized: (outputs + partWidth - 1) / partWidth
        case .oneDNN, .oneDNNInt8: 1
        }
    }

    private var partWidth: Int { if case .quantized = product { 768 } else { 256 } }

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
        case .quantized(let weights):
            var layer = VMQuantizedLinear(
                packed: weights.packed, scales: weights.scales.pointer, starts: weights.starts, bias: bias?.pointer,
                inputs: inputs, outputs: outputs, first: first, end: end, activation: function)
            vm_quantized_linear(&layer, input, rows, output, scratch)
        case .oneDNN(let weights):
            weights.multiply(input, rows: rows, into: output)
            vm_bias_activation(output, bias?.pointer, rows, outputs, function)
        case .oneDNNInt8(let weights):
            guard let scratch else { return }
            weights.multiply(input, rows: rows, into: output, bias: bias, scratch)
            if activation != nil { vm_bias_activation(output, nil, rows, outputs, function) }
        }
    }
}
