import CVectorMath

/// A loop of the engine and the instruction set whose copy of it is used.
///
/// Before the first is used, each copy that the processor runs computes a small case; one that disagrees with plain C is not
/// used, and the next narrower one is.
public struct Kernel: Sendable, Hashable {
    /// What it computes: "float32 product", "attention", ….
    public let operation: String
    /// The instruction set, for a person to read; `nil` if this processor has none for the operation.
    public let instructionSet: String?
    /// How far it is from plain C, as a share of what rounding may make: 0 to 1.
    public let difference: Double
    /// The widest instruction set whose copy disagreed with plain C, if one did.
    public let refused: String?

    /// Those in use on this machine, in a fixed order.
    ///
    ///     for kernel in Kernel.all { print(kernel.operation, kernel.instructionSet ?? "none") }
    public static var all: [Kernel] { (0..<vm_kernel_count()).map { Kernel(vm_kernel($0)) } }

    package init(_ kernel: VMKernel) {
        operation = String(cString: kernel.operation)
        instructionSet = kernel.set.map { String(cString: $0) }
        difference = kernel.difference
        refused = kernel.refused.map { String(cString: $0) }
    }

    /// What to tell a person of the copies that are not used; empty if all agree.
    public static func warnings(of kernels: [Kernel] = Kernel.all) -> [String] {
        let wrong = kernels.filter { $0.refused != nil }
        guard !wrong.isEmpty else { return [] }
        let list = wrong.map {
            "\($0.operation) (\($0.refused ?? "")\($0.instructionSet.map { "; \($0) is used" } ?? "; there is no other"))"
        }
        return [
            "on this processor these kernels disagree with plain C and are not used: "
                + list.joined(separator: ", ")
                + ". Results are right but slower; please report it with the output of 'chartmark model'"
        ]
    }
}
