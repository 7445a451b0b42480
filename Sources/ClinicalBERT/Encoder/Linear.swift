import COpenBLAS
import CVectorMath
import ClinicalText

/// A linear layer, y = x Wᵀ + b, with W as checkpoints store it: [outputs, inputs].
struct Linear: Sendable {
    let inputs: Int
    let outputs: Int
    let weight: FloatArray  // [outputs, inputs]
    let bias: FloatArray  // [outputs]

    /// Binds `<name>.weight` and `<name>.bias`; without bias, it is 0.
    init(
        _ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true
    ) throws(BadInput) {
        self.inputs = inputs
        self.outputs = outputs
        weight = try checkpoint.floats("\(name).weight", [outputs, inputs])
        bias = hasBias ? try checkpoint.floats("\(name).bias", [outputs]) : FloatArray(zeros: outputs)
    }

    /// Stacks layers that read the same input, so that one product serves all: [Σ outputs, inputs].
    init(fusing parts: [Linear]) {
        inputs = parts.first?.inputs ?? 0
        outputs = parts.map(\.outputs).reduce(0, +)
        weight = Self.joined(parts.map(\.weight))
        bias = Self.joined(parts.map(\.bias))
    }

    private static func joined(_ arrays: [FloatArray]) -> FloatArray {
        FloatArray(count: arrays.map(\.count).reduce(0, +)) { target in
            var position = target
            for array in arrays {
                position.update(from: array.pointer, count: array.count)
                position += array.count
            }
        }
    }

    /// output = input Wᵀ, without the bias, which the caller adds in the pass that follows.
    ///
    /// - Parameters:
    ///   - input: [rows, inputs].
    ///   - output: [rows, outputs].
    func multiply(_ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>) {
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(outputs), blasint(inputs), 1, input,
            blasint(inputs), weight.pointer, blasint(inputs), 0, output, blasint(outputs))
    }

    /// output = input Wᵀ + b.
    func apply(_ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>) {
        multiply(input, rows: rows, into: output)
        vm_add_bias(output, bias.pointer, rows, outputs)
    }
}

/// Layer normalisation over a token's vector (Ba, Kiros, Hinton 2016).
struct LayerNorm: Sendable {
    let size: Int
    let weight: FloatArray  // [size]
    let bias: FloatArray  // [size]
    let epsilon: Float

    /// Binds `<name>.weight` and `<name>.bias`; without bias, it is 0.
    init(
        _ checkpoint: Checkpoint, _ name: String, size: Int, epsilon: Float, hasBias: Bool = true
    ) throws(BadInput) {
        self.size = size
        self.epsilon = epsilon
        weight = try checkpoint.floats("\(name).weight", [size])
        bias = hasBias ? try checkpoint.floats("\(name).bias", [size]) : FloatArray(zeros: size)
    }

    /// hidden = norm(hidden + update + updateBias), row by row, in one pass over the memory.
    ///
    /// - Parameters:
    ///   - hidden: [rows, size], changed in place.
    ///   - update: [rows, size], or `nil`.
    ///   - updateBias: [size], or `nil`.
    func apply(
        _ hidden: UnsafeMutablePointer<Float>, adding update: UnsafePointer<Float>?, bias updateBias: FloatArray?,
        rows: Int
    ) {
        vm_residual_layer_norm(hidden, update, updateBias?.pointer, weight.pointer, bias.pointer, epsilon, rows, size)
    }
}
