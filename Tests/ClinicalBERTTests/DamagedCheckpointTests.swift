import ClinicalBERT
import ClinicalText
import Testing

/// Thousands of damaged checkpoints: each is refused with the file's name or works; none crashes.
@Suite("A damaged checkpoint")
struct DamagedCheckpointTests {
    private static let rounds = 2_500

    /// Loads and runs what may be anything, and says whether it could be used.
    private func isUsable(_ checkpoint: TinyCheckpoint, _ what: Comment) -> Bool {
        do {
            let model = try ClinicalModel(checkpoint: checkpoint.path)
            let encoding = model.tokenizer.encode(NoteText("no chest pain."), truncatedTo: model.maximumLength)
            let output = model.logits(for: [encoding], threads: 1)?.first
            #expect(output?.columns == model.configuration.labels.count, what)
            return true
        } catch {
            let message = error.description
            #expect(message.hasPrefix("\(checkpoint.path)"), what)
            #expect(
                ["config.json", "model.safetensors", "pytorch_model.bin"].contains { message.contains($0) },
                "\(message) \(what)")
            return false
        }
    }

    private func damage(_ name: String, _ file: [UInt8], mostlyIn ranges: [Range<Int>], seed: UInt64) throws {
        let checkpoint = try TinyCheckpoint(files: [name: file])
        #expect(isUsable(checkpoint, "undamaged"))
        var usable = 0
        for round in 0..<UInt64(Self.rounds) {
            var mutator = Mutator(seed: seed + round)
            try checkpoint.write(name, mutator.damaged(file, mostlyIn: ranges))
            if isUsable(checkpoint, "seed \(seed + round)") { usable += 1 }
        }
        // Damage that is always noticed, or never, would be no test of what lies behind the first check.
        #expect(usable > 0 && usable < Self.rounds / 2, "\(usable) of \(Self.rounds) usable")
    }

    @Test("in safetensors")
    func safetensors() throws {
        let file = TinyCheckpoint.weights()
        let header = file.lastIndex(of: UInt8(ascii: "}")).map { 0..<$0 } ?? 0..<8
        try damage("model.safetensors", file, mostlyIn: [header], seed: 1_000_000)
    }

    @Test("in a zip archive of torch", arguments: [false, true])
    func zip(_ isWide: Bool) throws {
        let file = TinyTorchFile.checkpoint().zip(isWide: isWide)
        let pickle = 64..<(file.firstRange(of: Array("archive/byteorder".utf8))?.lowerBound ?? 64)
        let directory = (file.firstRange(of: Array("PK\u{1}\u{2}".utf8))?.lowerBound ?? 0)..<file.count
        try damage(
            "pytorch_model.bin", file, mostlyIn: [pickle, pickle, directory], seed: isWide ? 2_000_000 : 3_000_000)
    }

    @Test("in a stream of torch")
    func legacy() throws {
        let file = TinyTorchFile.checkpoint().legacy()
        let numbers = TinyTorchFile.checkpoint().storages.map { $0.bytes.count + 8 }.reduce(0, +)
        try damage("pytorch_model.bin", file, mostlyIn: [0..<file.count - numbers], seed: 4_000_000)
    }

    @Test("in the index of shards")
    func index() throws {
        let places = TinyCheckpoint.tensors.map { #""\#($0.name)":"one.safetensors""# }.joined(separator: ",")
        let file = Array(#"{"weight_map":{\#(places)}}"#.utf8)
        let checkpoint = try TinyCheckpoint(files: ["one.safetensors": TinyCheckpoint.weights()])
        for round in 0..<UInt64(Self.rounds) {
            var mutator = Mutator(seed: 5_000_000 + round)
            try checkpoint.write("model.safetensors.index.json", mutator.damaged(file, mostlyIn: []))
            do { _ = try ClinicalModel(checkpoint: checkpoint.path) } catch {
                #expect(error.description.hasPrefix("\(checkpoint.path)/"), "seed \(5_000_000 + round)")
            }
        }
    }

    @Test("in config.json, byte by byte")
    func configurationBytes() throws {
        let file = Array(try JSONValue.line(TinyCheckpoint.configuration).utf8)
        let checkpoint = try TinyCheckpoint()
        var usable = 0
        for round in 0..<UInt64(Self.rounds) {
            var mutator = Mutator(seed: 6_000_000 + round)
            try checkpoint.write("config.json", mutator.damaged(file, mostlyIn: []))
            if isUsable(checkpoint, "seed \(6_000_000 + round)") { usable += 1 }
        }
        #expect(usable > 0 && usable < Self.rounds / 2, "\(usable) usable")
    }

    /// What a value of the configuration is replaced by.
    private static let values: [JSONValue] = [
        0, 1, 2, 3, -1, 4, 12, 16, 17, 65_536, 16_777_216, 2_147_483_648, 4_611_686_018_427_387_904, .integer(.max),
        .integer(.min), .number(1e308), .number(0.5), "gelu", "", "bert", "distilbert", .null, .bool(true), [], [1],
        [:],
        ["0": "O"], ["0": "O", "1": 7],
    ]

    private static let keys =
        Array(TinyCheckpoint.configuration.keys) + [
            "num_labels", "layer_norm_eps", "hidden_act", "problem_type", "chartmark", "position_embedding_type", "dim",
            "n_layers", "n_heads", "hidden_dim", "activation",
        ]

    @Test("in config.json, value by value: no size is believed before a tensor has it")
    func configurationValues() throws {
        let checkpoint = try TinyCheckpoint()
        for key in Self.keys.sorted() {
            for value in Self.values {
                var changed = TinyCheckpoint.configuration.merging([key: value]) { $1 }
                if key == "num_labels" { changed["id2label"] = nil }
                try checkpoint.write("config.json", Array(try JSONValue.line(changed).utf8))
                _ = isUsable(checkpoint, "\(key): \(value)")
            }
            var without = TinyCheckpoint.configuration
            without[key] = nil
            try checkpoint.write("config.json", Array(try JSONValue.line(without).utf8))
            _ = isUsable(checkpoint, "without \(key)")
        }
    }
}
