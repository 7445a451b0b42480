import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Languages")
struct LanguageTests {
    private struct Case: Sendable {
        let name: String
        let note: String
        /// The label, the words, and their code points.
        let spans: [(label: String, words: String, start: Int, end: Int)]
    }

    private static let cases = [
        Case(
            name: "CJK",
            note: "主诉：⟦S:腹痛⟧3天，服用⟦M:aspirin⟧，诊断⟦D:胃癌⟧。\n日本語：⟦S:めまい⟧。한국어: ⟦S:두통⟧.",
            spans: [
                ("S", "腹痛", 3, 5), ("M", "aspirin", 10, 17), ("D", "胃癌", 20, 22), ("S", "めまい", 28, 31),
                ("S", "두통", 37, 39),
            ]),
        Case(
            name: "combining",
            note: "nai\u{308}ve ⟦S:fie\u{300}vre⟧ and ⟦D:Me\u{301}nie\u{300}re⟧; हिन्दी ⟦S:ज्वर⟧, ไทย ⟦S:ไข้⟧.",
            spans: [
                ("S", "fie\u{300}vre", 7, 14), ("D", "Me\u{301}nie\u{300}re", 19, 28), ("S", "ज्वर", 37, 41),
                ("S", "ไข้", 47, 50),
            ]
        ),
        Case(
            name: "emoji",
            note:
                "👩\u{200D}👩\u{200D}👧 ⟦S:🤮⟧ 👍🏽 ⟦S:🤷🏽\u{200D}♀\u{FE0F}⟧ 🇳🇿🇫🇷 ⟦S:pain⟧ 1\u{FE0F}\u{20E3} ❤\u{FE0F} ⟦M:aspirin⟧",
            spans: [
                ("S", "🤮", 6, 7), ("S", "🤷🏽\u{200D}♀\u{FE0F}", 11, 16), ("S", "pain", 22, 26), ("M", "aspirin", 34, 41),
            ]),
        Case(
            name: "right-to-left",
            note: "עברית: ⟦S:כאב⟧ בחזה, ⟦M:אספירין⟧ 81 mg.\nالعربية: ⟦S:حُمّى⟧ منذ 3 أيام.\nEnglish ⟦S:pain⟧.",
            spans: [("S", "כאב", 7, 10), ("M", "אספירין", 17, 24), ("S", "حُمّى", 41, 46), ("S", "pain", 67, 71)]),
    ]

    @Test("offsets are exact, whatever is accepted", arguments: cases.indices)
    func offsets(index: Int) throws {
        let language = Self.cases[index]
        var session = try #require(Session([language.note]))
        session.press(String(repeating: "a", count: language.spans.count))
        let text = session.document.text
        let found = session.document.spans.map(\.content)
        #expect(found.map(\.text) == language.spans.map(\.words))
        #expect(found.map(\.span.start.value) == language.spans.map(\.start), "\(language.name)")
        #expect(found.map(\.span.end.value) == language.spans.map(\.end), "\(language.name)")
        for content in found { #expect(text[content.span] == content.text) }
    }

    @Test("every character can be clicked, and is the one that is labelled", arguments: cases.indices)
    func clicks(index: Int) throws {
        let (text, _) = Session.read(Self.cases[index].note)
        var session = try #require(Session([text]))
        session.press("c")
        let layout = NoteLayout(NoteText(text), width: 69)
        for row in 0..<layout.rowCount {
            for glyph in layout.glyphs(inRow: row) where glyph.kind == .ink {
                session.mouse(.press, CellPosition(row: 1 + row, column: 1 + glyph.column))
                #expect(session.model.cursorSpan == glyph.span, "\(glyph.text)")
                for cell in 1..<max(1, glyph.width) where glyph.width > 1 {
                    session.mouse(.press, CellPosition(row: 1 + row, column: 1 + glyph.column + cell))
                    #expect(session.model.cursorSpan == glyph.span, "cell \(cell) of \(glyph.text)")
                }
            }
        }
    }

    @Test("words are selected by drag and labelled with exact offsets", arguments: cases.indices)
    func drags(index: Int) throws {
        let language = Self.cases[index]
        let (text, _) = Session.read(language.note)
        let layout = NoteLayout(NoteText(text), width: 69)
        for span in language.spans {
            var session = try #require(Session([text]))
            func cell(_ offset: Int) -> CellPosition {
                let place = layout.position(of: ScalarOffset(offset))
                return CellPosition(row: 1 + place.row, column: 1 + place.column)
            }
            session.mouse(.press, cell(span.start))
            session.mouse(.drag, cell(span.end - 1))
            session.mouse(.release, cell(span.end - 1))
            session.press("D")
            let made = try #require(session.document.spans.first?.content)
            #expect(made.text == span.words && made.span == TextSpan(span.start, span.end), "\(made)")
        }
    }

    @Test("rows with right-to-left text are marked, others are not, and the words are said to be")
    func direction() throws {
        var session = try #require(Session([Self.cases[3].note]))
        let marked = session.rows.dropFirst().prefix(3).map { $0.first }
        #expect(marked == ["◂", "◂", " "], "\(session.screen)")
        #expect(session.rows[21].contains("right to left"))
        session.press("nnn")
        #expect(session.word == "pain" && !session.rows[21].contains("right to left"))
    }

    @Test("right-to-left text is in logical order: the first letter is the leftmost")
    func logicalOrder() throws {
        let session = try #require(Session(["כאב"]))
        #expect((1...3).map { session.frame[1, $0].text } == ["כ", "א", "ב"])
    }

    @Test("the frames", arguments: cases.indices)
    func frames(index: Int) throws {
        let language = Self.cases[index]
        for (columns, rows) in [(80, 24), (120, 40)] {
            var session = try #require(Session([language.note], size: ScreenSize(columns: columns, rows: rows)))
            session.press("a")
            try FrameSnapshot.check(session.frame, "language-\(language.name)-\(columns)x\(rows)")
        }
    }
}
