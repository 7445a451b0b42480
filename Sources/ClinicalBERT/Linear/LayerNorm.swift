import CVectorMath
import ClinicalText

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

    /// hidden = norm(hidden + update), row by row, in one pass over the memory.
    ///
    /// - Parameters:
    ///   - hidden: [rows, size], changed in place.
    ///   - update: [rows, size], or `nil`.
    func apply(_ hidden: UnsafeMutablePointer<Float>, adding update: UnsafePointer<Float>? = nil, rows: Int) {
        vm_residual_layer_norm(hidden, update, nil, weight.pointer, bias.pointer, epsilon, rows, size)
    }
}
