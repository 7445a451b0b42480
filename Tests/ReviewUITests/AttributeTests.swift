import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Attributes") struct AttributeTests {
    private static let note = "Denies ⟦S:chest pain⟧ and ⟦S:fever⟧; on ⟦M:aspirin⟧. Had ⟦S:rash⟧."

    private func session(_ note: String = note, readOnly: String? = nil) throws -> Session {
        try #require(Session([note], readOnly: readOnly, schema: Session.schemaWithAssertion))
    }

    private func words(_ events: [Event]) -> [String] {
        events.map { event in
            switch event {
            case .accepted(let offered): "accepted \(offered.content.text)"
            case .attribute(_, let name, let value): "\(name)=\(value)"
            default: "\(event)"
            }
        }
    }

    @Test("the proposal and its cue are on the span line; nothing is written before a letter")
    func proposal() throws {
        var session = try session()
        #expect(session.screen.contains("t: absent? “Denies”"))
        session.press("t")
        #expect(session.effects.isEmpty)
        #expect(session.screen.contains("proposed by “Denies”"))
        #expect(session.footer.contains("Enter give it"))
        session.press("<Esc>")
        #expect(session.effects.isEmpty && session.model.context == .note)
        #expect(session.spans.isEmpty)
    }

    @Test(
        "suggestions that come while a value is chosen take no part in it: the panel closes", arguments: ["vlt", "t"])
    func lateSuggestions(_ keys: String) throws {
        var session = try session("Denies fever and chills.")
        session.press("wS\(keys)")
        let open = session.model.context
        let offered = Session.read("Denies ⟦S:fever and⟧ chills.").1
        session.send(.suggestions(note: "note-1", .ready(offered)))
        #expect(open == .attributes(selected: 1))
        #expect(session.model.context == (keys == "vlt" ? .note : open))
        session.press("a")
        #expect(!session.document.spans.contains { $0.content.text == "fever and" })
    }

    @Test(
        "t and a letter give the value; a suggestion is accepted with it and the cursor goes on",
        arguments: [
            ("ta", ["accepted chest pain", "assertion=absent"], "fever"),
            ("to", ["accepted chest pain", "assertion=possible"], "fever"),
            ("t<Enter>", ["accepted chest pain", "assertion=absent"], "fever"),
            ("t<Down><Enter>", ["accepted chest pain", "assertion=possible"], "fever"),
            ("t<Up> ", ["accepted chest pain"], "fever"),
            ("tp", ["accepted chest pain"], "fever"),
            ("abbta", ["accepted chest pain", "assertion=absent"], "pain"),
            ("tabbtp", ["accepted chest pain", "assertion=absent", "assertion=present"], "pain"),
        ] as [(String, [String], String)])
    func giving(keys: String, events: [String], word: String) throws {
        var session = try session()
        session.press(keys)
        #expect(words(session.events) == events)
        #expect(session.word == word)
    }

    @Test("every span in the selection is given the value in one step; the others are left alone")
    func selection() throws {
        var session = try session()
        session.press("hv7l")
        #expect(session.selected == "Denies chest pain and fever; on aspirin")
        session.press("t")
        #expect(session.screen.contains("2 spans, 2 undecided: accepted with it"))
        session.press("a")
        #expect(
            words(session.events) == ["accepted chest pain", "assertion=absent", "accepted fever", "assertion=absent"])
        #expect(session.notice.contains("2 spans, 2 of them accepted"))
        #expect(session.model.selection == nil)
        session.press("u")
        #expect(session.spans.isEmpty)
    }

    @Test("what was given is on the span line instead of the proposal, and undo brings the proposal back")
    func given() throws {
        var session = try session()
        session.press("tibb")
        #expect(session.screen.contains("accepted · 90 % · historical"))
        #expect(!session.screen.contains("absent?"))
        session.press("u")
        #expect(session.screen.contains("t: absent? “Denies”"))
    }

    @Test("the scope is underlined while a value is chosen, and only then")
    func scope() throws {
        var session = try session()
        func style(under word: String) throws -> Style {
            let frame = session.frame
            let row = try #require(session.rows.firstIndex { $0.contains("Denies") })
            let line = (0..<frame.size.columns).map { frame[row, $0].text }
            let start = try #require(
                line.indices.first { line[$0...].joined().hasPrefix(word) })
            return frame[row, start].style
        }
        #expect(try !style(under: "and").underline)
        session.press("t")
        #expect(try style(under: "and").underline)
        #expect(try style(under: "Denies").bold)
        #expect(try !style(under: "Had").underline)
        session.press("<Esc>")
        #expect(try !style(under: "and").underline)
    }

    @Test(
        "where nothing can be given, the reason is said",
        arguments: [
            ("ht", "no span here; v and motions select several"), ("nnt", "Medication has no attributes"),
            ("xhht", "rejected; a accepts it first"), ("tz", "no value is on z"),
            ("abbtp", "assertion is present already"), ("tabbta", "assertion is absent already"),
            ("hvt", "no span with attributes is selected"),
        ])
    func refusals(keys: String, reason: String) throws {
        var session = try session()
        session.press(keys)
        #expect(session.notice == reason)
    }

    @Test("no attributes in the schema, and a read-only session")
    func unavailable() throws {
        var plain = try #require(Session([Self.note]))
        plain.press("t")
        #expect(plain.notice == "the schema has no attributes")
        #expect(!plain.screen.contains("absent?"))
        var locked = try session(readOnly: "held by lee")
        locked.press("t")
        #expect(locked.effects.isEmpty && locked.notice.contains("read-only"))
    }

    @Test("notes in other scripts have no proposals and take values all the same")
    func otherScripts() throws {
        var session = try session("否认⟦S:腹痛⟧。")
        #expect(!session.screen.contains("absent?"))
        session.press("ta")
        #expect(session.document.spans.map(\.attributes) == [["assertion": "absent"]])
    }
}
