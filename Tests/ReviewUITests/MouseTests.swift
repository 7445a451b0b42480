import Annotation
import ReviewUI
import Screen
import Testing

@Suite("The mouse")
struct MouseTests {
    /// Twenty rows, the same words on each, on a screen that shows six of them.
    private static let small = ScreenSize(columns: 60, rows: 10)
    private static func long() throws -> Session {
        let rows = (1...20).map { "row \($0) has ⟦S:pain⟧ here" }.joined(separator: "\n")
        return try #require(Session([rows], size: small))
    }

    /// Where the first cell of some words is on the screen.
    private func place(of words: String, in session: Session) throws -> CellPosition {
        let row = try #require(session.rows.firstIndex { $0.contains(words) })
        let text = session.rows[row]
        let start = try #require(text.ranges(of: words).first?.lowerBound)
        return CellPosition(row: row, column: CellWidth.of(String(text[..<start])))
    }

    @Test("a click puts the cursor on the word under it and leaves a selection")
    func click() throws {
        var session = try #require(Session(["No ⟦S:chest pain⟧ since 中国 trip."]))
        session.press("vl")
        session.mouse(.press, try place(of: "since", in: session))
        #expect(session.word == "since" && session.selected == nil)
        session.mouse(.press, try place(of: "国", in: session))
        #expect(session.word == "国")
        var half = try place(of: "中", in: session)
        half.column += 1
        session.mouse(.press, half)
        #expect(session.word == "中", "the right half of a wide character is the character")
        session.mouse(.press, try place(of: "pain", in: session))
        session.press("a")
        #expect(session.spans == ["Sign_symptom:chest pain"])
    }

    @Test("a drag selects whole words either way, and a capital labels them")
    func drag() throws {
        var session = try #require(Session(["Given furosemide forty mg today."]))
        session.mouse(.press, try place(of: "furosemide", in: session))
        session.mouse(.drag, try place(of: "furosemide", in: session))
        #expect(session.selected == nil, "a hand that trembles selects nothing")
        session.mouse(.drag, try place(of: "mg", in: session))
        session.mouse(.release, try place(of: "mg", in: session))
        #expect(session.selected == "furosemide forty mg")
        session.press("M")
        #expect(session.spans == ["Medication:furosemide forty mg"])
        session.mouse(.press, try place(of: "today", in: session))
        session.mouse(.drag, try place(of: "forty", in: session))
        #expect(session.selected == "forty mg today")
        session.press("<Esc>")
        session.mouse(.release, try place(of: "forty", in: session))
        session.mouse(.drag, try place(of: "Given", in: session))
        #expect(session.selected == nil, "after the button is up nothing is dragged")
    }

    @Test("in steps of characters a drag selects characters")
    func characters() throws {
        var session = try #require(Session(["furosemide"]))
        session.press("c")
        session.mouse(.press, try place(of: "fur", in: session))
        session.mouse(.drag, CellPosition(row: 1, column: 3))
        #expect(session.selected == "fur")
    }

    @Test("the wheel scrolls; the cursor stays in view, so that no key acts on what is not seen")
    func wheel() throws {
        var session = try Self.long()
        session.mouse(.wheelDown, CellPosition(row: 3, column: 3))
        #expect(session.model.topRow == 3)
        #expect(session.rows[1].contains("row 4 "))
        session.press("a")
        #expect(session.document.spans.first?.content.span.start.value ?? 0 > 40, "accepted on a row that is shown")
        for _ in 0..<20 { session.mouse(.wheelDown, CellPosition(row: 3, column: 3)) }
        #expect(session.model.topRow == 14)
        for _ in 0..<20 { session.mouse(.wheelUp, CellPosition(row: 3, column: 3)) }
        #expect(session.model.topRow == 0)
    }

    @Test("a click near the edge does not make the view slip away under the hand")
    func still() throws {
        var session = try Self.long()
        session.mouse(.wheelDown, CellPosition(row: 3, column: 3))
        let place = try place(of: "row 9 ", in: session)
        session.mouse(.press, place)
        #expect(session.model.topRow == 3 && session.word == "row")
        #expect(session.frame.cursor == place)
    }

    @Test("dragging past the edge scrolls on")
    func pastTheEdge() throws {
        var session = try Self.long()
        session.mouse(.press, try place(of: "row 2 ", in: session))
        for _ in 0..<4 { session.mouse(.drag, CellPosition(row: 9, column: 3)) }
        #expect(session.model.topRow == 4)
        #expect(session.selected?.hasPrefix("row 2 ") == true && session.selected?.contains("row 9") == true)
    }

    @Test("the scrollbar takes the view along")
    func scrollbar() throws {
        var session = try Self.long()
        let column = Self.small.columns - 1
        let bar = try #require((0..<Self.small.columns).last { "│┃•┤┫".contains(session.frame[3, $0].text) })
        #expect(bar >= column - 1)
        session.mouse(.press, CellPosition(row: 6, column: bar))
        #expect(session.model.topRow > 10)
        session.mouse(.drag, CellPosition(row: 1, column: bar))
        #expect(session.model.topRow == 0)
    }

    @Test("in lists a click takes the row, and the wheel goes through them")
    func lists() throws {
        var session = try #require(Session(["One.", "Two.", "Three."]))
        session.press("o")
        session.mouse(.press, try place(of: "note-3", in: session))
        #expect(session.model.current == 2 && session.model.keyContext == .note)
        session.press(" ")
        session.mouse(.wheelDown, CellPosition(row: 3, column: 3))
        session.press("<Enter>")
        #expect(session.spans == ["Disease_disorder:Three"])
        session.press(":")
        session.mouse(.press, CellPosition(row: 0, column: 0))
        #expect(session.model.keyContext == .list, "a click beside the list does nothing")
    }

    @Test("pages scroll with the wheel")
    func pages() throws {
        var session = try #require(Session(["One."]))
        session.press("?")
        let first = session.rows
        session.mouse(.wheelDown, CellPosition(row: 3, column: 3))
        #expect(session.rows[2] == first[5])
    }

    @Test("questions and lines take no clicks")
    func questions() throws {
        var session = try #require(Session(["⟦S:Pain⟧ here."]))
        session.press("<Enter>")
        session.mouse(.press, CellPosition(row: 1, column: 8))
        #expect(session.model.keyContext == .completeQuestion && session.effects.isEmpty)
    }

    @Test("it can be left to the terminal's own selection, and taken back")
    func toggle() throws {
        var session = try #require(Session(["One."]))
        session.press(":mouse<Enter>")
        #expect(session.effects == [.setMouse(false)])
        #expect(session.notice.contains(":mouse takes it back"))
        session.press(":mouse<Enter>")
        #expect(session.effects == [.setMouse(true)])
    }

    @Test(
        "no click anywhere, in any state, does harm",
        arguments: ["", "v", "o", ":", " ", "?", "i", "/", "<Enter>", "=", "c"])
    func everywhere(keys: String) throws {
        var session = try #require(Session(["⟦S:Pain⟧ since 中国.", "", "x"], size: Self.small))
        session.press(keys)
        for row in [-1, 0, 1, 3, 8, 9, 400] {
            for column in [-1, 0, 1, 30, 58, 59, 4000] {
                for kind: MouseAction.Kind in [.press, .drag, .drag, .release, .wheelDown, .wheelUp] {
                    session.mouse(kind, CellPosition(row: row, column: column))
                    #expect(session.frame.size == Self.small)
                }
            }
        }
    }
}
