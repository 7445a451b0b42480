import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("Tokens past a model's tables")
struct TableTests {
    /// The vocabulary has 14 pieces, the table 12 rows.
    private static let longer = TinyCheckpoint.vocabulary + "\nfever\ncough"

    @Test("that are pieces are refused where a text needs them, and nowhere else")
    func pieces() throws {
        let checkpoint = try TinyCheckpoint(vocabulary: Self.longer)
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        #expect(model.warnings.contains { $0.contains("14 pieces and config.json's vocab_size is 12") })
        #expect(!model.readsEveryToken)
        try model.check(NoteText("no chest pain"))
        #expect(try model.spans(in: [NoteText("no chest pain")])?.count == 1)
        let error = #expect(throws: UnreadableToken.self) { try model.check(NoteText("no cough")) }
        #expect(error?.description.contains("the piece 'cough' of id 13") == true)
        // What is cut off is not read.
        try model.check(NoteText("no cough"), truncatedTo: 3)
        #expect(try model.spans(in: [NoteText("no cough")]) == nil)
        #expect(model.logits(for: [Encoding(ids: [2, 12, 3])]) == nil)
        #expect(model.logits(for: [Encoding(ids: [2, -1, 3])]) == nil)
    }

    @Test("that a file adds are refused at once")
    func added() throws {
        for (name, content) in [
            ("added_tokens.json", #"{"[entity]":12}"#),
            ("tokenizer_config.json", #"{"additional_special_tokens":["[entity]"]}"#),
            ("tokenizer_config.json", #"{"added_tokens_decoder":{"12":{"content":"[entity]"}}}"#),
        ] {
            let checkpoint = try TinyCheckpoint()
            try checkpoint.write(name, Array(content.utf8))
            let error = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: checkpoint.path) }
            #expect(error?.reason.contains("adds the token '[entity]' of id 12") == true, "\(name)")
        }
    }

    @Test("that the tokenizer's class adds by itself, such as a mask, are refused where a text has them")
    func named() throws {
        let checkpoint = try TinyCheckpoint(
            vocabulary: TinyCheckpoint.vocabulary.replacing("[MASK]", with: "fever"))
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        try model.check(NoteText("no fever"))
        #expect(throws: UnreadableToken.self) { try model.check(NoteText("no [MASK]")) }
    }

    @Test("have a type that the model lacks: refused for pairs, at once where every text has it")
    func types() throws {
        var configuration = TinyCheckpoint.configuration
        configuration["type_vocab_size"] = 1
        let tensors = TinyCheckpoint.tensors.map {
            ($0.name, $0.name.contains("token_type") ? [1, 4] : $0.shape)
        }
        let checkpoint = try TinyCheckpoint(
            configuration: configuration, weights: TinyCheckpoint.weights(tensors: tensors))
        let model = try ClinicalModel(checkpoint: checkpoint.path)
        try model.check(NoteText("no"))
        let error = #expect(throws: UnreadableToken.self) { try model.check(NoteText("no"), pair: NoteText("pain")) }
        #expect(error?.index == .type(1))
        let items = #"{"SpecialToken":{"id":"[CLS]","type_id":1}},{"Sequence":{"id":"A","type_id":0}}"#
        let pieces = TinyCheckpoint.vocabulary.split(separator: "\n").enumerated().map { #""\#($1)":\#($0)"# }
        try checkpoint.write(
            "tokenizer.json",
            Array(
                (#"{"model":{"type":"WordPiece","vocab":{\#(pieces.joined(separator: ","))}},"post_processor":"#
                    + #"{"type":"TemplateProcessing","single":[\#(items)],"pair":[\#(items),"#
                    + #"{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{"[CLS]":{"ids":[2]}}}}"#).utf8))
        try checkpoint.write("tokenizer_config.json", Array(#"{"tokenizer_class":"PreTrainedTokenizerFast"}"#.utf8))
        let refused = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: checkpoint.path) }
        #expect(refused?.reason.contains("the type 1, and config.json's type_vocab_size is 1") == true)
    }
}
