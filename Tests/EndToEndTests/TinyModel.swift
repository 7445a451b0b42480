import ClinicalText
import Testing

/// A BERT of one layer and invented numbers, small enough to be trained many times in a test: an encoder without a head.
enum TinyModel {
    private static let vocabulary = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "no", "chest", "pain", "severe", "cough", "takes", "aspirin",
        "daily",
    ]
    private static let width = 8

    /// Writes it to a folder of `folder`.
    static func write(to name: String, of folder: ReviewFolder) throws {
        try folder.makeFolder(name)
        try folder.write("\(name)/vocab.txt", vocabulary.joined(separator: "\n"))
        try folder.write("\(name)/tokenizer_config.json", #"{"tokenizer_class":"BertTokenizer"}"#)
        try folder.write(
            "\(name)/config.json",
            """
            {"model_type":"bert","architectures":["BertModel"],"hidden_size":\(width),"num_hidden_layers":1,\
            "num_attention_heads":2,"intermediate_size":\(width),"vocab_size":\(vocabulary.count),\
            "max_position_embeddings":32,"type_vocab_size":2,"hidden_act":"gelu","hidden_dropout_prob":0,\
            "attention_probs_dropout_prob":0}
            """)
        try folder.write("\(name)/model.safetensors", weights)
    }

    /// Shapes in the order in which they stand in the file.
    private static var shapes: [(name: String, shape: [Int])] {
        let linear = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
        let layer = linear + ["intermediate.dense", "output.dense"]
        let tables = [("word", vocabulary.count), ("position", 32), ("token_type", 2)]
        return tables.map { ("bert.embeddings.\($0)_embeddings.weight", [$1, width]) }
            + layer.map { ("bert.encoder.layer.0.\($0).weight", [width, width]) }
            + layer.map { ("bert.encoder.layer.0.\($0).bias", [width]) }
            + ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"].flatMap {
                [("bert.\($0).LayerNorm.weight", [width]), ("bert.\($0).LayerNorm.bias", [width])]
            }
    }

    /// A safetensors file: the length of its header, the header, and the numbers.
    private static var weights: [UInt8] {
        var entries: [String] = []
        var numbers: [UInt8] = []
        for (index, (name, shape)) in shapes.enumerated() {
            let start = numbers.count
            for place in 0..<shape.reduce(1, *) {
                let noise = Float((place * 37 + index * 101 + 13) % 97) / 97 - 0.5
                let number = name.hasSuffix("LayerNorm.weight") ? 1 + 0.2 * noise : 0.8 * noise
                withUnsafeBytes(of: number.bitPattern.littleEndian) { numbers += $0 }
            }
            entries.append(
                #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(numbers.count)]}"#)
        }
        let header = Array("{\(entries.joined(separator: ","))}".utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + numbers
    }
}
