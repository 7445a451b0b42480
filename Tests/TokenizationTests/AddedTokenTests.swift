import ClinicalText
import Testing
import Tokenization

@Suite("An added token")
struct AddedTokenTests {
    /// Encodes words divided at white space: the added token is 1, every other word 0.
    private func encode(_ text: String, _ flags: String, normalizer: String = "null") throws -> Encoding {
        try TokenizerFile(
            normalizer: normalizer, preTokenizer: #"{"type":"WhitespaceSplit"}"#,
            addedTokens: #"[{"id":1,"content":"<x>","special":true,\#(flags)}]"#
        ).tokenizer().encode(NoteText(text))
    }

    @Test("is found inside a word")
    func inside() throws {
        let encoding = try encode("a<x>b", #""normalized":false"#)
        #expect(encoding.ids == [0, 1, 0])
        #expect(encoding.words == [0, 1, 2])
    }

    @Test("takes the white space along that its flags name")
    func strips() throws {
        #expect(try encode("a  <x> b", #""lstrip":true"#).offsets[1] == TextSpan(1, 6))
        #expect(try encode("a  <x> b", #""rstrip":true"#).offsets[1] == TextSpan(3, 7))
    }

    @Test("is only found as a word of its own if it says so")
    func singleWord() throws {
        #expect(try encode("a<x>", #""single_word":true"#).ids == [0])
        #expect(try encode("-<x>.", #""single_word":true"#).ids == [0, 1, 0])
    }

    @Test("of which the normalizer leaves nothing divides the text into characters, as in the reference")
    func nothing() throws {
        let strip = #"{"type":"Strip","strip_left":true,"strip_right":true}"#
        func offsets(_ flags: String) throws -> [TextSpan] {
            try TokenizerFile(
                normalizer: strip, preTokenizer: #"{"type":"WhitespaceSplit"}"#,
                addedTokens: #"[{"id":1,"content":"  ","normalized":true,\#(flags)}]"#
            ).tokenizer().encode(NoteText("ab +é")).offsets
        }
        #expect(try offsets(#""special":false"#) == [TextSpan(0, 1), TextSpan(1, 2), TextSpan(3, 4), TextSpan(4, 5)])
        // As a word of its own it would have to stand between two marks.
        #expect(try offsets(#""single_word":true"#) == [TextSpan(0, 2), TextSpan(3, 5)])
    }

    @Test("is found in normalised text if it says so")
    func normalized() throws {
        let lower = #"{"type":"Lowercase"}"#
        #expect(try encode("<X>", #""normalized":true"#, normalizer: lower).ids == [1])
        #expect(try encode("<X>", #""normalized":false"#, normalizer: lower).ids == [0])
    }

    @Test("is the longest of those that start at one place")
    func longest() throws {
        let tokenizer = try TokenizerFile(addedTokens: #"[{"id":1,"content":"<x"},{"id":2,"content":"<x>"}]"#)
            .tokenizer()
        #expect(tokenizer.encode(NoteText("<x>")).ids == [2])
        #expect(tokenizer.piece(2) == "<x>")
    }

    @Test("is found again in white space that another has taken, unless it takes white space itself")
    func overlapping() throws {
        func ids(_ flags: String) throws -> [Int32] {
            let file = TokenizerFile(
                addedTokens: #"[{"id":1,"content":"<x>","rstrip":true},{"id":2,"content":"  "\#(flags)}]"#)
            return try file.tokenizer().encode(NoteText("<x>  a  b")).ids
        }
        #expect(try ids("") == [1, 2, 0, 2, 0])
        #expect(try ids(#","lstrip":true"#) == [1, 0, 2, 0])
    }
}
