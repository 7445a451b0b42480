import COneDNN
import CVectorMath

/// Numbers that the encoder's linear layers compute with; embeddings, norms, attention and heads are float32 always.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    /// The checkpoint's own, or what it was converted to.
    case float32
    /// Weights of 8 bits with scales of their own, inputs rounded token by token.
    case int8
}

/// How linear layers are computed.
public enum LinearBackend: String, Sendable, Hashable, CaseIterable {
    /// OpenBLAS, float32, with the weights as the checkpoint has them.
    case openBLAS = "openblas"
    /// `CVectorMath`'s product, float32, with packed weights.
    case packed
    /// oneDNN, float32, with weights in its own layout.
    case oneDNN = "onednn"
    /// `CVectorMath`'s product of 8-bit inputs and weights, scaled in groups of 64.
    case packedInt8 = "packed-int8"
    /// oneDNN's product of 8-bit inputs and weights.
    case oneDNNInt8 = "onednn-int8"

    /// What it computes with.
    public var precision: Precision {
        switch self {
        case .openBLAS, .packed, .oneDNN: .float32
        case .packedInt8, .oneDNNInt8: .int8
        }
    }

    /// Whether this machine and build can compute with it and be right.
    ///
    /// oneDNN's 8-bit product saturates where the processor has no VNNI instructions, and is not offered there.
    public var isAvailable: Bool {
        switch self {
        case .openBLAS, .packed, .packedInt8: true
        case .oneDNN: od_available() == 1
        case .oneDNNInt8: vm_has_vnni() == 1 && od_available() == 1
        }
    }

    /// The fastest one that is available.
    ///
    /// oneDNN's kernels are compiled for AVX-512 and measured fastest there. On processors with AVX2 alone it has no
    /// product with packed weights, and `CVectorMath`'s is the fastest; README, "Measured".
    public static func fastest(_ precision: Precision) -> LinearBackend {
        let hasWideVectors = vectorInstructions == "AVX-512"
        switch precision {
        case .float32: return hasWideVectors && LinearBackend.oneDNN.isAvailable ? .oneDNN : .packed
        case .int8: return LinearBackend.oneDNNInt8.isAvailable ? .oneDNNInt8 : .packedInt8
        }
    }

    /// The vector instructions in use, for a person to read: "AVX-512", "AVX2", "NEON" or "baseline".
    public static var vectorInstructions: String { String(cString: vm_instruction_set()) }

    /// oneDNN's version; `nil` if it is not in this build or not on this machine.
    public static var oneDNNVersion: String? {
        od_available() == 1 ? String(cString: od_version()) : nil
    }

    /// The backend for layers that stay in float32 whatever the others do.
    var exact: LinearBackend {
        switch self {
        case .openBLAS, .packed, .oneDNN: self
        case .packedInt8: .packed
        case .oneDNNInt8: .oneDNN
        }
    }
}
