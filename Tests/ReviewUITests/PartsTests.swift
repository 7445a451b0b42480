import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Parts, cuts and spans over one another")
struct PartsTests {
    private static let note = "Pain in ⟦S:left arm⟧ and hand, no ⟦S:swelling⟧ of 左腕."

    @Test("; on a span and ; on a word make it a part; the suggestion is accepted with it")
    func word() throws {
        var session = try #require(Session([Self.note]))
        session.press(";")
        #expect(session.status.contains("part of Sign_symptom “left arm”"))
        session.press("3l;")
        #expect(session.document.spans.map(\.content.fragments) == [[TextSpan(8, 16), TextSpan(21, 25)]])
        #expect(session.notice == "Sign_symptom “left arm … hand”")
        #expect(!session.status.contains("part of"))
        session.press("u")
        #expect(session.spans.isEmpty)
    }

    @Test("words selected, jumped to, or before the span can be the part")
    func selected() throws {
        var session = try #require(Session([Self.note]))
        session.press("S;0vl;")
        #expect(session.document.spans.first?.content.span == TextSpan(0, 16), "only a space between: one whole span")
        #expect(session.document.spans.first?.content.fragments == nil)
        session.press("u;3wvl;")
        #expect(session.document.spans.first?.content.fragments == [TextSpan(8, 16), TextSpan(21, 26)])
    }

    @Test("Esc, another note and what cannot be leave the span as it is, with a word why")
    func slips() throws {
        var session = try #require(Session([Self.note, "Other."]))
        session.press("0;")
        #expect(session.notice == "no span here to add a part to")
        session.press("n;<Esc>")
        #expect(session.model.joining == nil && session.model.context == .note)
        session.press(";l;")
        #expect(session.notice == "the span has these words already")
        #expect(session.model.joining != nil && session.events.isEmpty)
        session.press("onote-2<Enter>")
        #expect(session.model.joining == nil)
        session.press("onote-1<Enter>")
        session.press("x0ww;")
        #expect(session.notice == "rejected; a accepts it first")
        session.press("<Esc>")
        var selecting = try #require(Session([Self.note]))
        selecting.press("v;")
        #expect(selecting.notice.hasPrefix("first the span that gets a part"))
    }

    @Test("| cuts before the cursor; both halves are corrected, and u makes them one again")
    func cut() throws {
        var session = try #require(Session([Self.note]))
        session.press("|")
        #expect(session.notice == "the cut is before the cursor: put it on a later word of the span")
        session.press("l|")
        #expect(session.spans == ["Sign_symptom:left", "Sign_symptom:arm"])
        #expect(session.document.spans.map(\.source) == [.corrected, .corrected])
        #expect(session.notice == "cut in two; here Sign_symptom “arm”")
        session.press("d")
        #expect(session.spans == ["Sign_symptom:left"])
        session.press("uu")
        #expect(session.spans.isEmpty)
        var cjk = try #require(Session(["患者⟦S:腹痛发热⟧。"]))
        cjk.press("2l|")
        #expect(cjk.spans == ["Sign_symptom:腹痛", "Sign_symptom:发热"])
    }

    private static let nested = "⟦D:Acute ⟦S:chest ⟦B:wall⟧ pain⟧ syndrome⟧ and ⟦M:a⟧⟦O:b⟧."

    @Test("s goes through the spans under the cursor, the shortest first, and the span line counts them")
    func cycling() throws {
        var session = try #require(Session([Self.nested.replacing("⟦B:", with: "⟦M:")]))
        session.press("0ll")
        var seen: [String] = []
        for _ in 0..<4 {
            seen.append(session.model.focusedMark?.content.text ?? "")
            session.press("s")
        }
        #expect(seen == ["wall", "chest wall pain", "Acute chest wall pain syndrome", "wall"])
        #expect(session.rows[21].contains("2 of 3 here: s"))
        session.press("a")
        #expect(session.spans == ["Sign_symptom:chest wall pain"])
    }

    @Test("without colours, too, each of several spans over one another has a style of its own")
    func styles() throws {
        var session = try #require(Session(["⟦D:Acute ⟦S:chest⟧ pain⟧ today"]))
        func style(_ column: Int) -> Style {
            var style = session.frame[1, column].style
            style.foreground = nil
            style.background = style.background == nil ? nil : .black
            return style
        }
        session.press("$")
        let undecided = [style(1), style(7), style(13), style(18)]
        #expect(undecided[0] == undecided[2] && undecided[0] != undecided[1] && undecided[3] == Style(reverse: true))
        session.press("+$")
        let decided = [style(1), style(7), style(13)]
        #expect(decided[0] == decided[2] && decided[0] != decided[1] && decided[0] != undecided[0])
    }

    @Test("frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        let size = ScreenSize(columns: columns, rows: rows)
        var session = try #require(Session([Self.note + "\n" + Self.nested.replacing("⟦B:", with: "⟦M:")], size: size))
        session.press(";3l;n;$bv;")
        session.press("jb2w")
        try FrameSnapshot.check(session.frame, "parts-\(columns)x\(rows)")
    }
}
