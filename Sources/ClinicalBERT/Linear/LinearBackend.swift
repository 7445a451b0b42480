/// What computes linear layers.
public enum LinearBackend: String, Sendable, Hashable, CaseIterable {
    /// OpenBLAS, with the weights as the checkpoint has them, in float32 alone: the reference, and what training uses.
    case openBLAS = "openblas"
    /// `CVectorMath`'s products with packed weights, in each ``Precision``.
    case packed
}
