import ClinicalText
import Testing
import Tokenization

@Suite("WordPiece")
struct WordPieceTests {
    private func tokenizer(_ configuration: String = "{}") throws -> Tokenizer {
        let folder = try CheckpointFolder([
            "vocab.txt": CheckpointFolder.vocabulary, "tokenizer_config.json": configuration,
        ])
        return try Tokenizer(checkpoint: folder.path)
    }

    private func spans(_ encoding: Encoding) -> [TextSpan] {
        zip(encoding.offsets, encoding.special).filter { !$0.1 }.map(\.0)
    }

    @Test("divides a word into its longest pieces and puts special tokens around")
    func longestPieces() throws {
        let encoding = try tokenizer().encode(NoteText("No painful chest."))
        #expect(encoding.ids == [2, 7, 6, 8, 5, 9, 3])
        #expect(encoding.words == [nil, 0, 1, 1, 2, 3, nil])
        #expect(
            spans(encoding) == [TextSpan(0, 2), TextSpan(3, 7), TextSpan(7, 10), TextSpan(11, 16), TextSpan(16, 17)])
    }

    @Test("keeps offsets across CRLF, which is two code points")
    func carriageReturn() throws {
        #expect(spans(try tokenizer().encode(NoteText("no\r\npain"))) == [TextSpan(0, 2), TextSpan(4, 8)])
    }

    @Test("gives one unknown piece for a word with a remainder it cannot spell, over the whole word")
    func unknownRemainder() throws {
        let encoding = try tokenizer().encode(NoteText("painless"))
        #expect(encoding.ids == [2, 1, 3])
        #expect(spans(encoding) == [TextSpan(0, 8)])
    }

    @Test("takes a word of 100 characters and gives up on one of 101")
    func longestWord() throws {
        let folder = try CheckpointFolder([
            "vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##a"
        ])
        let tokenizer = try Tokenizer(checkpoint: folder.path)
        #expect(tokenizer.encode(NoteText(String(repeating: "a", count: 100))).count == 102)
        #expect(tokenizer.encode(NoteText(String(repeating: "a", count: 101))).ids == [2, 1, 3])
    }

    @Test("strips accents with the offsets of what it stripped them from")
    func accents() throws {
        #expect(spans(try tokenizer().encode(NoteText("Café"))) == [TextSpan(0, 4)])
        #expect(spans(try tokenizer().encode(NoteText("cafe\u{301} a"))) == [TextSpan(0, 4), TextSpan(6, 7)])
    }

    @Test("spans a character that it drops inside a word")
    func zeroWidthSpace() throws {
        let encoding = try tokenizer().encode(NoteText("a\u{200B}b"))
        #expect(encoding.ids == [2, 11, 3])
        #expect(spans(encoding) == [TextSpan(0, 3)])
    }

    @Test("makes each ideograph a word of its own")
    func ideographs() throws {
        #expect(spans(try tokenizer().encode(NoteText("a心a"))) == [TextSpan(0, 1), TextSpan(1, 2), TextSpan(2, 3)])
    }

    @Test("tells pieces apart that Swift's String takes for equal")
    func canonicallyEqualPieces() throws {
        let folder = try CheckpointFolder([
            "vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\u{E9}\ne\u{301}",
            "tokenizer_config.json": #"{"do_lower_case":false}"#,
        ])
        let tokenizer = try Tokenizer(checkpoint: folder.path)
        #expect(tokenizer.encode(NoteText("\u{E9}")).ids == [2, 5, 3])
        #expect(tokenizer.encode(NoteText("e\u{301}")).ids == [2, 6, 3])
    }

    @Test("finds special tokens in the text as written, not in lower case")
    func specialTokens() throws {
        #expect(try tokenizer().encode(NoteText("a[MASK]a")).ids == [2, 12, 4, 12, 3])
        #expect(try tokenizer().encode(NoteText("[mask]")).ids.contains(4) == false)
    }

    @Test("finds an added token in normalised text, with what it takes along")
    func addedTokens() throws {
        let folder = try CheckpointFolder([
            "vocab.txt": CheckpointFolder.vocabulary, "added_tokens.json": #"{"[Entity]": 15}"#,
        ])
        let tokenizer = try Tokenizer(checkpoint: folder.path)
        #expect(tokenizer.encode(NoteText("a [ENTITY] pain")).ids == [2, 12, 15, 6, 3])
    }

    @Test("does not lower-case when the checkpoint says so")
    func cased() throws {
        #expect(try tokenizer(#"{"do_lower_case":false}"#).encode(NoteText("No pain")).ids == [2, 1, 6, 3])
    }

    @Test("windows step by what they do not share and stop at the end")
    func windows() throws {
        let windows = try tokenizer().windows(NoteText("a a a a a a a a a"), maximum: 6, stride: 2)
        #expect(windows.map { $0.count - 2 } == [4, 4, 4, 3])
        #expect(windows[1].offsets[1] == TextSpan(4, 5))
    }

    @Test("refuses an overlap that leaves a window no step, and says which numbers would do")
    func impossibleWindows() throws {
        let tokenizer = try tokenizer()
        let error = #expect(throws: WindowError.self) { try tokenizer.windows(NoteText("a"), maximum: 6, stride: 4) }
        #expect(error?.description.contains("0 to 3") == true)
    }

    @Test(
        "shortens the longer of two texts first",
        arguments: [
            (2, 9, 6, 2, 4), (9, 2, 6, 4, 2), (9, 9, 7, 3, 4), (2, 2, 6, 2, 2), (9, 8, 7, 4, 3),
        ])
    func pairs(_ first: Int, _ second: Int, _ room: Int, _ keptFirst: Int, _ keptSecond: Int) throws {
        func text(_ count: Int) -> NoteText { NoteText(Array(repeating: "a", count: count).joined(separator: " ")) }
        let encoding = try tokenizer().encode(text(first), pair: text(second), truncatedTo: room + 3)
        #expect(encoding.types.filter { $0 == 0 }.count == keptFirst + 2)
        #expect(encoding.types.filter { $0 == 1 }.count == keptSecond + 1)
    }

    @Test("counts the share of words it cannot spell")
    func unknownShare() throws {
        #expect(try tokenizer().unknownShare(of: NoteText("no pain zzz qqq")) == 0.5)
        #expect(try tokenizer().unknownShare(of: NoteText(" ")) == 0)
    }
}
