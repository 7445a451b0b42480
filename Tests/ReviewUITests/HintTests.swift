import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Jumping by hints")
struct HintTests {
    private static let note = "Denies chest pain; on aspirin 75 mg."

    /// The letters that are drawn on a word.
    private func letters(on word: String, in session: Session) throws -> String {
        guard case .hints(let jump) = session.model.context else { return "" }
        let text = session.document.text
        let hint = try #require(
            jump.hints.first { hint in
                text[TextSpan(hint.offset.value, min(text.scalarCount, hint.offset.value + word.count))] == word
            })
        return "\(hint.first)\(hint.second)"
    }

    @Test("f and two letters go to the word that they are drawn on", arguments: ["Denies", "pain", ";", "75", "."])
    func jump(word: String) throws {
        var session = try #require(Session([Self.note]))
        session.press("f")
        session.press(try letters(on: word, in: session))
        #expect(session.word == word)
        #expect(session.model.context == .note && session.effects.isEmpty)
    }

    @Test("the letters stand on the words; after the first one only the second are left")
    func drawing() throws {
        var session = try #require(Session([Self.note]))
        session.press("f")
        #expect(session.rows[1].hasPrefix(" aanies asest adinafag ahpirin aj akal"))
        #expect(session.status.hasPrefix(" jump: type the two letters"))
        session.press("a")
        #expect(session.rows[1].hasPrefix(" aenies shest dainf gn"))
        #expect(session.status.hasPrefix(" jump: a…  type"))
    }

    @Test("in a selection a jump ends the selection there")
    func selecting() throws {
        var session = try #require(Session([Self.note]))
        session.press("vf")
        session.press(try letters(on: "pain", in: session))
        #expect(session.selected == "Denies chest pain")
        session.press("S")
        #expect(session.spans == ["Sign_symptom:Denies chest pain"])
    }

    @Test("letters that lead nowhere are refused, Backspace takes the first back, Esc stays")
    func slips() throws {
        var session = try #require(Session([Self.note]))
        session.press("fq")
        #expect(session.notice == "no hint begins with q; Esc stays here")
        session.press("am")
        #expect(session.notice == "no hint is am; Esc stays here")
        session.press("<BS>as")
        #expect(session.word == "chest")
        session.press("fa<Esc>")
        #expect(session.word == "chest" && session.model.context == .note)
        session.press("fAD")
        #expect(session.word == "pain", "Caps Lock does not matter here")
        session.press("f7")
        #expect(session.model.context != .note)
    }

    @Test("ideographs have a hint each, drawn into their two cells; a note without words has none")
    func otherScripts() throws {
        var session = try #require(Session(["腹痛 3天。"]))
        session.press("f")
        #expect(session.rows[1].hasPrefix(" aaas aafag"))
        session.press("as")
        #expect(session.word == "痛")
        var empty = try #require(Session(["  \n"]))
        empty.press("f")
        #expect(empty.notice == "there are no words in this note")
    }

    @Test("more words than pairs of letters: punctuation goes without, then what is far from the cursor")
    func tooMany() throws {
        let words = (0..<1_200).map { "w\($0)," }.joined(separator: " ")
        var session = try #require(Session([words], size: ScreenSize(columns: 200, rows: 60)))
        session.press("f")
        guard case .hints(let jump) = session.model.context else { throw Missing() }
        #expect(jump.hints.count == 676)
        #expect(Set(jump.hints.map { "\($0.first)\($0.second)" }).count == 676)
        #expect(jump.hints.allSatisfy { session.document.text.scalar(at: $0.offset) == "w" })
        var last = try #require(Session([words], size: ScreenSize(columns: 200, rows: 60)))
        last.press("<PgDn><PgDn>f")
        guard case .hints(let after) = last.model.context else { throw Missing() }
        #expect(after.hints.count == 676 && after.hints.contains { $0.offset == last.model.cursor })
    }

    @Test("frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        var session = try #require(
            Session(
                ["⟦S:Chest pain⟧, 2.5 mg ⟦M:bisoprolol⟧; 腹痛 3天。\n\nNo ⟦S:fever⟧."],
                size: ScreenSize(columns: columns, rows: rows)))
        session.press("f")
        try FrameSnapshot.check(session.frame, "hints-\(columns)x\(rows)")
    }

    private struct Missing: Error {}
}
