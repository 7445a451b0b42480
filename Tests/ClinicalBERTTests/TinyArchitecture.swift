import ClinicalText

/// Checkpoints of every architecture with a few hundred invented numbers: width 4, one layer of two heads unless a test says
/// otherwise, 12 pieces.
enum TinyArchitecture: String, CaseIterable, Sendable {
    case bert
    case distilbert
    case roberta
    case electra
    case modernbert
    case deberta = "deberta-v2"

    enum Head: String, CaseIterable, Sendable {
        case tokens = "TokenClassification"
        case sequence = "SequenceClassification"
        case language = "MaskedLM"
        case answer = "QuestionAnswering"
    }

    /// RoBERTa's padding; its first token has the position after it.
    static let padding = 1
    /// No attention block of 64 queries or keys holds this many.
    static let positions = 200

    func checkpoint(
        _ head: Head, _ changes: [String: JSONValue] = [:], layers: Int = 1,
        without left: Set<String> = [], adding: [(String, [Int])] = [],
        spoil: (String, Int) -> Float? = { _, _ in nil }
    ) throws -> TinyCheckpoint {
        let tensors = encoder(layers) + self.head(head) + adding
        let kept = tensors.filter { !left.contains($0.0) }
        return try TinyCheckpoint(
            configuration: configuration(head, layers).merging(changes) { $1 }, weights: Self.weights(kept, spoil))
    }

