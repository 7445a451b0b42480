import CVectorMath

/// Numbers that the encoder computes with; embeddings, norms, softmax and heads are float32 always.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    /// The checkpoint's own, or what it was converted to.
    case float32
    /// Weights and inputs of linear layers and attention rounded to 8 bits of precision, sums in float32.
    ///
    /// Only where the processor multiplies such numbers: AVX-512 BF16, or Arm's BF16 extension.
    case bfloat16
    /// Weights of 8 bits with scales of their own, inputs rounded token by token; attention in float32.
    case int8

    /// Why this machine does not compute with it; `nil` if it does.
    public var unavailableReason: String? {
        guard self == .bfloat16, vm_has_bfloat16() == 0 else { return nil }
        return "this processor, or CHARTMARK_VECTOR, has no products of bfloat16 "
            + "(AVX-512 BF16 or Arm BF16); use float32 or int8"
    }
}
