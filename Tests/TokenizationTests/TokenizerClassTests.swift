import ClinicalText
import Testing
import Tokenization

@Suite("tokenizer_config.json beside tokenizer.json")
struct TokenizerClassTests {
    /// Pieces in both cases; the file says itself what becomes of case.
    private static func wordPiece(lowercase: Bool) -> String {
        TokenizerFile(
            model: #"{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"#
                + #""[MASK]":4,"No":5,"no":6,"é":7,"e":8,"心":9,"心心":10}}"#,
            normalizer: #"{"type":"BertNormalizer","lowercase":\#(lowercase)}"#,
            preTokenizer: #"{"type":"BertPreTokenizer"}"#
        ).json
    }

    private func ids(
        _ text: String, file: String, configuration: String? = nil, model: String = #"{"model_type":"bert"}"#
    ) throws -> [Int32] {
        let folder = try CheckpointFolder(
            ["tokenizer.json": file, "config.json": model].merging(
                configuration.map { ["tokenizer_config.json": $0] } ?? [:]
            ) { $1 })
        return try Tokenizer(checkpoint: folder.path).encode(NoteText(text)).ids
    }

    @Test("decides on case and accents for BERT, DistilBERT and ELECTRA", arguments: ["bert", "distilbert", "electra"])
    func lowercase(_ type: String) throws {
        let model = #"{"model_type":"\#(type)"}"#
        let (cased, uncased) = (Self.wordPiece(lowercase: false), Self.wordPiece(lowercase: true))
        let keeps = #"{"do_lower_case":false}"#
        #expect(try ids("No é", file: uncased, configuration: keeps, model: model) == [2, 5, 7, 3])
        // What is not said is true.
        #expect(try ids("No é", file: cased, configuration: "{}", model: model) == [2, 6, 8, 3])
        #expect(try ids("No é", file: cased, model: model) == [2, 6, 8, 3])
        let accents = #"{"strip_accents":false}"#
        #expect(try ids("No é", file: cased, configuration: accents, model: model) == [2, 6, 7, 3])
    }

    @Test("decides whether ideographs are words of their own")
    func ideographs() throws {
        let file = Self.wordPiece(lowercase: true)
        #expect(try ids("心心", file: file) == [2, 9, 9, 3])
        #expect(try ids("心心", file: file, configuration: #"{"tokenize_chinese_chars":false}"#) == [2, 10, 3])
    }

    @Test("leaves all to tokenizer.json for PreTrainedTokenizerFast and for ModernBERT")
    func generic() throws {
        let file = Self.wordPiece(lowercase: true)
        let named = #"{"do_lower_case":false,"tokenizer_class":"PreTrainedTokenizerFast"}"#
        #expect(try ids("No", file: file, configuration: named) == [6])
        let modern = #"{"model_type":"modernbert"}"#
        let bert = #"{"do_lower_case":false,"tokenizer_class":"BertTokenizer"}"#
        #expect(try ids("No", file: file, configuration: bert, model: modern) == [6])
        // A class that is named counts, whatever the model.
        #expect(try ids("No", file: file, configuration: bert, model: #"{"model_type":"roberta"}"#) == [2, 5, 3])
        let inModel = #"{"model_type":"bert","tokenizer_class":"PreTrainedTokenizerFast"}"#
        #expect(try ids("No", file: file, configuration: #"{"do_lower_case":false}"#, model: inModel) == [6])
    }

    @Test("decides for RoBERTa on the space before the text, and whether offsets leave it out")
    func roberta() throws {
        let file = TokenizerFile(
            model: #"{"type":"BPE","merges":["Ġ a"],"vocab":{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":5,"#
                + #""Ġ":6,"Ġa":7}}"#,
            preTokenizer: #"{"type":"ByteLevel","add_prefix_space":false}"#
        ).json
        let model = #"{"model_type":"roberta"}"#
        #expect(try ids("a", file: file, model: model) == [0, 5, 2])
        #expect(try ids("a", file: file, configuration: #"{"add_prefix_space":true}"#, model: model) == [0, 7, 2])
        let folder = try CheckpointFolder([
            "tokenizer.json": file, "config.json": model, "tokenizer_config.json": #"{"trim_offsets":false}"#,
        ])
        #expect(try Tokenizer(checkpoint: folder.path).encode(NoteText("a a")).offsets[2] == TextSpan(1, 3))
    }

    @Test(
        "adds special tokens that no vocabulary has, under each of their names",
        arguments: [
            #""additional_special_tokens":["[E]"]"#, #""extra_special_tokens":["[E]"]"#,
            #""extra_special_tokens":{"entity_token":"[E]"}"#, #""entity_token":"[E]""#,
            #""additional_special_tokens":[{"content":"[E]","lstrip":false}]"#,
            #""added_tokens_decoder":{"11":{"content":"[E]","special":true}}"#,
        ])
    func extra(_ member: String) throws {
        let file = Self.wordPiece(lowercase: true)
        #expect(try ids("no[E]no", file: file, configuration: "{\(member)}") == [2, 6, 11, 6, 3])
    }

    @Test("is read with NaN in it, which Python writes")
    func notANumber() throws {
        let configuration = #"{"do_lower_case":false,"model_max_length":Infinity,"x":[NaN,-Infinity]}"#
        #expect(try ids("No", file: Self.wordPiece(lowercase: true), configuration: configuration) == [2, 5, 3])
    }

    @Test(
        "is obeyed in the checkpoints beside this clone",
        .enabled(if: FieldFolder.path != nil, FieldFolder.absent), arguments: FieldFolder.withTexts)
    func field(_ name: String) throws {
        let tokenizer = try Tokenizer(checkpoint: "\(FieldFolder.path ?? "")/\(name)")
        for (text, ids) in try FieldFolder.expected(name) {
            #expect(tokenizer.encode(NoteText(text)).ids == ids, "\(text)")
        }
    }
}
