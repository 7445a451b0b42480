import Annotation
import ReviewUI
import Screen
import Testing

@Suite("Sections")
struct SectionTests {
    private static let note = """
        DISCHARGE SUMMARY
        For kim.

        PMH: ⟦D:asthma⟧
        and ⟦D:eczema⟧, treated

        PLAN
        Stop ⟦M:aspirin⟧.
        Home.
        """

    private func open(_ columns: Int = 80, _ rows: Int = 24) throws -> Session {
        try #require(Session([Self.note], size: ScreenSize(columns: columns, rows: rows)))
    }

    @Test("> and < go through the headers and say which it is")
    func jumps() throws {
        var session = try open()
        session.press(">")
        #expect(session.word == "PLAN" && session.notice == "section 3 of 3: PLAN")
        session.press(">")
        #expect(session.word == "PLAN" && session.notice == "no further section")
        session.press("2<")
        #expect(session.word == "DISCHARGE")
        session.press("<lt>")
        #expect(session.notice == "no section before this one")
    }

    @Test("z folds to the header, says what is hidden, and opens again")
    func fold() throws {
        var session = try open()
        session.press("z")
        #expect(
            session.word == "asthma" && session.notice.hasPrefix("PMH is folded"), "what is still shown is not left")
        let row = try #require(session.rows.firstIndex { $0.contains("PMH:") })
        #expect(session.rows[row + 1].hasPrefix("   ▸ 2 rows, 1 span, 1 undecided"), "\(session.rows[row + 1])")
        #expect(session.rows[row + 2].contains("PLAN"))
        #expect(!session.screen.contains("treated"))
        session.press("z")
        #expect(session.screen.contains("treated") && session.notice == "PMH is open")
    }

    @Test(
        "targets, search hits and undo inside a fold open it",
        arguments: [("az", "n"), ("az", "/treated<Enter>"), ("aa2<lt>z", "u")])
    func unfolds(before: String, keys: String) throws {
        var session = try open()
        session.press(before)
        #expect(!session.screen.contains("treated"))
        session.press(keys)
        #expect(session.screen.contains("treated"), "\(session.screen)")
        #expect(session.document.text.holds(session.model.cursorSpan ?? .init(0, 0)))
    }

    @Test("a motion of a token goes into a fold and opens it; one of a row passes it")
    func motions() throws {
        var session = try open()
        session.press("zj")
        #expect(session.word == "PLAN")
        session.press("h")
        #expect(session.word == "treated" && session.screen.contains("treated"))
    }

    @Test("a click on the row of a fold opens it")
    func click() throws {
        var session = try open()
        session.press("z")
        let row = try #require(session.rows.firstIndex { $0.contains("▸ 2 rows") })
        session.mouse(.press, CellPosition(row: row, column: 6))
        #expect(session.word == "and" && session.screen.contains("treated"))
    }

    @Test("- folds everything and opens everything; + leaves what is folded alone")
    func all() throws {
        var session = try open()
        session.press("-")
        #expect(session.notice.hasPrefix("3 sections are folded"))
        #expect(session.rows.filter { $0.contains(" ▸ ") }.count == 3)
        session.press("+")
        #expect(session.spans == ["Disease_disorder:asthma"], "the one on the header's own row")
        #expect(session.notice.hasPrefix("accepted 1; 2 in folded sections are left"))
        session.press("+")
        #expect(session.notice == "no undecided suggestion is visible")
        session.press("<Enter>")
        #expect(session.status.contains("2 undecided (2 folded)"))
        session.press("<Esc>-+")
        #expect(session.spans.count == 3)
    }

    @Test("folding keeps its row where it is on the screen, and resizing keeps the folds")
    func still() throws {
        let rows = (1...12).map { "Row \($0).\n" }.joined()
        let note = rows + Self.note + "\n\nFOLLOW-UP\n" + rows
        var session = try #require(Session([note], size: ScreenSize(columns: 60, rows: 10)))
        session.press(">")
        let before = try #require(session.frame.cursor)
        session.press("z")
        #expect(session.frame.cursor == before)
        session.send(.resized(ScreenSize(columns: 120, rows: 40)))
        #expect(session.screen.contains("▸ 3 rows, 1 span"))
    }

    @Test("a section of one row below its header is not folded: what would stand for it is as long")
    func short() throws {
        var session = try #require(Session(["PMH: none\nPLAN\nHome."]))
        session.press(">z")
        #expect(session.notice == "PLAN is too short to fold" && session.screen.contains("Home."))
        session.press("-")
        #expect(session.notice == "every section here is too short to fold")
    }

    @Test("a note without headers says so, and another note has no folds")
    func none() throws {
        var session = try #require(Session(["Just words.", Self.note]))
        for key in ["z", "-", ">", "<lt>"] {
            session.press(key)
            #expect(session.model.notice?.isRefusal == true)
        }
        session.press("o<Down><Enter>-o<Up><Enter>o<Down><Enter>")
        #expect(!session.screen.contains("▸"))
    }

    @Test("the frame of a note with folded sections", arguments: [(80, 24), (120, 40)])
    func frame(columns: Int, rows: Int) throws {
        var session = try open(columns, rows)
        session.press("az<lt>z")
        try FrameSnapshot.check(session.frame, "folded-\(columns)x\(rows)")
    }
}
