import ClinicalText
import Testing
import Tokenization

@Suite("A post-processor")
struct PostProcessorTests {
    private static let bytes =
        #"{"type":"ByteLevel","add_prefix_space":\#("true"),"trim_offsets":true,"use_regex":true}"#
    private static let model =
        #"{"type":"BPE","unk_token":"?","vocab":{"a":0,"Ġ":1,"Ġa":2,"?":3,"b":4},"merges":["Ġ a"]}"#

    private func tokenizer(_ post: String, prefix: Bool = false) throws -> Tokenizer {
        try TokenizerFile(
            model: Self.model,
            preTokenizer: #"{"type":"ByteLevel","add_prefix_space":\#(prefix),"trim_offsets":true,"use_regex":true}"#,
            postProcessor: post
        ).tokenizer()
    }

    private func roberta(_ prefix: Bool) -> String {
        #"{"type":"RobertaProcessing","sep":["</s>",9],"cls":["<s>",8],"trim_offsets":true,"add_prefix_space":\#(prefix)}"#
    }

    @Test("puts BERT's special tokens around one text and two")
    func bert() throws {
        let tokenizer = try tokenizer(#"{"type":"BertProcessing","sep":["[SEP]",9],"cls":["[CLS]",8]}"#)
        #expect(tokenizer.encode(NoteText("a")).ids == [8, 0, 9])
        let pair = tokenizer.encode(NoteText("a"), pair: NoteText("b"))
        #expect(pair.ids == [8, 0, 9, 4, 9])
        #expect(pair.types == [0, 0, 0, 1, 1])
    }

    @Test("puts RoBERTa's two separators between texts, all of one type")
    func robertaPair() throws {
        let pair = try tokenizer(roberta(false)).encode(NoteText("a"), pair: NoteText("b"))
        #expect(pair.ids == [8, 0, 9, 9, 4, 9])
        #expect(pair.types == [0, 0, 0, 0, 0, 0])
    }

    @Test("trims the space that a byte-level piece starts with from its offsets")
    func trims() throws {
        #expect(
            try tokenizer(roberta(false)).encode(NoteText("a a")).offsets[1...2] == [TextSpan(0, 1), TextSpan(2, 3)])
        #expect(try tokenizer("null").encode(NoteText("a a")).offsets == [TextSpan(0, 1), TextSpan(1, 3)])
    }

    @Test("leaves the prefix space alone, which is no part of the text")
    func prefixSpace() throws {
        let encoding = try tokenizer(roberta(true), prefix: true).encode(NoteText("a a"))
        #expect(encoding.ids == [8, 2, 2, 9])
        #expect(encoding.offsets[1...2] == [TextSpan(0, 1), TextSpan(2, 3)])
    }

    @Test("runs in sequence")
    func sequence() throws {
        let template =
            #"{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<e>","type_id":0}}],"#
            + #""pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"#
            + #""special_tokens":{"<e>":{"id":"<e>","ids":[7],"tokens":["<e>"]}}}"#
        let trim = #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}"#
        let encoding = try tokenizer(#"{"type":"Sequence","processors":[\#(trim),\#(template)]}"#).encode(
            NoteText("a a"))
        #expect(encoding.ids == [0, 2, 7])
        #expect(encoding.offsets == [TextSpan(0, 1), TextSpan(2, 3), TextSpan(0, 0)])
        #expect(encoding.special == [false, false, true])
    }
}
