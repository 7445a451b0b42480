import ClinicalBERT
import ClinicalText
import Testing

@Suite("The kinds of adapter")
struct AdapterKindTests {
    private static let query = "bert.encoder.layer.0.attention.self.query"
    private static let words = "bert.embeddings.word_embeddings"
    private static let prefix = "base_model.model."

    /// The outputs for one invented sentence.
    private func logits(_ folder: TinyCheckpoint, base: TinyCheckpoint? = nil) throws -> [Float] {
        let model = try ClinicalModel(checkpoint: folder.path, base: base?.path)
        let encoding = model.tokenizer.encode(NoteText("no chest pain."))
        return try #require(model.logits(for: [encoding], threads: 1)?.first).values
    }

    /// The outputs of the base whose numbers `change` replaces.
    private func changed(_ change: (String, Int) -> Float?) throws -> [Float] {
        try logits(try TinyCheckpoint(weights: TinyCheckpoint.weights(spoil: change)))
    }

    /// An adapter of the base with these tensors.
    private func adapted(
        _ settings: [String: JSONValue], _ tensors: [(name: String, shape: [Int])],
        _ numbers: @escaping (String, Int) -> Float? = { _, _ in nil }
    ) throws -> [Float] {
        let base = try TinyCheckpoint()
        let adapter = try TinyCheckpoint(files: [
            "adapter_model.safetensors": TinyCheckpoint.weights(
                tensors: tensors.map { (Self.prefix + $0.name, $0.shape) },
                spoil: { numbers(String($0.dropFirst(Self.prefix.count)), $1) })
        ])
        let lora: [String: JSONValue] = ["peft_type": "LORA", "r": 1, "lora_alpha": 2, "task_type": "TOKEN_CLS"]
        try adapter.write(
            "adapter_config.json", Array(try JSONValue.line(lora.merging(settings) { $1 }).utf8))
        return try logits(adapter, base: base)
    }

    private static let matrices = [("\(query).lora_A.weight", [1, 4]), ("\(query).lora_B.weight", [4, 1])]

    /// The query's weights with 2 · 1 · 0.5 added, which is what matrices of ones and halves do at α/r = 2.
    private static func moved(_ name: String, _ index: Int, by amount: Float = 1) -> Float? {
        guard name == "\(query).weight" else { return nil }
        return TinyCheckpoint.numbers(name, [4, 4])[index] + amount
    }

    private static func halves(_ name: String, _: Int) -> Float? { name.contains("lora_A") ? 1 : 0.5 }

