import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("The architectures")
struct ArchitectureTests {
    private func model(_ checkpoint: TinyCheckpoint) throws -> ClinicalModel {
        try ClinicalModel(checkpoint: checkpoint.path)
    }

    /// As many rows of logits as there are tokens; of a masked language model the whole vocabulary's.
    private func logits(_ model: ClinicalModel, _ ids: [Int32]) throws -> Logits {
        try #require(model.logits(for: [Encoding(ids: ids)], threads: 1)?.first)
    }

    private func ids(_ count: Int, from seed: Int = 0) -> [Int32] {
        (0..<count).map { Int32(($0 * 7 + seed) % 10 + 2) }
    }

    private func differ(_ one: ArraySlice<Float>, _ other: ArraySlice<Float>) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? 0
    }

    @Test("give a text the same logits alone and among others", arguments: TinyArchitecture.allCases)
    func packing(_ architecture: TinyArchitecture) throws {
        for head in TinyArchitecture.Head.allCases {
            let checkpoint = try architecture.checkpoint(head, layers: 3)
            let model = try model(checkpoint)
            // Longer than a block of queries, shorter, and one token.
            let texts = [ids(150), ids(9, from: 3), ids(1), ids(70, from: 5)]
            let together = try #require(model.logits(for: texts.map { Encoding(ids: $0) }, threads: 2))
            for (text, output) in zip(texts, together) {
                let alone = try logits(model, text)
                #expect(output.rows == (head == .sequence ? 1 : text.count))
                #expect(output.columns == [.tokens: 3, .sequence: 3, .language: 12, .answer: 2][head])
                #expect(differ(alone.values[...], output.values[...]) < 1e-4)
                #expect(!output.values.contains { !$0.isFinite })
            }
        }
    }

    @Test("load without the prefix, as the bare model is saved", arguments: TinyArchitecture.allCases)
    func withoutPrefix(_ architecture: TinyArchitecture) throws {
        let checkpoint = try architecture.checkpoint(.tokens)
        let configuration = try JSONValue.parse(
            try NoteReader.bytes(of: "\(checkpoint.path)/config.json"), file: "config.json")
        let weights = try TinyArchitecture.withoutPrefix(
            try NoteReader.bytes(of: "\(checkpoint.path)/model.safetensors"))
        let bare = try TinyCheckpoint(
            configuration: try #require(configuration.objectValue), weights: weights)
        #expect(try logits(model(checkpoint), ids(20)) == logits(model(bare), ids(20)))
    }

    @Test("RoBERTa's positions start after that of its padding")
    func positions() throws {
        let table = "roberta.embeddings.position_embeddings.weight"
        func logits(changing row: Int?, _ ids: [Int32]) throws -> Logits {
            let checkpoint = try TinyArchitecture.roberta.checkpoint(.tokens) { name, index in
                name == table && row == index / 4 ? Float(index % 4) * 3 - 1 : nil
            }
            return try self.logits(try model(checkpoint), ids)
        }
        let padding = TinyArchitecture.padding
        for text: [Int32] in [[5], [5, 6]] {
            let plain = try logits(changing: nil, text)
            for row in 0...padding { #expect(try logits(changing: row, text) == plain) }
            #expect(try logits(changing: padding + 1, text) != plain)
            let last = try logits(changing: padding + 2, text)
            #expect((last == plain) == (text.count == 1))
        }
        // Padding within a text has its own position, and the next token takes the one it left.
        let padded: [Int32] = [5, Int32(padding), 6]
        #expect(try logits(changing: padding, padded) != logits(changing: nil, padded))
        #expect(try logits(changing: padding + 3, padded) == logits(changing: nil, padded))
    }

    @Test("ModernBERT's local layers see half their window to either side and no farther")
    func localAttention() throws {
        let local = try TinyArchitecture.modernbert.checkpoint(.tokens, ["layer_types": ["sliding_attention"]])
        let global = try TinyArchitecture.modernbert.checkpoint(.tokens, ["layer_types": ["full_attention"]])
        var changed = ids(150)
        changed[70] = 11
        for (checkpoint, reach) in [(local, 2), (global, 150)] {
            let model = try model(checkpoint)
            let before = try logits(model, ids(150))
            let after = try logits(model, changed)
            for token in 0..<150 {
                #expect((before[token] != after[token]) == (abs(token - 70) <= reach), "token \(token)")
            }
        }
    }

    @Test("ModernBERT's layers are global by the old key as by the new one")
    func layerKeys() throws {
        let types: JSONValue = ["full_attention", "sliding_attention", "full_attention", "sliding_attention"]
        let new = try TinyArchitecture.modernbert.checkpoint(
            .tokens,
            [
                "layer_types": types,
                "rope_parameters": ["full_attention": ["rope_theta": 800], "sliding_attention": ["rope_theta": 50]],
            ], layers: 4)
        let old = try TinyArchitecture.modernbert.checkpoint(
            .tokens, ["global_attn_every_n_layers": 2, "global_rope_theta": 800, "local_rope_theta": 50], layers: 4)
        let plain = try TinyArchitecture.modernbert.checkpoint(.tokens, layers: 4)
        #expect(try logits(model(new), ids(90)) == logits(model(old), ids(90)))
        #expect(try logits(model(new), ids(90)) != logits(model(plain), ids(90)))
    }

    @Test("DeBERTa knows where tokens stand by relative positions alone")
    func relativePositions() throws {
        let text = ids(8)
        let swapped = [text[1], text[0]] + text[2...]
        let blind = try model(TinyArchitecture.deberta.checkpoint(.tokens, ["relative_attention": .bool(false)]))
        // Without them, tokens may stand in any order: each has its logits wherever it is.
        #expect(differ(try logits(blind, text)[0], try logits(blind, swapped)[1]) < 1e-6)
        let seeing = try model(TinyArchitecture.deberta.checkpoint(.tokens))
        #expect(differ(try logits(seeing, text)[0], try logits(seeing, swapped)[1]) > 1e-3)
    }

    @Test("DeBERTa numbers near distances one by one and far ones by buckets")
    func buckets() {
        let distances = RelativeDistances(farthest: 32, buckets: 8, longest: 40)
        // span 8; up to 4 tokens before the query each its own number, beyond in logarithmic steps up to 7.
        #expect((-4...4).map(distances.place) == [12, 11, 10, 9, 8, 7, 6, 5, 4])
        #expect([-5, -7, -8, -15, -16, -31].map(distances.place) == [13, 13, 14, 14, 15, 15].map { $0 })
        #expect([39, -39].map(distances.place) == [0, 15])
        let plain = RelativeDistances(farthest: 3, buckets: nil, longest: 6)
        #expect((-5...5).map(plain.place) == [5, 5, 5, 5, 4, 3, 2, 1, 0, 0, 0])
    }

    @Test("say what a head consists of when a part is missing")
    func missingHead() throws {
        let parts: [(TinyArchitecture, TinyArchitecture.Head, String, String)] = [
            (.roberta, .sequence, "classifier.dense.weight", "classifier.dense, classifier.out_proj"),
            (.electra, .language, "generator_predictions.dense.weight", "generator_predictions.LayerNorm"),
            (.modernbert, .tokens, "head.norm.weight", "head.dense, head.norm, classifier"),
            (.distilbert, .answer, "qa_outputs.weight", "a question answerer of distilbert"),
        ]
        for (architecture, head, tensor, explanation) in parts {
            let checkpoint = try architecture.checkpoint(head, without: [tensor])
            let error = #expect(throws: BadInput.self) { try model(checkpoint) }
            #expect(error?.description.contains("'\(tensor)' is missing") == true)
            #expect(error?.description.contains(explanation) == true)
        }
    }

    @Test("refuse what they cannot compute by its name")
    func refusals() throws {
        let entries: [(TinyArchitecture, String, JSONValue, String)] = [
            (.roberta, "position_embedding_type", "relative_key_query", "relative_key_query"),
            (.roberta, "max_position_embeddings", 2, "pad_token_id 1"),
            (.bert, "is_decoder", .bool(true), "only encoders"),
            (.modernbert, "classifier_pooling", "max", "'max'"),
            (.modernbert, "layer_types", ["linear_attention"], "linear_attention"),
            (.modernbert, "rope_scaling", ["rope_type": "yarn"], "'yarn'"),
            (.modernbert, "max_position_embeddings", 16_000_000, "at most 131072"),
            (.deberta, "pos_att_type", ["p2p"], "'p2p'"), (.deberta, "conv_kernel_size", 2, "conv_kernel_size"),
            (.electra, "architectures", ["ElectraForPreTraining"], "ElectraForPreTraining"),
            (.bert, "problem_type", "ranking", "'ranking'"),
        ]
        for (architecture, name, value, explanation) in entries {
            let checkpoint = try architecture.checkpoint(name == "problem_type" ? .sequence : .tokens, [name: value])
            let error = #expect(throws: BadInput.self) { try model(checkpoint) }
            #expect(error?.description.contains(explanation) == true, "\(error?.description ?? "")")
        }
    }
}
