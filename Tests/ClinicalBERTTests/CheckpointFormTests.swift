import ClinicalBERT
import ClinicalText
import Testing

@Suite("The forms of a checkpoint")
struct CheckpointFormTests {
    /// The outputs for one invented sentence.
    private func logits(_ checkpoint: TinyCheckpoint) throws -> [Float] {
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        let encoding = model.tokenizer.encode(NoteText("no chest pain."))
        return try #require(model.logits(for: [encoding], threads: 1)?.first).values
    }

    private func logits(_ files: [String: [UInt8]]) throws -> [Float] {
        try logits(try TinyCheckpoint(files: files))
    }

    private func expectTheSame(_ files: [String: [UInt8]]) throws {
        #expect(try logits(files) == logits(try TinyCheckpoint()))
    }

    @Test("give the same outputs: zip archive, with wide numbers, and the stream before it")
    func torchForms() throws {
        let file = TinyTorchFile.checkpoint()
        try expectTheSame(["pytorch_model.bin": file.zip()])
        try expectTheSame(["pytorch_model.bin": file.zip(isWide: true)])
        try expectTheSame(["pytorch_model.bin": file.legacy()])
    }

    @Test("keep strided tensors, parameters, doubles and tensors that share one storage what they are")
    func layouts() throws {
        var file = TinyTorchFile.checkpoint()
        // Every matrix column after column, in doubles.
        for index in file.tensors.indices where file.tensors[index].shape.count == 2 {
            let (rows, columns) = (file.tensors[index].shape[0], file.tensors[index].shape[1])
            let numbers = TinyCheckpoint.numbers(file.tensors[index].name, [rows, columns])
            let transposed = (0..<rows * columns).map { numbers[$0 % rows * columns + $0 / rows] }
            file.storages[index] = .doubles(transposed)
            file.tensors[index].strides = [1, rows]
            file.tensors[index].isParameter = true
        }
        try expectTheSame(["pytorch_model.bin": file.zip()])
        try expectTheSame(["pytorch_model.bin": file.legacy()])

        file = TinyTorchFile.checkpoint()
        let all = TinyCheckpoint.tensors.flatMap { TinyCheckpoint.numbers($0.name, $0.shape) }
        file.storages = [.floats(all)]
        var offset = 0
        for index in file.tensors.indices {
            file.tensors[index].storage = 0
            file.tensors[index].offset = offset
            offset += file.tensors[index].shape.reduce(1, *)
        }
        try expectTheSame(["pytorch_model.bin": file.zip()])
        try expectTheSame(["pytorch_model.bin": file.legacy()])
    }

    @Test("take the tensors of a trainer's dictionary, and integers that nothing uses")
    func wrapped() throws {
        var file = TinyTorchFile.checkpoint()
        file.isWrapped = true
        file.storages.append(.init(type: "LongStorage", size: 8, bytes: (0..<16).flatMap { Int64($0).bytes }))
        // position_ids of old checkpoints, expanded to one row.
        file.tensors.append(
            .init(
                name: "bert.embeddings.position_ids", storage: file.storages.count - 1, shape: [1, 16], strides: [0, 1])
        )
        try expectTheSame(["pytorch_model.bin": file.zip()])
        try expectTheSame(["pytorch_model.bin": file.legacy()])
        let checkpoint = try TinyCheckpoint(files: ["pytorch_model.bin": file.legacy()])
        let weights = try ClinicalModel(checkpoint: checkpoint.path).weights
        #expect(weights.unused == ["bert.embeddings.position_ids"])
        #expect(weights.form == "pytorch-legacy")
        #expect(weights.parameters == TinyCheckpoint.tensors.map { $0.shape.reduce(1, *) }.reduce(0, +))
    }

