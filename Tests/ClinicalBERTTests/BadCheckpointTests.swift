import ClinicalBERT
import ClinicalText
import Testing

@Suite("A checkpoint that cannot be used")
struct BadCheckpointTests {
    private func failure(_ checkpoint: TinyCheckpoint) -> String {
        let error = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: checkpoint.path) }
        return error?.description ?? ""
    }

    private func failure(header: String, data: [UInt8] = []) throws -> String {
        failure(try TinyCheckpoint(weights: TinyCheckpoint.file(header: header, data: data)))
    }

    private func failure(with changes: [String: JSONValue]) throws -> String {
        failure(try TinyCheckpoint(configuration: TinyCheckpoint.configuration.merging(changes) { $1 }))
    }

    @Test("loads when nothing is wrong with it")
    func sound() throws {
        let checkpoint = try TinyCheckpoint()
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(model.entityLabels == ["X"])
        #expect(try ClinicalModel.name(ofCheckpoint: checkpoint.path).contains("@"))
    }

    @Test("says that there is no such folder")
    func missing() {
        let error = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: "/nowhere/at/all") }
        #expect(error?.description == "/nowhere/at/all/config.json: no such file")
    }

    @Test("refuses a file that was cut off", arguments: [0, 4, 7, 8, 100, 1500])
    func truncated(_ length: Int) throws {
        let weights = Array(TinyCheckpoint.weights().prefix(length))
        #expect(failure(try TinyCheckpoint(weights: weights)).contains("model.safetensors"))
    }

    @Test("refuses a header longer than the file")
    func longHeader() throws {
        var weights = TinyCheckpoint.weights()
        weights[3] = 0xFF
        #expect(failure(try TinyCheckpoint(weights: weights)).contains("the header is said to be"))
        weights[7] = 0xFF
        #expect(failure(try TinyCheckpoint(weights: weights)).contains("the header is said to be"))
    }

    @Test("refuses offsets past the end, reversed, overlapping or with a hole")
    func lyingOffsets() throws {
        let entry = #""dtype":"F32","shape":[1],"data_offsets""#
        let eight = [UInt8](repeating: 0, count: 8)
        #expect(try failure(header: #"{"a":{\#(entry):[0,400]}}"#, data: eight).contains("claims bytes 0 to 400 of 8"))
        #expect(try failure(header: #"{"a":{\#(entry):[8,4]}}"#, data: eight).contains("claims bytes 8 to 4"))
        #expect(try failure(header: #"{"a":{\#(entry):[-4,0]}}"#, data: eight).contains("claims bytes -4"))
        #expect(
            try failure(header: #"{"a":{\#(entry):[0,4]},"b":{\#(entry):[2,6]}}"#, data: eight).contains("'b' overlaps")
        )
        #expect(try failure(header: #"{"a":{\#(entry):[4,8]}}"#, data: eight).contains("'a' leaves a hole"))
        #expect(
            try failure(header: #"{"a":{\#(entry):[0,4]}}"#, data: eight).contains("4 bytes follow the last tensor"))
    }

    @Test("refuses a shape that does not match its bytes, or no memory could hold")
    func lyingShape() throws {
        let offsets = #""data_offsets":[0,8]"#
        let eight = [UInt8](repeating: 0, count: 8)
        #expect(
            try failure(header: #"{"a":{"dtype":"F32","shape":[3],\#(offsets)}}"#, data: eight)
                .contains("needs 12 bytes and has 8"))
        #expect(
            try failure(header: #"{"a":{"dtype":"F32","shape":[9223372036854775807,4],\#(offsets)}}"#, data: eight)
                .contains("no file could hold"))
        #expect(
            try failure(header: #"{"a":{"dtype":"F32","shape":[-2],\#(offsets)}}"#, data: eight).contains(
                "list of counts"))
        let flat = [String](repeating: "1", count: 65).joined(separator: ",")
        #expect(
            try failure(header: #"{"a":{"dtype":"F32","shape":[\#(flat)],\#(offsets)}}"#, data: eight)
                .contains("no shape of at most 64 dimensions"))
        let name = "bert.embeddings.word_embeddings.weight"
        #expect(
            try failure(header: #"{"\#(name)":{"dtype":"Q4","shape":[2],\#(offsets)}}"#, data: eight)
                .contains("'\(name)' has the dtype Q4"))
    }

    @Test("refuses a name that is given twice")
    func duplicateName() throws {
        let entry = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
        #expect(
            try failure(header: #"{"a":\#(entry),"a":\#(entry)}"#, data: [0, 0, 0, 0]).contains("'a' is given twice"))
    }

    @Test(
        "refuses NaN, in a matrix and in the token table",
        arguments: [
            "classifier.weight", "bert.embeddings.word_embeddings.weight",
        ])
    func notANumber(_ tensor: String) throws {
        let weights = TinyCheckpoint.weights { name, index in name == tensor && index == 5 ? .nan : nil }
        let message = failure(try TinyCheckpoint(weights: weights))
        #expect(message.contains("'\(tensor)' holds NaN"))
    }

    @Test("says which tensor does not fit config.json")
    func wrongSize() throws {
        #expect(
            try failure(with: ["intermediate_size": 8]).contains("has the shape [6, 4]; config.json asks for [8, 4]"))
        #expect(try failure(with: ["num_hidden_layers": 2]).contains("encoder.layer.1"))
    }

    @Test("names the model type, the head and the activation that it does not know, and those it does")
    func unsupported() throws {
        #expect(
            try failure(with: ["model_type": "llama"]).contains("'llama' is not supported; supported: bert, distilbert")
        )
        #expect(try failure(with: ["architectures": ["BertForMultipleChoice"]]).contains("'BertForMultipleChoice'"))
        #expect(try failure(with: ["hidden_act": "mish"]).contains("'mish'"))
        #expect(try failure(with: ["position_embedding_type": "relative_key"]).contains("relative_key"))
    }

    @Test("refuses sizes that cannot be", arguments: ["hidden_size", "num_attention_heads", "vocab_size"])
    func impossibleSizes(_ name: String) throws {
        for size: JSONValue in [0, -4, 99_999_999_999, "many"] {
            #expect(try failure(with: [name: size]).contains("'\(name)' must be a number"))
        }
    }

    @Test("refuses more labels than there could be before it names each")
    func labels() throws {
        let names = Dictionary(uniqueKeysWithValues: (0...65_536).map { ("\($0)", JSONValue.string("L")) })
        #expect(try failure(with: ["id2label": .object(names)]).contains("'id2label' names 65537 labels"))
        var changed = TinyCheckpoint.configuration
        changed["id2label"] = nil
        for count: JSONValue in [65_537, 16_777_216, 0, -1] {
            changed["num_labels"] = count
            #expect(
                failure(try TinyCheckpoint(configuration: changed)).contains("'num_labels' must be a number from 1"))
        }
    }

    @Test("refuses heads that do not divide the width, labels with a gap, and windows longer than the positions")
    func inconsistent() throws {
        #expect(try failure(with: ["num_attention_heads": 3]).contains("among 3 heads"))
        #expect(try failure(with: ["id2label": ["0": "O", "7": "B-X"]]).contains("id2label"))
        #expect(try failure(with: ["chartmark": ["window": 512, "stride": 128]]).contains("at most 16 tokens"))
    }

    @Test("refuses more layers than the weights have tensors, before it looks for one")
    func layers() throws {
        // 23 tensors of a layer, the embeddings and the head.
        for count: JSONValue in [24, 16_777_216] {
            #expect(try failure(with: ["num_hidden_layers": count]).contains("layers, and the weights have 23 tensors"))
        }
        #expect(try failure(with: ["num_hidden_layers": 23]).contains("encoder.layer.1"))
    }

    @Test("refuses windows without room, however far below zero, and a temperature that is zero to a float")
    func windows() throws {
        for (window, stride) in [(.min, 0), (2, 0), (16, 14), (16, -1), (.max, 0)] as [(Int64, Int64)] {
            let entry = JSONValue.object(["window": .integer(window), "stride": .integer(stride)])
            #expect(try failure(with: ["chartmark": entry]).contains("needs a 'window' of at most 16 tokens"))
        }
        for temperature in [1e-50, 1e300, 0, -1] {
            let entry: JSONValue = ["window": 16, "stride": 4, "temperature": .number(temperature)]
            #expect(try failure(with: ["chartmark": entry]).contains("must be a number above 0"))
        }
    }

    @Test("refuses transitions that are no counts, or of labels that the model lacks, naming them")
    func transitions() throws {
        let wrong: [(JSONValue, String)] = [
            (7, "must hold counts"), (["O": 3], "'O' is no label, or holds no counts"),
            (["B-Y": ["O": 1]], "'B-Y' is no label"), (["O": ["B-Y": 1]], "after 'O' it has 'B-Y'"),
            (["O": ["B-X": -1]], "after 'O' it has 'B-X'"), (["O": ["B-X": .number(0.5)]], "after 'O' it has 'B-X'"),
        ]
        for (counts, words) in wrong {
            let entry: JSONValue = [
                "window": 16, "stride": 4, "transitions": ["weight": .number(0.5), "counts": counts],
            ]
            let failure = try failure(with: ["chartmark": entry])
            #expect(failure.contains(words), "\(failure)")
        }
        for weight: JSONValue in [-1, 11, "much", .null] {
            let entry: JSONValue = ["window": 16, "stride": 4, "transitions": ["weight": weight, "counts": [:]]]
            #expect(try failure(with: ["chartmark": entry]).contains("'chartmark.transitions.weight' must be a number"))
        }
    }

    @Test("refuses more tags than which may follow which could be written down for")
    func tags() throws {
        let names = Dictionary(uniqueKeysWithValues: (0...1024).map { ("\($0)", JSONValue.string("B-L\($0)")) })
        #expect(try failure(with: ["id2label": .object(names)]).contains("names 1025 tags; at most 1024"))
    }

    @Test("refuses special tokens that every text has and the token table has no row for")
    func specialsTooLarge() throws {
        let vocabulary = String(repeating: "x\n", count: 12) + TinyCheckpoint.vocabulary
        #expect(failure(try TinyCheckpoint(vocabulary: vocabulary)).contains("around every text"))
    }
}
