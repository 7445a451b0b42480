import ClinicalText

/// A tensor of an adapter, by what its name says it does to which module of the base.
struct AdapterTensor: Sendable {
    /// What it is of a module.
    enum Part: Sendable, Hashable {
        /// The first matrix, [rank, inputs].
        case down
        /// The second matrix, [outputs, rank].
        case up
        /// What the second matrix's product is moved by, [outputs].
        case upBias
        /// The matrices of an embedding, [rank, rows] and [columns, rank].
        case embeddingDown
        case embeddingUp
        /// DoRA's lengths.
        case magnitude
        /// IA³'s factors, [outputs, 1] or [1, inputs].
        case factors
        /// Rows of an embedding that stand in place of the base's.
        case tokens
        /// The base's own parameter of this name, trained as a whole.
        case whole(String)
    }

    /// The path of the module: `bert.encoder.layer.0.attention.self.query`.
    let module: String
    let part: Part
    let tensor: StoredTensor

    /// PEFT's wrapper around a model.
    private static let prefix = "base_model.model."
    /// Wrappers of a module inside of a name, which the base's names do not have.
    private static let wrappers: Set<Substring> = ["base_layer", "modules_to_save", "token_adapter"]
    /// An adapter's own name, which some tools leave in the names.
    private static let adapterName: Substring = "default"

    /// - Returns: `nil` for the base's own parameter that PEFT keeps beside a trained one.
    /// - Throws: ``BadInput`` if the name is none of an adapter.
    init?(_ tensor: StoredTensor) throws(BadInput) {
        guard tensor.name.hasPrefix(Self.prefix) else { throw tensor.bad("is not one of a PEFT adapter") }
        let components = tensor.name.dropFirst(Self.prefix.count).split(separator: ".")
        guard !components.contains("original_module") else { return nil }
        self.tensor = tensor
        let marks: Set<Substring> = [
            "lora_A", "lora_B", "lora_embedding_A", "lora_embedding_B", "lora_magnitude_vector", "ia3_l",
            "trainable_tokens_delta",
        ]
        guard let place = components.firstIndex(where: marks.contains) else {
            var bare: [Substring] = []
            for (index, component) in components.enumerated() {
                let isName = component == Self.adapterName && index > 0 && components[index - 1] == "modules_to_save"
                if !Self.wrappers.contains(component), !isName { bare.append(component) }
            }
            module = bare.dropLast().joined(separator: ".")
            part = .whole(bare.joined(separator: "."))
            return
        }
        module = components[..<place].filter { !Self.wrappers.contains($0) }.joined(separator: ".")
        let rest = components[(place + 1)...].filter { $0 != Self.adapterName }
        switch (components[place], rest) {
        case ("lora_A", ["weight"]): part = .down
        case ("lora_B", ["weight"]): part = .up
        case ("lora_B", ["bias"]): part = .upBias
        case ("lora_embedding_A", []): part = .embeddingDown
        case ("lora_embedding_B", []): part = .embeddingUp
        case ("lora_magnitude_vector", []), ("lora_magnitude_vector", ["weight"]): part = .magnitude
        case ("ia3_l", []): part = .factors
        case ("trainable_tokens_delta", []): part = .tokens
        default: throw tensor.bad("is of a kind of adapter that is not supported")
        }
    }
}
