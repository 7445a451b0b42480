import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Training

/// A BERT or DistilBERT of a few hundred invented numbers in a folder of its own.
final class TinyEncoder {
    let path: String
    let checkpoint: TrainableCheckpoint

    static let vocabulary = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "chest", "pain", "no", "##ful", ".", "a", "b",
    ]

    /// Width 6, two layers of two heads, 9 intermediate, 12 pieces, 16 positions.
    ///
    /// - Parameters:
    ///   - activation: as `config.json` names it.
    ///   - isBare: whether it was saved as an encoder alone, without `bert.` before its names.
    ///   - others: tensors that it has beside the encoder's.
    ///   - spoil: changes a number of a tensor.
    init(
        _ architecture: TrainableCheckpoint.Architecture, activation: String = "gelu", dropout: Double = 0,
        isBare: Bool = false,
        others: [(name: String, shape: [Int])] = [], spoil: (String) -> Float? = { _ in nil }
    ) throws {
        path = "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try AtomicFile.makeFolder(path)
        let file = AtomicFile()
        try file.replace("\(path)/config.json", with: Array(Self.configuration(architecture, activation, dropout).utf8))
        try file.replace(
            "\(path)/vocab.txt", with: Array(Self.vocabulary.joined(separator: "\n").utf8))
        try file.replace("\(path)/tokenizer_config.json", with: Array(#"{"tokenizer_class":"BertTokenizer"}"#.utf8))
        // The numbers do not matter, but none is special.
        let shapes = Self.shapes(architecture, isBare: isBare) + others
        let buffers = shapes.enumerated().map { index, tensor in
            let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.shape.reduce(1, *))
            for place in numbers.indices {
                let noise = Float((place * 37 + index * 101 + 13) % 97) / 97 - 0.5
                numbers[place] =
                    tensor.name.hasSuffix("Norm.weight") || tensor.name.hasSuffix("norm.weight")
                    ? 1 + 0.2 * noise : 0.8 * noise
            }
            if let wrong = spoil(tensor.name) { numbers[0] = wrong }
            return SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape, numbers: numbers)
        }
        try SafetensorsWriter.write(buffers, to: "\(path)/model.safetensors", file)
        checkpoint = try TrainableCheckpoint(folder: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func configuration(
        _ architecture: TrainableCheckpoint.Architecture, _ activation: String, _ dropout: Double
    ) -> String {
        switch architecture {
        case .bert:
            """
            {"model_type":"bert","architectures":["BertModel"],"hidden_size":6,"num_hidden_layers":2,\
            "num_attention_heads":2,"intermediate_size":9,"vocab_size":12,"max_position_embeddings":16,\
            "type_vocab_size":2,"hidden_act":"\(activation)","hidden_dropout_prob":\(dropout),\
            "attention_probs_dropout_prob":\(dropout)}
            """
        case .distilbert:
            """
            {"model_type":"distilbert","architectures":["DistilBertModel"],"dim":6,"n_layers":2,"n_heads":2,\
            "hidden_dim":9,"vocab_size":12,"max_position_embeddings":16,"activation":"\(activation)",\
            "dropout":\(dropout),"attention_dropout":\(dropout),"seq_classif_dropout":\(dropout)}
            """
        }
    }

    private static func shapes(
        _ architecture: TrainableCheckpoint.Architecture, isBare: Bool
    ) -> [(name: String, shape: [Int])] {
        let isBERT = architecture == .bert
        let prefix = isBare ? "" : isBERT ? "bert." : "distilbert."
        var list: [(String, [Int])] = [
            ("embeddings.word_embeddings.weight", [12, 6]), ("embeddings.position_embeddings.weight", [16, 6]),
            ("embeddings.LayerNorm.weight", [6]), ("embeddings.LayerNorm.bias", [6]),
        ]
        if isBERT { list.append(("embeddings.token_type_embeddings.weight", [2, 6])) }
        let names =
            isBERT
            ? [
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
                "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
            ]
            : [
                "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm",
                "ffn.lin1", "ffn.lin2", "output_layer_norm",
            ]
        let sizes: [[Int]] = [[6, 6], [6, 6], [6, 6], [6, 6], [6], [9, 6], [6, 9], [6]]
        for layer in 0..<2 {
            for (name, size) in zip(names, sizes) {
                let start = (isBERT ? "encoder.layer." : "transformer.layer.") + "\(layer).\(name)"
                list.append(("\(start).weight", size))
                list.append(("\(start).bias", [size[0]]))
            }
        }
        return list.map { (prefix + $0.0, $0.1) }
    }
}
