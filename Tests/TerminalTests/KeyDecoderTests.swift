import Screen
import Terminal
import Testing

@Suite("KeyDecoder")
struct KeyDecoderTests {
    private func raw(_ text: String) -> [RawKey] { text.utf8.map(RawKey.byte) }

    private func decode(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.decode(raw(text))
    }

    @Test("reads letters, capitals and composed characters as they arrive")
    func characters() {
        #expect(decode("aA é中👍") == ["a", "A", " ", "é", "中", "👍"].map(Key.character))
    }

    @Test(
        "reads control characters",
        arguments: [
            (0x0D, Key.enter), (0x0A, .enter), (0x09, .tab), (0x7F, .backspace), (0x08, .backspace), (0x1B, .escape),
            (0x03, .control("c")), (0x12, .control("r")), (0x01, .control("a")), (0x1A, .control("z")),
            (0x00, .control(" ")), (0x1C, .control("\\")), (0x1F, .control("_")),
        ] as [(UInt8, Key)])
    func controls(byte: UInt8, key: Key) {
        var decoder = KeyDecoder()
        #expect(decoder.decode([.byte(byte)]) == [key])
    }

    @Test(
        "reads sequences that the terminal's description lacks",
        arguments: [
            ("[A", Key.up), ("OB", .down), ("[C", .right), ("OD", .left), ("[1~", .home), ("OF", .end),
            ("[3~", .delete), ("[5~", .pageUp), ("[6~", .pageDown), ("[Z", .backTab), ("OP", .function(1)),
            ("[15~", .function(5)), ("[24~", .function(12)),
        ])
    func sequences(afterEscape: String, key: Key) {
        #expect(decode("\u{1B}" + afterEscape + "a") == [key, .character("a")])
    }

    @Test(
        "swallows sequences that nobody knows, so that their letters are no commands",
        arguments: ["[1;5C", "[I", "[O", "[?1;2c"])
    func unknownSequences(afterEscape: String) {
        #expect(decode("\u{1B}" + afterEscape) == [])
        #expect(decode("\u{1B}" + afterEscape + "a") == [.character("a")])
    }

    @Test("swallows a sequence that was cut short")
    func cutShort() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(raw("\u{1B}[1;2")) == [])
        #expect(decoder.decode(raw("a")) == [.character("a")])
    }

    @Test("takes Escape and what was typed after it as keys of their own")
    func escapeThenKey() {
        #expect(decode("\u{1B}x") == [.escape, .character("x")])
        #expect(decode("\u{1B}\u{1B}") == [.escape, .escape])
        #expect(decode("\u{1B}[") == [.escape, .character("[")])
        #expect(decode("\u{1B}O") == [.escape, .character("O")])
        #expect(decode("\u{1B}On") == [.escape, .character("O"), .character("n")])
        var decoder = KeyDecoder()
        #expect(decoder.decode(raw("\u{1B}")) == [.escape])
        #expect(decoder.decode(raw("[")) == [.character("[")])
    }

    @Test("keeps the order of what curses read and what it did not")
    func mixed() {
        var decoder = KeyDecoder()
        let batch = raw("a\u{1B}") + [.key(.up), .ignored, .key(.function(3))] + raw("b")
        #expect(decoder.decode(batch) == [.character("a"), .escape, .up, .function(3), .character("b")])
    }

    @Test("waits for the rest of a character whose bytes came apart")
    func splitCharacter() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([.byte(0xE4)]) == [])
        #expect(decoder.decode([.byte(0xB8)]) == [])
        #expect(decoder.decode([.byte(0xAD)]) == [.character("中")])
    }

    @Test(
        "drops malformed bytes and nothing else",
        arguments: [
            [0xFF], [0x80], [0xC0, 0xAF], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC2, 0x85],
            [0xF4, 0xBF, 0xBF, 0xBF],
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) {
        var decoder = KeyDecoder()
        #expect(decoder.decode(bytes.map(RawKey.byte) + raw("ab")) == [.character("a"), .character("b")])
    }

    @Test("gives a paste as one text, its line ends as newlines and its controls left out")
    func paste() {
        var decoder = KeyDecoder()
        let batch = [.pasteBegin] + raw("one\rtwo\r\nthree\n\tfour\u{1B}[A\u{07}") + [.key(.up), .pasteEnd] + raw("q")
        #expect(decoder.decode(batch) == [.paste("one\ntwo\nthree\n\tfour[A"), .character("q")])
    }

    @Test("goes on with a paste in the next batch")
    func pasteInParts() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([.pasteBegin] + raw("no fe")) == [])
        #expect(decoder.decode(raw("ver") + [.pasteEnd]) == [.paste("no fever")])
    }

    @Test("leaves a paste whose end was lost by Ctrl-C")
    func lostEnd() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([.pasteBegin] + raw("text\u{03}n")) == [.control("c"), .character("n")])
    }

    @Test("cuts a paste that is too long")
    func longPaste() {
        var decoder = KeyDecoder()
        let text = String(repeating: "x", count: KeyDecoder.pasteLimit + 1000)
        let keys = decoder.decode([.pasteBegin] + raw(text) + [.pasteEnd])
        #expect(keys == [.paste(String(text.prefix(KeyDecoder.pasteLimit)))])
    }
}
