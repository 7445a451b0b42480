import ClinicalText
import Testing
import Tokenization

@Suite("Byte-pair encoding")
struct BytePairEncodingTests {
    private func model(_ more: String = "", merges: String = #""l o","lo w","e r""#) -> String {
        #"{"type":"BPE","vocab":{"l":0,"o":1,"w":2,"e":3,"r":4,"lo":5,"low":6,"er":7,"?":8},"merges":[\#(merges)]\#(more)}"#
    }

    private func ids(_ text: String, _ model: String) throws -> [Int32] {
        try TokenizerFile(model: model).tokenizer().encode(NoteText(text)).ids
    }

    @Test("merges in the order in which training did")
    func order() throws {
        #expect(try ids("lower", model()) == [6, 7])
        #expect(
            try ids("lower", model(merges: #"["o","w"],["l","o"]"#).replacing(#""lo":5"#, with: #""ow":5,"lo":9"#)) == [
                0, 5, 3, 4,
            ])
    }

    @Test("merges the leftmost of equals first")
    func leftmost() throws {
        let model = #"{"type":"BPE","vocab":{"a":0,"aa":1},"merges":["a a"]}"#
        #expect(try ids("aaa", model) == [1, 0])
        #expect(try ids(String(repeating: "a", count: 101), model) == Array(repeating: 1, count: 50) + [0])
    }

    @Test("leaves out a character it does not know, or puts the unknown piece for each, or for all")
    func unknown() throws {
        #expect(try ids("lxyo", model()) == [5])
        #expect(try ids("lxyo", model(#","unk_token":"?""#)) == [0, 8, 8, 1])
        #expect(try ids("lxyo", model(#","unk_token":"?","fuse_unk":true"#)) == [0, 8, 1])
    }

    @Test("spells an unknown character in bytes that are pieces")
    func byteFallback() throws {
        let model = #"{"type":"BPE","vocab":{"a":0,"<0xC3>":1,"<0xA9>":2},"merges":[],"byte_fallback":true}"#
        let encoding = try TokenizerFile(model: model).tokenizer().encode(NoteText("aé"))
        #expect(encoding.ids == [0, 1, 2])
        #expect(encoding.offsets == [TextSpan(0, 1), TextSpan(1, 2), TextSpan(1, 2)])
    }

    @Test("takes a word that is a piece whole where merges are ignored")
    func ignoresMerges() throws {
        #expect(try ids("low", model(#","ignore_merges":true"#, merges: "")) == [6])
        #expect(try ids("low", model(merges: "")) == [0, 1, 2])
    }

    @Test("ends words with a suffix and continues them with a prefix")
    func affixes() throws {
        let suffixed =
            #"{"type":"BPE","vocab":{"a":0,"b</w>":1,"ab</w>":2},"merges":["a b</w>"],"end_of_word_suffix":"</w>"}"#
        #expect(try ids("ab", suffixed) == [2])
        let prefixed =
            #"{"type":"BPE","vocab":{"a":0,"@@b":1,"ab":2},"merges":["a @@b"],"continuing_subword_prefix":"@@"}"#
        #expect(try ids("ab", prefixed) == [2])
    }

    @Test("says of a dropout that it is not used")
    func dropout() throws {
        let tokenizer = try TokenizerFile(model: model(#","dropout":0.1"#)).tokenizer()
        #expect(tokenizer.warnings.first?.contains("dropout") == true)
        #expect(tokenizer.encode(NoteText("low")).ids == [6])
    }

    @Test("has no mark for pieces inside a word")
    func noPrefix() throws { #expect(try TokenizerFile(model: model()).tokenizer().continuingPrefix == nil) }
}

@Suite("The unigram model")
struct UnigramTests {
    private func tokenizer(_ more: String = "", fallback: Bool = false) throws -> Tokenizer {
        let pieces = #"["<unk>",0],["a",-1],["b",-1],["c",-3],["ab",-1.5],["abc",-5]"# + more
        return try TokenizerFile(
            model: #"{"type":"Unigram","unk_id":0,"vocab":[\#(pieces)],"byte_fallback":\#(fallback)}"#
        ).tokenizer()
    }

    @Test("takes the pieces whose scores add up to most")
    func best() throws {
        // ab + c is -4.5, abc alone -5, a + b + c -5.
        #expect(try tokenizer().encode(NoteText("abc")).ids == [4, 3])
    }

    @Test("makes one unknown piece of unknown neighbours")
    func unknown() throws {
        let encoding = try tokenizer().encode(NoteText("axyb"))
        #expect(encoding.ids == [1, 0, 2])
        #expect(encoding.offsets == [TextSpan(0, 1), TextSpan(1, 3), TextSpan(3, 4)])
    }

    @Test("spells what it does not know in bytes, each of which stands for all of it")
    func byteFallback() throws {
        let encoding = try tokenizer(#",["<0x78>",-9],["<0x79>",-9]"#, fallback: true).encode(NoteText("axy"))
        #expect(encoding.ids == [1, 6, 7])
        #expect(encoding.offsets == [TextSpan(0, 1), TextSpan(1, 3), TextSpan(1, 3)])
    }

    @Test("has no mark for pieces inside a word, and an unknown piece")
    func exposes() throws {
        #expect(try tokenizer().continuingPrefix == nil)
        #expect(try tokenizer().unknownID == 0)
    }
}
