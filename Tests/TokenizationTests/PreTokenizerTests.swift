import ClinicalText
import Testing
import Tokenization

@Suite("A pre-tokenizer")
struct PreTokenizerTests {
    private static func split(_ pattern: String, _ behavior: String, invert: Bool = false) -> String {
        #"{"type":"Split","pattern":\#(pattern),"behavior":"\#(behavior)","invert":\#(invert)}"#
    }

    private static let words = #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":true}"#

    @Test(
        "divides a text as its type says",
        arguments: [
            (#"{"type":"BertPreTokenizer"}"#, "37°C, x-ray", ["37°C", ",", "x", "-", "ray"]),
            (#"{"type":"Whitespace"}"#, "a_1 -- b\u{301}.", ["a_1", "--", "b\u{301}", "."]),
            (#"{"type":"WhitespaceSplit"}"#, "a\u{A0}b, c", ["a", "b,", "c"]),
            (#"{"type":"Punctuation","behavior":"Isolated"}"#, "a,b", ["a", ",", "b"]),
            (#"{"type":"Punctuation","behavior":"MergedWithPrevious"}"#, "a,,b", ["a,", ",", "b"]),
            (#"{"type":"Digits","individual_digits":true}"#, "a12", ["a", "1", "2"]),
            (#"{"type":"Digits","individual_digits":false}"#, "a12b", ["a", "12", "b"]),
            (#"{"type":"CharDelimiterSplit","delimiter":"|"}"#, "a|b||c", ["a", "b", "c"]),
            (words, "It's  at 37.5\n\nx", ["It", "'s", " ", " at", " 37", ".", "5", "\n", "\n", "x"]),
            (words, "a \u{A0}b", ["a", " ", "\u{A0}", "b"]),
            (
                #"{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}"#,
                "a1 b", ["a", "1", "b"]
            ),
        ])
    func types(_ json: String, _ text: String, _ expected: [String]) throws {
        #expect(try TokenizerFile.words(text, json) == expected)
    }

    @Test(
        "does with the matches of a pattern what its behavior says",
        arguments: [
            ("Removed", false, ["a", "b", "c"]), ("Isolated", false, ["a", "-", "b", "-", "-", "c"]),
            ("MergedWithPrevious", false, ["a-", "b-", "-", "c"]),
            ("MergedWithNext", false, ["a", "-b", "-", "-c"]), ("Contiguous", false, ["a", "-", "b", "--", "c"]),
            ("Removed", true, ["-", "-", "-"]),
        ])
    func behaviors(_ behavior: String, _ invert: Bool, _ expected: [String]) throws {
        let json = Self.split(#"{"String":"-"}"#, behavior, invert: invert)
        #expect(try TokenizerFile.words("a-b--c", json) == expected)
    }

    @Test(
        "understands the patterns that checkpoints have",
        arguments: [
            (#"\\p{N}{1,3}"#, "x12345", ["x", "123", "45"]),
            (#"(?i:'s|'t|'re)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\s+(?!\\S)|\\s+"#, "It'S  me", ["It", "'S", " ", " me"]),
            (#"\\s*[\\r\\n]+|\\s+"#, "a \n b", ["a", " \n", " ", "b"]),
            (#"\\w+"#, "a½-", ["a½", "-"]), (#"[\\w]+"#, "a½-", ["a", "½-"]),
            (#"a+?b"#, "aab", ["aab"]), (#"[a-c]++d?"#, "abcde", ["abcd", "e"]),
        ])
    func patterns(_ pattern: String, _ text: String, _ expected: [String]) throws {
        #expect(try TokenizerFile.words(text, Self.split(#"{"Regex":"\#(pattern)"}"#, "Isolated")) == expected)
    }

    @Test("scans GPT-2's words as its pattern finds them")
    func wordScanner() throws {
        let pattern =
            #"(?:'s|'t|'re|'ve|'m|'ll|'d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"#
        let general = Self.split(#"{"Regex":"\#(pattern)"}"#, "Isolated")
        let scanner = try TokenizerFile(preTokenizer: Self.words).tokenizer()
        let engine = try TokenizerFile(preTokenizer: general).tokenizer()
        var random = SeededRandom(5)
        let alphabet = Array("ab'streldvm 12.,\n\r\t\u{A0}\u{2003}é心٣½\u{301}😀’")
        for _ in 0..<2000 {
            let length = Int.random(in: 1...24, using: &random)
            let text = String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            #expect(TokenizerFile.words(text, scanner) == TokenizerFile.words(text, engine), "\(text.debugDescription)")
        }
    }

    @Test(
        "puts Metaspace's mark where its scheme says",
        arguments: [
            ("always", "a b", [TextSpan(0, 1), TextSpan(1, 3)]), ("never", " a", [TextSpan(0, 2)]),
            ("first", "a  b", [TextSpan(0, 1), TextSpan(1, 2), TextSpan(2, 4)]),
        ])
    func metaspace(_ scheme: String, _ text: String, _ expected: [TextSpan]) throws {
        let json = #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"\#(scheme)","split":true}"#
        let encoding = try TokenizerFile(preTokenizer: json).tokenizer().encode(NoteText(text))
        #expect(encoding.offsets == expected)
    }

    @Test("reads Metaspace's older field")
    func oldMetaspace() throws {
        let json = #"{"type":"Metaspace","replacement":"▁","add_prefix_space":true,"str_rep":"▁"}"#
        let tokenizer = try TokenizerFile(model: TokenizerFile.characters("▁ab"), preTokenizer: json).tokenizer()
        #expect(tokenizer.encode(NoteText("ab")).ids.map { tokenizer.piece(Int($0)) } == ["▁", "a", "b"])
    }
}

/// The same numbers for the same seed: SplitMix64 (Steele, Lea and Flood 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
