import CVectorMath

/// The function between the two halves of a feed-forward layer, by the names checkpoints use.
///
/// The tanh form differs from the exact one by up to 4.7e-4: they are not interchangeable.
public enum Activation: Sendable, Hashable {
    /// x·Φ(x) by erf (Hendrycks and Gimpel 2016).
    case gelu
    /// Its tanh approximation.
    case geluTanh
    /// x·σ(1.702x).
    case geluQuick
    /// max(x, 0).
    case relu
    /// x·σ(x).
    case silu
    /// tanh x.
    case tanh

    private static let byName: [(name: String, activation: Activation)] = [
        ("gelu", .gelu), ("gelu_python", .gelu), ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh),
        ("gelu_python_tanh", .geluTanh), ("gelu_fast", .geluTanh), ("gelu_accurate", .geluTanh),
        ("quick_gelu", .geluQuick), ("relu", .relu), ("silu", .silu), ("swish", .silu), ("tanh", .tanh),
    ]

    /// Every name that is understood.
    static var names: [String] { byName.map(\.name) }

    /// The function of this name, or `nil`.
    init?(name: String) {
        guard let entry = Self.byName.first(where: { $0.name == name }) else { return nil }
        self = entry.activation
    }

    /// The loop that computes it.
    package var loop: VMActivation {
        switch self {
        case .gelu: VM_GELU
        case .geluTanh: VM_GELU_TANH
        case .geluQuick: VM_GELU_QUICK
        case .relu: VM_RELU
        case .silu: VM_SILU
        case .tanh: VM_TANH
        }
    }
}

extension Activation {
    /// values = activation(values + bias), row by row.
    ///
    /// - Parameter values: [rows, bias.count].
    func apply(_ values: UnsafeMutablePointer<Float>, bias: FloatArray, rows: Int) {
        vm_bias_activation(values, bias.pointer, rows, bias.count, loop)
    }
}
