import ClinicalText
import Testing
import Tokenization

@Suite("A normaliser")
struct NormalizerTests {
    @Test(
        "changes a text as its type says",
        arguments: [
            (#"{"type":"NFC"}"#, "cafe\u{301}", "caf\u{E9}"),
            (#"{"type":"NFD"}"#, "caf\u{E9}", "cafe\u{301}"),
            (#"{"type":"NFKC"}"#, "ﬁ ２ ㎏", "fi 2 kg"),
            (#"{"type":"NFKD"}"#, "ﬁ é", "fi e\u{301}"),
            (#"{"type":"NFC"}"#, "\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
            (#"{"type":"Lowercase"}"#, "ÀΣ İ", "àσ i\u{307}"),
            (#"{"type":"StripAccents"}"#, "e\u{301}a\u{308}", "ea"),
            (#"{"type":"Strip","strip_left":true,"strip_right":true}"#, "\u{A0} a b \n", "a b"),
            (#"{"type":"Strip","strip_left":false,"strip_right":true}"#, " a ", " a"),
            (#"{"type":"Replace","pattern":{"String":"''"},"content":"\""}"#, "''a''", "\"a\""),
            (#"{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"_"}"#, "a   b c", "a_b c"),
            (#"{"type":"Replace","pattern":{"Regex":"\\s{2,}|[\\n\\r\\t]"},"content":" "}"#, "a\r\nb\tc", "a b c"),
            (#"{"type":"Prepend","prepend":"▁"}"#, "a", "▁a"),
            (#"{"type":"Nmt"}"#, "a\u{1}\u{200B}b", "a b"),
            (#"{"type":"ByteLevel"}"#, " é", "ĠÃ©"),
            (
                #"{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}"#,
                "É", "e"
            ),
        ])
    func types(_ json: String, _ text: String, _ expected: String) throws {
        let normalized = try TokenizerFile.normalized(text, json, alphabet: expected)
        #expect(normalized.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test("keeps the offsets of what a replacement stands for: the last character replaced")
    func replacedOffsets() throws {
        let tokenizer = try TokenizerFile(
            model: TokenizerFile.characters("ab_"),
            normalizer: #"{"type":"Replace","pattern":{"Regex":" +"},"content":"_"}"#
        ).tokenizer()
        #expect(tokenizer.encode(NoteText("a  b")).offsets == [TextSpan(0, 1), TextSpan(2, 3), TextSpan(3, 4)])
    }

    @Test("gives both parts of a ligature the offsets of the whole")
    func ligature() throws {
        let tokenizer = try TokenizerFile(
            model: TokenizerFile.characters("fi"), normalizer: #"{"type":"NFKC"}"#
        ).tokenizer()
        #expect(tokenizer.encode(NoteText("ﬁ")).offsets == [TextSpan(0, 1), TextSpan(0, 1)])
    }

    @Test("reads SentencePiece's character map")
    func characterMap() throws {
        // Two units: the root, whose children are at 'a' ^ offset … a map that knows one string, "A", as "a".
        let tokenizer = try TokenizerFile(
            model: TokenizerFile.characters("ab"),
            normalizer: #"{"type":"Precompiled","precompiled_charsmap":"\#(Self.upperToLowerA)"}"#
        ).tokenizer()
        let encoding = tokenizer.encode(NoteText("AbA"))
        #expect(encoding.ids == [1, 2, 1])
        #expect(encoding.offsets == [TextSpan(0, 1), TextSpan(1, 2), TextSpan(2, 3)])
    }

    /// Base 64 of a map with 260 units: unit 0 has offset 1 (1 << 10), so that 'A' (0x41) leads to unit 0x40, which has a
    /// leaf (1 << 8), the label 0x41 and the offset 2, so that its value is unit 0x42: 0, the first normal form, "a".
    private static let upperToLowerA: String = {
        var units = [UInt32](repeating: 0, count: 260)
        units[0] = 1 << 10
        units[0x40] = 2 << 10 | 1 << 8 | 0x41
        units[0x42] = 1 << 31
        var bytes: [UInt8] = []
        for unit in [UInt32(units.count * 4)] + units {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: unit >> (8 * $0)) }
        }
        return CheckpointFolder.base64(bytes + Array("a\0".utf8))
    }()
}
