import ClinicalText
import Testing

@Suite("Word tokens and sentences") struct WordTokenTests {
    private func words(_ string: String) -> [String] {
        let text = NoteText(string)
        return WordToken.tokens(of: text).map { text[$0.span] }
    }

    @Test(
        "are runs of letters or digits, and single marks",
        arguments: [
            ("BP 148/86, 37.9 °C", ["BP", "148", "/", "86", ",", "37", ".", "9", "°", "C"]),
            ("a\r\n\t b", ["a", "b"]), ("46M", ["46M"]), ("", []), (" \n", []), ("??", ["?", "?"]),
            ("naïve", ["naïve"]),
        ])
    func plain(text: String, tokens: [String]) { #expect(words(text) == tokens) }

    @Test("are single ideographs in Chinese, with Latin words and digits between them whole")
    func chinese() { #expect(words("予阿司匹林100mg口服。") == ["予", "阿", "司", "匹", "林", "100mg", "口", "服", "。"]) }

    @Test(
        "are what a person sees as one sign",
        arguments: [
            ("Rene\u{301} x", ["Rene\u{301}", "x"]), ("a👨‍👩‍👧‍👦b", ["a", "👨‍👩‍👧‍👦", "b"]), ("👍🏽👍", ["👍🏽", "👍"]),
            ("🇳🇿🇳🇿 🇳", ["🇳🇿", "🇳🇿", "🇳"]), ("🇳 🇿", ["🇳", "🇿"]), ("✔️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿.", ["✔️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "."]), ("🤷🏽‍♀️", ["🤷🏽‍♀️"]),
        ])
    func signs(text: String, tokens: [String]) { #expect(words(text) == tokens) }

    @Test("of a part of the note keep their places in the whole")
    func part() {
        let text = NoteText("Denies chest pain.")
        let tokens = WordToken.tokens(of: text, in: TextSpan(7, 18))
        #expect(tokens.map(\.span) == [TextSpan(7, 12), TextSpan(13, 17), TextSpan(17, 18)])
        #expect(tokens.map(\.isWord) == [true, true, false])
    }

    @Test("a control character is between tokens, a no-break and a zero-width space too")
    func invisible() { #expect(words("a\u{1B}[0m\u{A0}b\u{200B}c") == ["a", "[", "0m", "b", "c"]) }

    private func sentences(_ string: String) -> [String] {
        let text = NoteText(string)
        return Sentence.spans(of: text).map { text[$0] }
    }

    @Test("sentences end at full stops, blank lines, and lines that start anew")
    func sentenceEnds() {
        #expect(sentences("No pain. BP normal.\nPlan: rest") == ["No pain.", "BP normal.", "Plan: rest"])
        #expect(sentences("pain in the\nright arm. Seen by Dr. A. Smith.").first == "pain in the\nright arm.")
        #expect(sentences("Temp 37.9 today") == ["Temp 37.9 today"])
        #expect(sentences("one\r\n\r\ntwo") == ["one", "two"])
        #expect(sentences("发热。咳嗽。") == ["发热。", "咳嗽。"])
        #expect(sentences(" \n ").isEmpty)
    }
}
