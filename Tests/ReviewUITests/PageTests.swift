import Annotation
import ReviewUI
import Screen
import Testing

@Suite("Pages")
struct PageTests {
    private static let guidelines =
        "# Rules\n\n" + (1...40).map { "Paragraph \($0) speaks of spans.\n\n" }.joined()
        + "Mark the whole phrase, article left out. Negated findings are marked, too.\n"

    @Test("/ finds words on a page in any case, n and p go through the lines, Esc comes back to the page")
    func search() throws {
        var session = try #require(Session(["Pain."], guidelines: Self.guidelines))
        session.press("g/NEGATED find<Enter>")
        #expect(session.notice == "1 hit; n and p go through them" && session.screen.contains("Negated findings"))
        session.press("/nowhere<Enter>")
        #expect(session.notice == "“nowhere” is not on this page" && session.model.keyContext == .reader)
        session.press("/abc<Esc>")
        #expect(session.model.keyContext == .reader && session.screen.contains("Guidelines"))
        session.press("n")
        #expect(session.notice == "nothing was searched for; / does")
        session.press("<Esc>g/paragraph<Enter>")
        #expect(session.notice.hasPrefix("40 hits") && session.screen.contains("Paragraph 1 speaks"))
        session.press("p")
        #expect(session.notice == "on from the end" && session.screen.contains("Paragraph 40 speaks"))
        session.press("n")
        #expect(session.notice == "on from the top" && session.screen.contains("Paragraph 1 speaks"))
        session.press("<Esc>")
        #expect(session.model.keyContext == .note)
    }

    @Test("words that go on in the next row are found")
    func wrapped() throws {
        var session = try #require(
            Session(
                ["Pain."], size: ScreenSize(columns: 40, rows: 12),
                guidelines: "Every mention of a finding is to be marked whether or not it was present at the time."))
        session.press("g/to be marked whether or<Enter>")
        #expect(session.notice.hasPrefix("1 hit"), "\(session.screen)")
    }

    @Test("a search while the page is written on keeps the page in sight")
    func prompt() throws {
        var session = try #require(Session(["Pain."], guidelines: Self.guidelines))
        session.press("g/neg")
        #expect(session.screen.contains("Paragraph 3 speaks") && session.status.contains("search this page: neg"))
    }

    @Test("the legend names every label with its key, definition, example and other names")
    func legend() throws {
        var session = try #require(Session(["⟦S:Pain⟧ and ⟦M:aspirin⟧."], schema: Session.schemaWithAssertion))
        session.press("a:legend<Enter>")
        let screen = session.screen
        #expect(screen.contains(" S  Sign_symptom  here: 1"), "\(screen)")
        #expect(screen.contains("A complaint or a finding."), "\(screen)")
        #expect(screen.contains("also called DRUG") && !screen.contains("does not say"), "\(screen)")
        session.press("/assertion<Enter>")
        #expect(session.screen.contains("absent"), "\(session.screen)")
    }

    @Test("where the schema defines nothing, the legend says so once and how to mend it")
    func undefined() throws {
        let schema = LabelSchema(spans: [
            SpanLabel(label: "Sign_symptom", key: "S"), SpanLabel(label: "Medication", key: "M"),
        ])
        var session = try #require(Session(["Pain."], schema: schema))
        session.press(":legend<Enter>")
        #expect(session.rows.count { $0.contains("does not say") } == 1, "\(session.screen)")
        #expect(session.screen.contains("schema.json") && session.screen.contains(" M  Medication"))
    }

    @Test("definitions stand in the legend beside the note where there is room")
    func beside() throws {
        let session = try #require(Session(["Pain."], size: ScreenSize(columns: 200, rows: 40)))
        #expect(session.screen.contains("S Sign_symptom  A complaint or a finding."), "\(session.screen)")
        let narrow = try #require(Session(["Pain."], size: ScreenSize(columns: 120, rows: 40)))
        #expect(!narrow.rows.contains { $0.contains("Sign_symptom  A complaint") })
    }

    @Test("a search in the note finds what comments say, on spans and on the note")
    func comments() throws {
        var session = try #require(Session(["⟦S:Pain⟧ since Monday, ⟦M:aspirin⟧ given."]))
        session.press("aamnot sure about this<Enter>")
        #expect(session.notice == "comment written")
        session.press("0wmask the ward<Enter>")
        session.press("/SURE about<Enter>")
        #expect(session.word == "aspirin")
        #expect(session.notice == "1 hit, 1 in comments; n and p go through them, Esc ends the search")
        session.press("/the ward<Enter>")
        #expect(session.notice == "“the ward” is in a comment on the note: i shows it")
    }

    @Test("pages in frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        let size = ScreenSize(columns: columns, rows: rows)
        var session = try #require(Session(["⟦S:Pain⟧."], size: size, guidelines: Self.guidelines))
        session.press(":legend<Enter>")
        try FrameSnapshot.check(session.frame, "legend-\(columns)x\(rows)")
        session.press("<Esc>g/paragraph 12<Enter>")
        try FrameSnapshot.check(session.frame, "page-search-\(columns)x\(rows)")
    }
}
