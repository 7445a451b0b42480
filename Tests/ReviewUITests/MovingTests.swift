import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Moving")
struct MovingTests {
    private static let note = """
        CC: chest pain, 3 days.

        \tHR   104
        \tTemp 38.2
        Denies fever. No cough; no rash.
        """

    @Test(
        "motions go to tokens",
        arguments: [
            ("", "CC"), ("l", ":"), ("ll", "chest"), ("<Right><Right><Left>", ":"), ("w", "chest"), ("ww", "pain"),
            ("3w", "3"),
            ("3wb", "pain"), ("$", "."), ("$0", "CC"), ("<End>", "."), ("<End><Home>", "CC"), ("j", "HR"), ("2j", "HR"),
            ("jj", "Temp"), ("jjj", "Denies"), ("$j", "104"), ("$jj", "2"), ("$jjj", ";"), ("4j", "Denies"),
            ("99j", "Denies"),
            ("99jk", "Temp"), ("<Down><Up>", "CC"), (")", "HR"), ("))", "Temp"), (")))", "Denies"), ("4)", "No"),
            ("4)(", "Denies"),
            ("4)w(", "No"), ("99l", "."), ("99l99h", "CC"), ("<PgDn>", "Denies"), ("<PgDn><PgUp>", "CC"), ("9l", "104"),
            ("1<Esc>l", ":"), ("b", "CC"),
        ])
    func motions(keys: String, word: String) throws {
        var session = try #require(Session([Self.note]))
        session.press(keys)
        #expect(session.word == word)
    }

    @Test("a count is shown while it is typed, and nought is its digit then")
    func counts() throws {
        var session = try #require(Session([String(repeating: "word ", count: 200)]))
        session.press("10")
        #expect(session.status.contains("10  saved"))
        session.press("5w")
        #expect(session.model.cursor == ScalarOffset(525))
        #expect(!session.status.contains("105"))
        session.press("12345678h")
        #expect(session.model.cursor == ScalarOffset(0))
    }

    @Test("up and down keep to the column they began in, over short and blank rows")
    func goalColumn() throws {
        var session = try #require(Session(["one two three four five\nsix\n\none two three four five"]))
        session.press("wwwj")
        #expect(session.word == "six")
        session.press("j")
        #expect(session.word == "four")
        session.press("kk")
        #expect(session.model.cursor == ScalarOffset(14))
    }

    @Test("down passes a word that is split over rows")
    func splitWord() throws {
        let link = String(repeating: "a1", count: 100)
        var session = try #require(Session(["see \(link) end\nlast line"]))
        session.press("jj")
        #expect(session.word == "end")
        session.press("j")
        #expect(session.word == "last")
        session.press("k")
        #expect(session.word == link)
        session.press("k")
        #expect(session.word == "see")
    }

    @Test("CJK moves by ideograph, emoji by grapheme")
    func wide() throws {
        var session = try #require(Session(["黑便3次 😣\u{FE0F} 👨‍👩‍👧‍👦 e\u{301}te\u{301}"]))
        var words: [String] = []
        for _ in 0..<7 {
            words.append(session.word)
            session.press("l")
        }
        #expect(words == ["黑", "便", "3", "次", "😣\u{FE0F}", "👨‍👩‍👧‍👦", "e\u{301}te\u{301}"])
        session.press("0w")
        #expect(session.word == "便")
        session.press("0cll")
        #expect(session.word == "3")
        session.press("$")
        #expect(session.word == "e\u{301}")
    }

    @Test(
        "selections grow with motions and edges",
        arguments: [
            ("wvl", "chest pain"), ("wvlll", "chest pain, 3"), ("wwvh", "chest pain"), ("wv2w", "chest pain, 3"),
            ("wv$", "chest pain, 3 days."),
            ("wvclll", "chest pa"), ("wvch", "ches"), ("wvlch", "chest pai"), ("wvlhc", "chest"),
            ("wvlcc", "chest pain"), ("wcvl", "ch"), ("wcvl]", "che"), ("wcvl[[", ": ch"), ("wv]", "chest pain"),
            ("wv]}", "chest"),
            ("wv[", ": chest"), ("wv[{", "chest"), ("vj", "CC: chest pain, 3 days.\n\n\tHR"), ("wv2]", "chest pain,"),
        ])
    func selections(keys: String, selected: String) throws {
        var session = try #require(Session([Self.note]))
        session.press(keys)
        #expect(session.selected == selected)
        session.press("<Esc>")
        #expect(session.selected == nil)
    }

