import ClinicalText
import Testing
import Tokenization

@Suite("A checkpoint's tokenizer files")
struct CheckpointFilesTests {
    private static let roberta = [
        "vocab.json": #"{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":5,"b":6,"Ġ":7,"ab":8,"Ġab":9}"#,
        "merges.txt": "#version: 0.2\na b\nĠ ab\n",
    ]

    private func tokenizer(_ files: [String: String], cased: Bool = false) throws -> Tokenizer {
        let folder = try CheckpointFolder(files)
        return try Tokenizer(checkpoint: folder.path, cased: cased)
    }

    @Test("may be vocab.json with merges.txt, which is RoBERTa's")
    func mergesText() throws {
        let tokenizer = try tokenizer(Self.roberta)
        let encoding = tokenizer.encode(NoteText("ab ab<mask>"))
        #expect(encoding.ids == [0, 8, 9, 4, 2])
        #expect(encoding.offsets == [TextSpan(0, 0), TextSpan(0, 2), TextSpan(3, 5), TextSpan(5, 11), TextSpan(0, 0)])
        #expect(tokenizer.unknownID == 3)
    }

    @Test("may put a space before the text and add tokens")
    func mergesConfiguration() throws {
        let tokenizer = try tokenizer(
            Self.roberta.merging([
                "tokenizer_config.json": #"{"add_prefix_space":true,"model_max_length":512}"#,
                "added_tokens.json": #"{"[entity]":10}"#,
            ]) { $1 })
        #expect(tokenizer.encode(NoteText("ab[entity]")).ids == [0, 9, 10, 2])
        #expect(tokenizer.maximumLength == 512)
    }

    @Test("may rename special tokens, the map before the configuration unless that states the added tokens")
    func specialTokens() throws {
        var files = Self.roberta.merging([
            "special_tokens_map.json": #"{"cls_token":"<pad>","sep_token":"<pad>"}"#,
            "tokenizer_config.json": #"{"sep_token":{"content":"</s>","lstrip":false}}"#,
        ]) { $1 }
        #expect(try tokenizer(files).encode(NoteText("ab")).ids == [1, 8, 1])
        files["tokenizer_config.json"] = #"{"added_tokens_decoder":{}}"#
        #expect(try tokenizer(files).encode(NoteText("ab")).ids == [0, 8, 2])
    }

    @Test("may limit the length by the name that transformers 2 had for it")
    func oldLength() throws {
        func length(_ configuration: String) throws -> Int? {
            try tokenizer(Self.roberta.merging(["tokenizer_config.json": configuration]) { $1 }).maximumLength
        }
        #expect(try length(#"{"max_len":40}"#) == 40)
        #expect(try length(#"{"max_len":40,"model_max_length":30}"#) == 30)
        #expect(try length(#"{"max_len":40,"model_max_length":null}"#) == nil)
    }

    private static let cased = ["vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nNo\nno\né\ne"]

    @Test("with a cased vocabulary alone are used in lower case, which a warning says")
    func casedVocabulary() throws {
        let tokenizer = try tokenizer(Self.cased)
        #expect(tokenizer.encode(NoteText("No é")).ids == [2, 6, 8, 3])
        #expect(tokenizer.warnings.count == 1)
        #expect(tokenizer.warnings[0].contains("--cased"))
    }

    @Test("keep case and accents where that is asked for, without a warning")
    func askedForCase() throws {
        let tokenizer = try tokenizer(Self.cased, cased: true)
        #expect(tokenizer.encode(NoteText("No é")).ids == [2, 5, 7, 3])
        #expect(tokenizer.warnings.isEmpty)
    }

    @Test("that say do_lower_case, or have no capitals, bring no warning")
    func noWarning() throws {
        #expect(
            try tokenizer(Self.cased.merging(["tokenizer_config.json": #"{"do_lower_case":true}"#]) { $1 }).warnings
                .isEmpty)
        #expect(try tokenizer(["vocab.txt": CheckpointFolder.vocabulary]).warnings.isEmpty)
    }
}
