import ClinicalText
import FoundationEssentials
import Testing
import Tokenization
import Training

@Suite("Training on text with its case")
struct CasedTrainingTests {
    private typealias Folder = FineTuningTests.Folder

    /// The pieces that a checkpoint's tokenizer, read without being told anything, makes of a text.
    private func pieces(_ text: String, _ folder: String) throws -> [String] {
        let tokenizer = try Tokenizer(checkpoint: folder)
        return tokenizer.encode(NoteText(text)).ids.map { tokenizer.piece(Int($0)) ?? "" }
    }

    private func train(_ tiny: TinyEncoder, _ output: String, cased: Bool) throws {
        var settings = FineTuningTests.settings
        settings.epochs = 1
        settings.cased = cased
        let run = try FineTuning(
            tiny.checkpoint, task: FineTuningTests.task, training: FineTuningTests.notes(10), development: [],
            settings: settings, output: output)
        _ = try run.run()
    }

    @Test("is written down beside vocab.txt, so that whoever reads the checkpoint keeps the case")
    func vocabularyText() throws {
        let tiny = try TinyEncoder(.bert)
        let plain = Folder()
        let cased = Folder()
        try train(tiny, plain.path, cased: false)
        try train(tiny, cased.path, cased: true)
        #expect(try pieces("no Chest pain", plain.path) == ["[CLS]", "no", "chest", "pain", "[SEP]"])
        #expect(try pieces("no Chest pain", cased.path) == ["[CLS]", "no", "[UNK]", "pain", "[SEP]"])
        let file = "\(cased.path)/tokenizer_config.json"
        let configuration = try JSONValue.parse(try NoteReader.bytes(of: file), file: file)
        #expect(configuration["do_lower_case"] == .bool(false))
        #expect(configuration["tokenizer_class"] == .string("BertTokenizer"), "what else is in it stays")
    }

    @Test(
        "is written down in tokenizer.json",
        arguments: [
            #"{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"#,
            #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"},{"type":"StripAccents"}]}"#,
            #"{"type":"Lowercase"}"#,
        ])
    func tokenizerJSON(_ normalizer: String) throws {
        let tiny = try TinyEncoder(.bert)
        let vocabulary = TinyEncoder.vocabulary.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
        let json = """
            {"version":"1.0","added_tokens":[],"normalizer":\(normalizer),"pre_tokenizer":{"type":"BertPreTokenizer"},\
            "post_processor":{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]},"decoder":null,\
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",\
            "max_input_chars_per_word":100,"vocab":{\(vocabulary)}}}
            """
        try AtomicFile().replace("\(tiny.path)/tokenizer.json", with: Array(json.utf8))
        #expect(try pieces("Chest", tiny.path) == ["[CLS]", "chest", "[SEP]"])
        let output = Folder()
        try train(tiny, output.path, cased: true)
        #expect(try pieces("Chest pain", output.path) == ["[CLS]", "[UNK]", "pain", "[SEP]"])
    }

    @Test("is refused where a tokenizer's file is no object")
    func damagedFile() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        try AtomicFile().replace("\(tiny.path)/tokenizer_config.json", with: Array("[]".utf8))
        #expect(throws: BadInput.self) { try train(tiny, output.path, cased: true) }
    }
}