    /// Sums of a hash, so that no two tensors or rows are alike.
    static func weights(_ tensors: [(String, [Int])], _ spoil: (String, Int) -> Float?) -> [UInt8] {
        var header: [String] = []
        var data: [UInt8] = []
        for (name, shape) in tensors {
            let start = data.count
            let seed = name.utf8.reduce(7) { ($0 * 31 + Int($1)) % 9973 }
            for index in 0..<shape.reduce(1, *) {
                let number = Float((index * index * 13 + index * 37 + seed) % 101) / 50 - 1
                data += withUnsafeBytes(of: (spoil(name, index) ?? number).bitPattern.littleEndian, Array.init)
            }
            header.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        return TinyCheckpoint.file(header: "{\(header.joined(separator: ","))}", data: data)
    }

    private func configuration(_ head: Head, _ layers: Int) -> [String: JSONValue] {
        let names = [
            "bert": "Bert", "distilbert": "DistilBert", "roberta": "Roberta", "electra": "Electra",
            "modernbert": "ModernBert", "deberta-v2": "DebertaV2",
        ]
        var entries: [String: JSONValue] = [
            "model_type": .string(rawValue), "architectures": [.string("\(names[rawValue] ?? "")For\(head.rawValue)")],
            "vocab_size": 12, "max_position_embeddings": .integer(Int64(Self.positions)),
            "id2label": ["0": "O", "1": "B-X", "2": "I-X"],
        ]
        if self == .distilbert {
            entries.merge(["dim": 4, "n_layers": .integer(Int64(layers)), "n_heads": 2, "hidden_dim": 6]) { $1 }
            return entries
        }
        entries.merge([
            "hidden_size": 4, "num_hidden_layers": .integer(Int64(layers)), "num_attention_heads": 2,
            "intermediate_size": 6,
        ]) { $1 }
        switch self {
        case .bert: entries["type_vocab_size"] = 2
        case .roberta:
            entries["type_vocab_size"] = 1
            entries["pad_token_id"] = .integer(Int64(Self.padding))
            entries["max_position_embeddings"] = .integer(Int64(Self.positions + Self.padding + 1))
        case .electra: entries["embedding_size"] = 3
        case .modernbert: entries["local_attention"] = 4
        case .deberta:
            entries.merge([
                "relative_attention": .bool(true), "position_buckets": 8, "share_att_key": .bool(true),
                "pos_att_type": ["c2p", "p2c"], "norm_rel_ebd": "layer_norm", "position_biased_input": .bool(false),
            ]) { $1 }
        case .distilbert: break
        }
        return entries
    }

    private var prefix: String {
        switch self {
        case .modernbert: "model."
        case .deberta: "deberta."
        default: "\(rawValue)."
        }
    }

    private func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> [(String, [Int])] {
        [("\(name).weight", [outputs, inputs]), ("\(name).bias", [outputs])]
    }

    private func norm(_ name: String, _ size: Int = 4) -> [(String, [Int])] {
        [("\(name).weight", [size]), ("\(name).bias", [size])]
    }

    private func encoder(_ layers: Int) -> [(String, [Int])] {
        let embeddings = "\(prefix)embeddings."
        let width = self == .electra ? 3 : 4
        var tensors: [(String, [Int])] = []
        switch self {
        case .modernbert:
            tensors = [
                ("\(embeddings)tok_embeddings.weight", [12, 4]), ("\(embeddings)norm.weight", [4]),
                ("\(prefix)final_norm.weight", [4]),
            ]
        case .deberta:
            tensors = [("\(embeddings)word_embeddings.weight", [12, 4])] + norm("\(embeddings)LayerNorm")
            tensors += [("\(prefix)encoder.rel_embeddings.weight", [16, 4])] + norm("\(prefix)encoder.LayerNorm")
        default:
            let rows = Self.positions + (self == .roberta ? Self.padding + 1 : 0)
            tensors = [
                ("\(embeddings)word_embeddings.weight", [12, width]),
                ("\(embeddings)position_embeddings.weight", [rows, width]),
            ]
            tensors += norm("\(embeddings)LayerNorm", width)
            if self != .distilbert {
                tensors.append(("\(embeddings)token_type_embeddings.weight", [self == .roberta ? 1 : 2, width]))
            }
            if self == .electra { tensors += linear("\(prefix)embeddings_project", 4, 3) }
        }
        return tensors + (0..<layers).flatMap(layer)
    }

    private func layer(_ index: Int) -> [(String, [Int])] {
        let start =
            "\(prefix)\(self == .modernbert ? "layers" : self == .distilbert ? "transformer.layer" : "encoder.layer")."
        let layer = "\(start)\(index)."
        switch self {
        case .modernbert:
            let norms = index == 0 ? ["mlp_norm"] : ["attn_norm", "mlp_norm"]
            return norms.map { ("\(layer)\($0).weight", [4]) } + [
                ("\(layer)attn.Wqkv.weight", [12, 4]), ("\(layer)attn.Wo.weight", [4, 4]),
                ("\(layer)mlp.Wi.weight", [12, 4]), ("\(layer)mlp.Wo.weight", [4, 6]),
            ]
        case .distilbert:
            let square = ["q_lin", "k_lin", "v_lin", "out_lin"].flatMap { linear("\(layer)attention.\($0)", 4, 4) }
            return square + linear("\(layer)ffn.lin1", 6, 4) + linear("\(layer)ffn.lin2", 4, 6)
                + norm("\(layer)sa_layer_norm") + norm("\(layer)output_layer_norm")
        default:
            let suffix = self == .deberta ? "_proj" : ""
            let names = ["query", "key", "value"].map { "self.\($0)\(suffix)" } + ["output.dense"]
            return names.flatMap { linear("\(layer)attention.\($0)", 4, 4) }
                + linear("\(layer)intermediate.dense", 6, 4) + linear("\(layer)output.dense", 4, 6)
                + norm("\(layer)attention.output.LayerNorm") + norm("\(layer)output.LayerNorm")
        }
    }

    private func head(_ head: Head) -> [(String, [Int])] {
        if self == .modernbert {
            let transform: [(String, [Int])] = [("head.dense.weight", [4, 4]), ("head.norm.weight", [4])]
            switch head {
            case .language: return transform + [("decoder.bias", [12])]
            case .answer: return transform + linear("classifier", 2, 4)
            default: return transform + linear("classifier", 3, 4)
            }
        }
        switch (head, self) {
        case (.tokens, _): return linear("classifier", 3, 4)
        case (.answer, _): return linear("qa_outputs", 2, 4)
        case (.sequence, .roberta), (.sequence, .electra):
            return linear("classifier.dense", 4, 4) + linear("classifier.out_proj", 3, 4)
        case (.sequence, .distilbert): return linear("pre_classifier", 4, 4) + linear("classifier", 3, 4)
        case (.sequence, .bert): return linear("bert.pooler.dense", 4, 4) + linear("classifier", 3, 4)
        case (.sequence, _): return linear("pooler.dense", 4, 4) + linear("classifier", 3, 4)
        case (.language, .distilbert):
            return linear("vocab_transform", 4, 4) + norm("vocab_layer_norm") + [("vocab_projector.bias", [12])]
        case (.language, .roberta):
            return linear("lm_head.dense", 4, 4) + norm("lm_head.layer_norm") + [("lm_head.bias", [12])]
        case (.language, .electra):
            return linear("generator_predictions.dense", 3, 4) + norm("generator_predictions.LayerNorm", 3)
                + [("generator_lm_head.bias", [12])]
        case (.language, _):
            let start = "cls.predictions."
            return linear("\(start)transform.dense", 4, 4) + norm("\(start)transform.LayerNorm")
                + [("\(start)bias", [12])]
        }
    }
}

extension TinyArchitecture {
    /// The same weights, the encoder's under names without their first part.
    static func withoutPrefix(_ weights: [UInt8]) throws -> [UInt8] {
        let length = weights.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        var header = String(decoding: weights[8..<8 + length], as: UTF8.self)
        for prefix in ["bert.", "distilbert.", "roberta.", "electra.", "model.", "deberta."] {
            header = header.split(separator: "\"\(prefix)", omittingEmptySubsequences: false).joined(separator: "\"")
        }
        return TinyCheckpoint.file(header: header, data: Array(weights[(8 + length)...]))
    }
}