    private func expect(_ one: [Float], _ other: [Float]) {
        #expect(one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("LoRA adds the product of its matrices, whether or not their names end in the adapter's")
    func lora() throws {
        let expected = try changed { Self.moved($0, $1) }
        expect(try adapted([:], Self.matrices, Self.halves), expected)
        let named = Self.matrices.map { ($0.0.replacing(".weight", with: ".default.weight"), $0.1) }
        expect(try adapted([:], named, Self.halves), expected)
        #expect(try logits(try TinyCheckpoint()) != expected)
    }

    @Test("rank_pattern and alpha_pattern are regular expressions for the ends of paths; the first that fits counts")
    func patterns() throws {
        let half = try changed { Self.moved($0, $1, by: 0.5) }
        for pattern in ["query", #"layer\.\d+\..*query"#, "(key|query)", "^bert.*query", "self.quer[a-y]"] {
            expect(try adapted(["alpha_pattern": [(pattern): 1]], Self.matrices, Self.halves), half)
            // A rank of 1 where all others have 4.
            let ranks: [String: JSONValue] = ["r": 4, "rank_pattern": [(pattern): 1], "lora_alpha": 1]
            expect(try adapted(ranks, Self.matrices, Self.halves), half)
        }
        let whole = try changed { Self.moved($0, $1) }
        for pattern in ["key", "ery", "layer.1.*query", "attention"] {
            expect(try adapted(["alpha_pattern": [(pattern): 1]], Self.matrices, Self.halves), whole)
        }
    }

    @Test("DoRA gives each row of the sum its own length")
    func dora() throws {
        let tensors = Self.matrices + [("\(Self.query).lora_magnitude_vector", [4])]
        let found = try adapted(["use_dora": .bool(true)], tensors) { name, index in
            name.contains("magnitude") ? Float(index + 1) : Self.halves(name, index)
        }
        let expected = try changed { name, index in
            guard name == "\(Self.query).weight" else { return nil }
            let row = (index / 4 * 4..<index / 4 * 4 + 4).map { Self.moved(name, $0) ?? 0 }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row[index % 4] * Float(index / 4 + 1) / length
        }
        expect(found, expected)
    }

    @Test("IA³ multiplies what comes out of a layer, or what goes into it")
    func ia3() throws {
        let outputs = try adapted(["peft_type": "IA3", "r": .null], [("\(Self.query).ia3_l", [4, 1])]) { _, _ in 3 }
        expect(
            outputs,
            try changed { name, index in
                name.hasPrefix(Self.query)
                    ? 3 * TinyCheckpoint.numbers(name, name.hasSuffix("bias") ? [4] : [4, 4])[index] : nil
            })
        let contraction = "bert.encoder.layer.0.output.dense"
        let inputs = try adapted(["peft_type": "IA3", "r": .null], [("\(contraction).ia3_l", [1, 6])]) { _, index in
            Float(index)
        }
        expect(
            inputs,
            try changed { name, index in
                name == "\(contraction).weight" ? Float(index % 6) * TinyCheckpoint.numbers(name, [4, 6])[index] : nil
            })
    }

    @Test("an embedding has its matrices the other way round, or single rows trained")
    func embeddings() throws {
        let matrices = [("\(Self.words).lora_embedding_A", [1, 12]), ("\(Self.words).lora_embedding_B", [4, 1])]
        let found = try adapted([:], matrices) { name, index in name.hasSuffix("A") ? Float(index) : 0.5 }
        expect(
            found,
            try changed { name, index in
                name == "\(Self.words).weight"
                    ? TinyCheckpoint.numbers(name, [12, 4])[index] + Float(index / 4) : nil
            })
        let rows = ("\(Self.words).token_adapter.trainable_tokens_delta", [2, 4])
        let replaced = try changed { name, index in
            name == "\(Self.words).weight" && [5, 7].contains(index / 4) ? Float(index / 4) : nil
        }
        for tokens: JSONValue in [[5, 7], ["word_embeddings": [5, 7]]] {
            let found = try adapted(["trainable_token_indices": tokens], [rows]) { _, index in index < 4 ? 5 : 7 }
            expect(found, replaced)
        }
    }

    @Test("biases and layers that were trained whole stand in place of the base's")
    func whole() throws {
        let tensors = [
            ("\(Self.query).base_layer.bias", [4]), ("classifier.bias", [3]),
            ("classifier.modules_to_save.default.bias", [3]),
        ]
        let found = try adapted(["bias": "lora_only"], tensors) { _, _ in 2 }
        expect(found, try changed { name, _ in [Self.query + ".bias", "classifier.bias"].contains(name) ? 2 : nil })
    }

    private func failure(_ settings: [String: JSONValue], _ tensors: [(name: String, shape: [Int])]) -> String {
        let error = #expect(throws: BadInput.self) { try adapted(settings, tensors) }
        return error?.reason ?? ""
    }

    @Test("settings that are off pass, known or not")
    func inert() throws {
        let settings: [String: JSONValue] = [
            "of_tomorrow": .null, "use_of_tomorrow": .bool(false), "loftq_config": [:], "layers_of_tomorrow": [],
            "init_lora_weights": "gaussian", "fan_in_fan_out": .bool(true), "peft_version": "0.21.2",
            "qalora_group_size": 16,
        ]
        expect(try adapted(settings, Self.matrices, Self.halves), try changed { Self.moved($0, $1) })
    }

    private static let changing: [(String, JSONValue)] = [
        ("init_lora_weights", "pissa"), ("init_lora_weights", "pissa_niter_4"), ("init_lora_weights", "olora"),
        ("init_lora_weights", "loftq"), ("init_lora_weights", "corda"), ("alora_invocation_tokens", [5]),
        ("use_qalora", .bool(true)), ("layer_replication", [[0, 1]]), ("target_parameters", ["a"]), ("of_tomorrow", 7),
        ("peft_type", "VERA"), ("bias", "some"), ("alpha_pattern", ["(": 1]), ("rank_pattern", ["query": "many"]),
    ]

    @Test(
        "settings that change what is computed are refused by name", arguments: Self.changing)
    func refused(_ name: String, _ value: JSONValue) {
        #expect(failure([name: value], Self.matrices).contains(name))
    }

    @Test("tensors that bind to nothing are refused by name")
    func unbound() {
        let cases: [(settings: [String: JSONValue], tensor: (String, [Int]), words: String)] = [
            ([:], ("bert.pooler.dense.weight", [4, 4]), "bert.pooler.dense.weight"),
            ([:], ("\(Self.query).lora_magnitude_vector", [4]), "lora_magnitude_vector"),
            ([:], ("\(Self.query).lora_xs.weight", [4]), "lora_xs"),
            ([:], ("\(Self.query).ia3_l", [4, 1]), "ia3_l"),
            ([:], ("\(Self.words).token_adapter.trainable_tokens_delta", [1, 4]), "names no tokens"),
            (["trainable_token_indices": [12]], ("\(Self.words).trainable_tokens_delta", [1, 4]), "beyond the 12"),
            (["use_dora": .bool(true)], ("\(Self.query).ia3_l", [4, 1]), "lora_magnitude_vector"),
        ]
        for (settings, tensor, words) in cases {
            #expect(failure(settings, Self.matrices + [tensor]).contains(words))
        }
    }
}