    @Test("Esc leaves one state after the other")
    func escapes() throws {
        var session = try #require(Session([Self.note]))
        session.press("/no<Enter>cvl<Esc>")
        #expect(session.model.selection == nil)
        #expect(session.model.step == .character)
        session.press("<Esc>")
        #expect(session.model.step == .token)
        #expect(session.model.search != nil)
        session.press("<Esc>")
        #expect(session.model.search == nil)
        session.press("wv <Esc>")
        #expect(session.selected == "cough")
    }

    @Test("Ctrl-C leaves a state, twice the program; another key in between calms it")
    func interrupts() throws {
        var session = try #require(Session([Self.note]))
        session.press("v<C-c>")
        #expect(session.model.selection == nil)
        #expect(session.notice == "Ctrl-C again leaves")
        #expect(session.effects.isEmpty)
        session.press("l<C-c>")
        #expect(session.effects.isEmpty)
        session.press("<C-c>")
        #expect(session.effects == [.quit])
    }

    @Test("a search finds words in any case, n and p go round")
    func search() throws {
        var session = try #require(Session(["No fever. NO rash.\nno\ncough. ⟦S:Pain⟧"]))
        session.press("0k99k")
        session.press("/no<Enter>")
        #expect(session.notice.hasPrefix("3 hits"))
        var places: [Int] = []
        for _ in 0..<4 {
            session.press("n")
            places.append(session.model.cursor.value)
        }
        #expect(places == [10, 19, 0, 10])
        session.press("p")
        #expect(session.model.cursor == ScalarOffset(0))
        session.press("/no cough<Enter>")
        #expect(session.model.cursor == ScalarOffset(19))
        session.press("<Esc>n")
        #expect(session.word == "Pain")
        session.press("/<Enter>")
        #expect(session.model.search?.query == "no cough")
    }

    @Test("the view keeps still until the cursor is three rows from its edge")
    func scrolling() throws {
        let note = (1...200).map { "line \($0)" }.joined(separator: "\n")
        var session = try #require(Session([note]))
        session.press("16j")
        #expect(session.model.topRow == 0)
        session.press("j")
        #expect(session.model.topRow == 1)
        session.press("10k")
        #expect(session.model.topRow == 1)
        session.press("99j")
        #expect(session.model.topRow == 100)
        session.press("199k")
        #expect(session.model.topRow == 0)
    }

    @Test("an edit and arriving suggestions leave view and cursor where they are")
    func stillness() throws {
        let lines = (1...100).map { "line \($0) pain" }
        var session = try #require(Session([lines.joined(separator: "\n")]))
        session.press("40j2w")
        let (cursor, top) = (session.model.cursor, session.model.topRow)
        session.press("SD")
        #expect(session.model.cursor == cursor)
        #expect(session.model.topRow == top)
        let offers = Session.read((1...100).map { "line \($0) ⟦S:pain⟧" }.joined(separator: "\n")).suggestions
        session.send(.suggestions(note: "note-1", .ready(offers)))
        #expect(session.effects.isEmpty)
        #expect(session.model.cursor == cursor)
        #expect(session.model.topRow == top)
        #expect(session.screen.contains("99 undecided") || session.screen.contains("100 undecided"))
    }

    @Test("suggestions that arrive before any key take the cursor to the first of them that is in view")
    func arrival() throws {
        var session = try #require(Session(["Denies chest pain.", "Fever."]))
        let offers = Session.read("Denies ⟦S:chest pain⟧.").suggestions
        session.send(.suggestions(note: "note-1", .ready(offers)))
        #expect(session.word == "chest" && session.model.focusedMark?.content.text == "chest pain")
        session.press("a")
        #expect(session.spans == ["Sign_symptom:chest pain"])
        let far = (1...60).map { "line \($0)" }.joined(separator: "\n") + "\n"
        session = try #require(Session([far + "Denies chest pain."]))
        session.send(.suggestions(note: "note-1", .ready(Session.read(far + "Denies ⟦S:chest pain⟧.").suggestions)))
        #expect(session.word == "line" && session.model.topRow == 0, "the view does not jump")
    }

    @Test(
        "another size keeps the cursor on its words and in view",
        arguments: [(40, 10), (200, 60), (39, 5), (1, 1), (0, 0)])
    func resizing(columns: Int, rows: Int) throws {
        let note = (1...200).map { "line \($0) with a few more words than a narrow screen holds" }.joined(
            separator: "\n")
        var session = try #require(Session([note]))
        session.press("120j3w")
        let cursor = session.model.cursor
        session.send(.resized(ScreenSize(columns: columns, rows: rows)))
        #expect(session.model.cursor == cursor)
        #expect(session.frame.size == ScreenSize(columns: columns, rows: rows))
        if columns >= 40, rows >= 10 { #expect(session.frame.cursor != nil) }
        session.send(.resized(ScreenSize(columns: 80, rows: 24)))
        #expect(session.word == "a")
        #expect(session.frame.cursor != nil)
    }
}
