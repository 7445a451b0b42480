import ClinicalText
import Testing
import Tokenization

@Suite("A tokenizer that cannot be used")
struct BadTokenizerTests {
    private func failure(_ files: [String: String]) throws -> String {
        let folder = try CheckpointFolder(files)
        let error = #expect(throws: BadInput.self) { try Tokenizer(checkpoint: folder.path) }
        return error?.description ?? ""
    }

    @Test("says that there is none")
    func none() throws {
        #expect(try failure([:]).contains("neither tokenizer.json nor vocab.txt"))
    }

    @Test("says that the vocabulary has no [UNK]")
    func noUnknown() throws {
        #expect(try failure(["vocab.txt": "[CLS]\n[SEP]\na"]).contains("no '[UNK]'"))
        let json =
            #"{"model":{"type":"WordPiece","vocab":{"a":0}},"normalizer":{"type":"BertNormalizer"},"#
            + #""pre_tokenizer":{"type":"BertPreTokenizer"}}"#
        #expect(try failure(["tokenizer.json": json]).contains("no '[UNK]'"))
    }

    @Test("names the kind of model that is not supported, and what is")
    func unsupported() throws {
        let message = try failure(["tokenizer.json": #"{"model":{"type":"WordLevel","vocab":{}}}"#])
        #expect(message.contains("'WordLevel'"))
        #expect(message.contains("WordPiece, BPE, Unigram"))
    }

    @Test("says at which byte tokenizer.json stops being JSON")
    func brokenJSON() throws {
        #expect(try failure(["tokenizer.json": #"{"model":"#]).contains("byte 9"))
    }

    @Test("refuses an id that no table could hold")
    func hugeID() throws {
        let json =
            #"{"model":{"type":"WordPiece","vocab":{"[UNK]":99999999999}},"normalizer":{"type":"BertNormalizer"},"#
            + #""pre_tokenizer":{"type":"BertPreTokenizer"}}"#
        #expect(try failure(["tokenizer.json": json]).contains("'[UNK]' has no id"))
    }

    @Test(
        "names the component that is not supported, and where it stands",
        arguments: [
            (
                #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Foo"}]}"#,
                "normalizer.normalizers[1] of type 'Foo'"
            ),
            (#""pre_tokenizer":{"type":"UnicodeScripts"}"#, "pre_tokenizer of type 'UnicodeScripts'"),
            (#""post_processor":{"type":"Bar"}"#, "post_processor of type 'Bar'"),
            (
                #""pre_tokenizer":{"type":"Split","pattern":{"Regex":"\#(String(repeating: ".", count: 100_000))"},"#
                    + #""behavior":"Isolated"}"#, "more than 256 parts"
            ),
            (#""pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a)*"},"behavior":"Isolated"}"#, "a repeated group"),
            (#""normalizer":{"type":"Replace","pattern":{"Regex":"a*"},"content":""}"#, "matches the empty text"),
            (#""normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#, "character map"),
            (#""normalizer":{"type":"Strip","strip_left":1}"#, "'strip_left' is not true or false"),
            (#""pre_tokenizer":{"type":"Metaspace","replacement":"ab"}"#, "not one character"),
            (#""post_processor":{"type":"RobertaProcessing","sep":["x"],"cls":["y",1]}"#, "no 'sep' with an id"),
        ])
    func unsupportedComponent(_ component: String, _ message: String) throws {
        let json = #"{"model":\#(TokenizerFile.words),\#(component)}"#
        #expect(try failure(["tokenizer.json": json]).contains(message))
    }

    @Test("names the merge whose pieces the vocabulary lacks")
    func missingMerge() throws {
        let json = #"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}"#
        #expect(try failure(["tokenizer.json": json]).contains("merge 0 needs 'ab'"))
    }

    @Test("refuses an unk_id that is no piece's")
    func unknownPiece() throws {
        let json = #"{"model":{"type":"Unigram","vocab":[["a",0]],"unk_id":1}}"#
        #expect(try failure(["tokenizer.json": json]).contains("'unk_id' names none of the 1 pieces"))
    }

    @Test("says for which models a SentencePiece file alone is read")
    func sentencePiece() throws {
        #expect(try failure(["spm.model": ""]).contains("spm.model alone is read for the tokenizers of XLM-RoBERTa"))
        let deberta = #"{"model_type":"deberta-v2"}"#
        #expect(try failure(["spm.model": "", "config.json": deberta]).contains("no pieces in this file"))
        #expect(try failure(["spm.model": "\u{A}\u{7F}", "config.json": deberta]).contains("runs past the end"))
    }

    @Test("says at which line merges.txt is wrong")
    func badMerges() throws {
        let message = try failure(["vocab.json": #"{"a":0}"#, "merges.txt": "#version: 0.2\na b c\n"])
        #expect(message.contains("merges.txt:2"))
    }
}