    /// An index that places the first half of the tensors in one file and the rest in another.
    private func index(_ first: String, _ second: String) -> [UInt8] {
        let half = TinyCheckpoint.tensors.count / 2
        let places = TinyCheckpoint.tensors.enumerated().map { #""\#($1.name)":"\#($0 < half ? first : second)""# }
        return Array(#"{"metadata":{"total_size":1},"weight_map":{\#(places.joined(separator: ","))}}"#.utf8)
    }

    private static let halves: [[(name: String, shape: [Int])]] = {
        let half = TinyCheckpoint.tensors.count / 2
        return [Array(TinyCheckpoint.tensors[..<half]), Array(TinyCheckpoint.tensors[half...])]
    }()

    private var shards: [String: [UInt8]] {
        [
            "model.safetensors.index.json": index("one.safetensors", "two.safetensors"),
            "one.safetensors": TinyCheckpoint.weights(tensors: Self.halves[0]),
            "two.safetensors": TinyCheckpoint.weights(tensors: Self.halves[1]),
        ]
    }

    @Test("give the same outputs from shards of either kind")
    func sharded() throws {
        try expectTheSame(shards)
        try expectTheSame([
            "pytorch_model.bin.index.json": index("one.bin", "two.bin"),
            "one.bin": TinyTorchFile.checkpoint(tensors: Self.halves[0]).zip(),
            "two.bin": TinyTorchFile.checkpoint(tensors: Self.halves[1]).legacy(),
        ])
    }

    @Test("are looked for as transformers does: safetensors, its shards, torch's file, its shards")
    func precedence() throws {
        let torch = TinyTorchFile.checkpoint().zip()
        let nonsense = Array("nothing that could be read".utf8)
        try expectTheSame([
            "model.safetensors": TinyCheckpoint.weights(), "model.safetensors.index.json": nonsense,
            "pytorch_model.bin": nonsense,
        ])
        try expectTheSame(shards.merging(["pytorch_model.bin": nonsense]) { $1 })
        try expectTheSame(["pytorch_model.bin": torch, "pytorch_model.bin.index.json": nonsense])
    }

    private func name(_ checkpoint: TinyCheckpoint) throws -> String {
        try String(ClinicalModel.name(ofCheckpoint: checkpoint.path).suffix(12))
    }

    @Test("have a name by the digest of all their files")
    func names() throws {
        let weights = TinyCheckpoint.weights()
        #expect(try name(try TinyCheckpoint()) == String(TextDigest(of: weights).hex.prefix(12)))
        let checkpoint = try TinyCheckpoint(files: shards)
        let whole = try name(checkpoint)
        #expect(try name(try TinyCheckpoint(files: shards)) == whole)
        try checkpoint.write(
            "two.safetensors", TinyCheckpoint.weights(tensors: Self.halves[1]) { _, index in index == 0 ? 1 : nil })
        #expect(try name(checkpoint) != whole)
    }

    private func failure(_ files: [String: [UInt8]]) throws -> String {
        let checkpoint = try TinyCheckpoint(files: files)
        let error = #expect(throws: BadInput.self) { try ClinicalModel.check(checkpoint: checkpoint.path) }
        let message = error?.description ?? ""
        #expect(message.hasPrefix(checkpoint.path))
        return message
    }

    @Test("are refused when shards are missing, elsewhere, or lack what the index says")
    func badShards() throws {
        let index = "model.safetensors.index.json"
        var files = shards
        files["two.safetensors"] = nil
        #expect(try failure(files).hasSuffix("/two.safetensors: no such file"))
        files["two.safetensors"] = TinyCheckpoint.weights(tensors: Self.halves[0])
        #expect(try failure(files).contains("is said to be in 'two.safetensors', which lacks it"))
        for place in ["../two.safetensors", "/etc/passwd", "a/../b", "a//b", "./b", "..", ""] {
            files[index] = self.index("one.safetensors", place)
            #expect(try failure(files).contains("is said to be in '\(place)', outside of the folder"))
        }
        files[index] = Array(#"{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}"#.utf8)
        #expect(try failure(files).contains("\(index): the tensor 'a' is given twice"))
        for map in [#"{}"#, #"{"weight_map":{}}"#, #"{"weight_map":3}"#] {
            files[index] = Array(map.utf8)
            #expect(try failure(files).contains("no 'weight_map'"))
        }
        #expect(try failure([:]).contains("there are no weights in this folder"))
    }

    @Test("are refused when a tensor has both its old and its new name")
    func bothNames() throws {
        let extra = ("bert.embeddings.LayerNorm.gamma", [4])
        let message = try failure([
            "model.safetensors": TinyCheckpoint.weights(tensors: TinyCheckpoint.tensors + [extra])
        ])
        #expect(message.contains("gamma' is given twice"))
    }

    @Test("are refused when Git LFS left a pointer in their place")
    func pointers() throws {
        let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 433248237\n".utf8)
        for name in ["model.safetensors", "pytorch_model.bin"] {
            #expect(try failure([name: pointer]).contains("git lfs pull"))
        }
    }
}
