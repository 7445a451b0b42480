import ClinicalText
import FoundationEssentials
import Glibc
import Testing

/// A BERT of a few hundred numbers in a folder of its own, for tests that spoil one thing of it.
final class TinyCheckpoint {
    let path: String

    /// Width 4, one layer of two heads, 12 pieces, 16 positions.
    static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nchest\npain\nno\n##ful\n.\ncafe\na"

    static let configuration: [String: JSONValue] = [
        "model_type": "bert", "architectures": ["BertForTokenClassification"], "hidden_size": 4, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": 6, "vocab_size": 12, "max_position_embeddings": 16,
        "type_vocab_size": 2, "id2label": ["0": "O", "1": "B-X", "2": "I-X"],
    ]

    static let tensors: [(name: String, shape: [Int])] = {
        let layer = "bert.encoder.layer.0."
        var list: [(String, [Int])] = [
            ("bert.embeddings.word_embeddings.weight", [12, 4]),
            ("bert.embeddings.position_embeddings.weight", [16, 4]),
            ("bert.embeddings.token_type_embeddings.weight", [2, 4]), ("bert.embeddings.LayerNorm.weight", [4]),
            ("bert.embeddings.LayerNorm.bias", [4]), (layer + "intermediate.dense.weight", [6, 4]),
            (layer + "intermediate.dense.bias", [6]), (layer + "output.dense.weight", [4, 6]),
            (layer + "output.dense.bias", [4]), (layer + "output.LayerNorm.weight", [4]),
            (layer + "output.LayerNorm.bias", [4]), (layer + "attention.output.LayerNorm.weight", [4]),
            (layer + "attention.output.LayerNorm.bias", [4]), ("classifier.weight", [3, 4]), ("classifier.bias", [3]),
        ]
        for name in ["self.query", "self.key", "self.value", "output.dense"] {
            list.append(("\(layer)attention.\(name).weight", [4, 4]))
            list.append(("\(layer)attention.\(name).bias", [4]))
        }
        return list
    }()

    convenience init(
        configuration: [String: JSONValue] = TinyCheckpoint.configuration,
        vocabulary: String = TinyCheckpoint.vocabulary,
        weights: [UInt8] = TinyCheckpoint.weights()
    ) throws {
        try self.init(configuration: configuration, vocabulary: vocabulary, files: ["model.safetensors": weights])
    }

    /// - Parameter files: the weights, in whatever form.
    init(
        configuration: [String: JSONValue] = TinyCheckpoint.configuration,
        vocabulary: String = TinyCheckpoint.vocabulary, files: [String: [UInt8]]
    ) throws {
        path = "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write("config.json", Array(try JSONValue.line(configuration).utf8))
        try write("vocab.txt", Array(vocabulary.utf8))
        for (name, bytes) in files { try write(name, bytes) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        // Foundation waits for the disk with each file, a minute for the thousands that the tests of damage write.
        let file = try #require(fopen("\(path)/\(name)", "w"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    /// The numbers of a tensor, row after row.
    static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
        (0..<shape.reduce(1, *)).map { Float(($0 * 37 + name.utf8.count * 11) % 101) / 100 - 0.5 }
    }

    /// A whole safetensors file with numbers from -0.5 to 0.5.
    ///
    /// - Parameters:
    ///   - tensors: those to write, all by default.
    ///   - spoil: changes a number of a tensor.
    static func weights(
        tensors: [(name: String, shape: [Int])] = TinyCheckpoint.tensors,
        spoil: (String, Int) -> Float? = { _, _ in nil }
    ) -> [UInt8] {
        var header: [String] = []
        var data: [UInt8] = []
        for (name, shape) in tensors {
            let start = data.count
            for (index, number) in numbers(name, shape).enumerated() {
                data += (spoil(name, index) ?? number).bitPattern.bytes
            }
            header.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        return file(header: "{\(header.joined(separator: ","))}", data: data)
    }

    /// Length, header, data.
    static func file(header: String, data: [UInt8]) -> [UInt8] {
        UInt64(header.utf8.count).bytes + Array(header.utf8) + data
    }
}

extension FixedWidthInteger {
    /// Little-endian.
    var bytes: [UInt8] { withUnsafeBytes(of: littleEndian, Array.init) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a string of a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a number of a literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Makes an array of a literal.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Makes an object of a literal.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
