import CVectorMath

/// The vector instructions that the engine may use, as `CHARTMARK_VECTOR` names them.
public enum VectorInstructions {
    /// The widest set in use, for a person to read: "AVX-512 VNNI", "AVX2", "NEON", "plain C".
    public static var title: String { String(cString: vm_instruction_set()) }

    /// The names of what this processor runs, the narrowest first.
    public static var names: [String] {
        (0...).lazy.map { vm_vector_name($0) }.prefix { $0 != nil }.compactMap { $0.map { String(cString: $0) } }
    }

    /// What is wrong with `CHARTMARK_VECTOR`; `nil` if nothing is.
    public static var problem: String? {
        guard let name = vm_vector_problem() else { return nil }
        return "CHARTMARK_VECTOR is '\(String(cString: name))', which this processor does not run; it may be "
            + names.joined(separator: ", ")
    }
}
