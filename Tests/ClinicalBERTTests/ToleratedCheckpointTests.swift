import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Glibc
import Testing

@Suite("A checkpoint that transformers loads")
struct ToleratedCheckpointTests {
    private func logits(_ checkpoint: TinyCheckpoint) throws -> [Float] {
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let encoding = model.tokenizer.encode(NoteText("no chest pain."))
        return try #require(model.logits(for: [encoding], threads: 1)?.first).values
    }

    private func expectTheSame(_ checkpoint: TinyCheckpoint) throws {
        #expect(try logits(checkpoint) == logits(try TinyCheckpoint()))
    }

    @Test("may have NaN and infinity in members that nobody reads, and not in others")
    func notANumber() throws {
        let checkpoint = try TinyCheckpoint()
        let line = try JSONValue.line(TinyCheckpoint.configuration).dropFirst()
        try checkpoint.write("config.json", Array((#"{"loss":NaN,"range":[Infinity,{"low":-Infinity}],"# + line).utf8))
        try expectTheSame(checkpoint)
        for number in ["NaN", "Infinity", "-Infinity"] {
            try checkpoint.write("config.json", Array((#"{"layer_norm_eps":\#(number),"# + line).utf8))
            #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: checkpoint.path) }
        }
    }

    @Test("may have tensors of types that no weight has, which are named")
    func unusedTypes() throws {
        var weights = TinyCheckpoint.weights()
        let length = Int(UInt64(littleEndian: weights.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }))
        let data = Array(weights[(8 + length)...])
        let header = String(decoding: weights[8..<(8 + length - 1)], as: UTF8.self)
        let more =
            #","extra.a":{"dtype":"U32","shape":[2],"data_offsets":[\#(data.count),\#(data.count + 8)]},"#
            + #""extra.b":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[\#(data.count + 8),\#(data.count + 11)]}}"#
        weights = TinyCheckpoint.file(header: header + more, data: data + [UInt8](repeating: 1, count: 11))
        let checkpoint = try TinyCheckpoint(weights: weights)
        try expectTheSame(checkpoint)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(model.weights.unexpected == ["extra.a", "extra.b"])
        #expect(model.warnings.contains { $0.contains("2 tensors, extra.a, extra.b") })
    }

    @Test("may carry poolers, position ids and heads of other tasks, without a warning")
    func otherHeads() throws {
        let extra = [
            ("bert.pooler.dense.weight", [4, 4]), ("bert.embeddings.position_ids", [1, 16]),
            ("cls.predictions.bias", [12]), ("qa_outputs.weight", [2, 4]),
        ]
        let checkpoint = try TinyCheckpoint(weights: TinyCheckpoint.weights(tensors: TinyCheckpoint.tensors + extra))
        try expectTheSame(checkpoint)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(model.weights.unused.count == 4)
        #expect(model.warnings.isEmpty)
    }

    private func sharded(_ place: String) throws -> TinyCheckpoint {
        let places = TinyCheckpoint.tensors.map { #""\#($0.name)":"\#(place)""# }.joined(separator: ",")
        return try TinyCheckpoint(files: [
            "model.safetensors.index.json": Array(#"{"weight_map":{\#(places)}}"#.utf8)
        ])
    }

    @Test("may have its shards in a folder of its own, unless that is a link to another place")
    func shardFolder() throws {
        let checkpoint = try sharded("parts/one.safetensors")
        try FileManager.default.createDirectory(
            atPath: "\(checkpoint.path)/parts", withIntermediateDirectories: false)
        try checkpoint.write("parts/one.safetensors", TinyCheckpoint.weights())
        try expectTheSame(checkpoint)

        let linked = try sharded("parts/one.safetensors")
        #expect(symlink("\(checkpoint.path)/parts", "\(linked.path)/parts") == 0)
        let folder = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: linked.path) }
        #expect(folder?.reason.contains("a link to a place outside of the folder") == true)

        let file = try sharded("one.safetensors")
        #expect(symlink("\(checkpoint.path)/parts/one.safetensors", "\(file.path)/one.safetensors") == 0)
        #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: file.path) }
    }

    @Test("of DistilBERT may name its sizes as other models do")
    func aliases() throws {
        let own = try TinyArchitecture.distilbert.checkpoint(.tokens)
        let other = try TinyArchitecture.distilbert.checkpoint(
            .tokens,
            [
                "dim": .null, "n_layers": .null, "n_heads": .null, "hidden_size": 4, "num_hidden_layers": 1,
                "num_attention_heads": 2,
            ])
        #expect(try logits(own) == logits(other))
    }

    @Test("may leave sizes to its class, and have a norm without a term under the root")
    func standards() throws {
        var configuration = TinyCheckpoint.configuration
        configuration["num_hidden_layers"] = nil
        let shallow = try TinyCheckpoint(configuration: configuration)
        let error = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: shallow.path) }
        // BERT's own twelve layers.
        #expect(error?.reason.contains("encoder.layer.") == true)
        configuration = TinyCheckpoint.configuration
        configuration["layer_norm_eps"] = 0
        #expect(try logits(try TinyCheckpoint(configuration: configuration)).allSatisfy(\.isFinite))
    }
}
