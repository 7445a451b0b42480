/// How a linear layer is computed: by what, and with which numbers.
struct LinearForm: Sendable, Hashable {
    var backend: LinearBackend
    var precision: Precision

    /// The packed products in float32.
    static let exact = LinearForm(backend: .packed, precision: .float32)

    /// The form of layers that stay in float32 whatever the others do.
    var exact: LinearForm { LinearForm(backend: backend, precision: .float32) }
}
