import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Labelling every occurrence")
struct OccurrencesTests {
    private static let note =
        "⟦S:Pain⟧ today. No pain at night; painful knee; back ⟦D0.4:pain⟧ worse, ⟦S0.3:pain⟧ ward PAIN scale."

    private func words(_ events: [Event]) -> [String] {
        events.map { event in
            switch event {
            case .accepted(let offered): "accepted \(offered.content.label) at \(offered.content.span.start.value)"
            case .created(let content): "created \(content.label) \(content.text)"
            case .relabelled(_, let from, let to): "relabelled \(from) \(to)"
            case .undone: "undone"
            case .redone: "redone"
            case .reopened: "reopened"
            default: "something else"
            }
        }
    }

    @Test("* marks whole words alike after a preview, keeps what was offered there, and undoes as one step")
    func inTheNote() throws {
        var session = try #require(Session([Self.note]))
        session.press("a0*")
        #expect(session.document.spans.count == 1)
        #expect(session.status.contains("4 more “Pain” as Sign_symptom: Enter marks them"))
        session.press("<Enter>")
        #expect(
            words(session.events) == [
                "created Sign_symptom pain", "accepted Disease_disorder at 49",
                "relabelled Disease_disorder Sign_symptom", "accepted Sign_symptom at 61", "created Sign_symptom PAIN",
            ])
        #expect(session.spans.count == 5)
        #expect(session.notice == "Sign_symptom “Pain”: 4 marked; u takes all back")
        session.press("u")
        #expect(session.spans == ["Sign_symptom:Pain"])
        session.press("<C-r>")
        #expect(session.spans.count == 5)
    }

    @Test("on a suggestion the span itself is among them; what has another answer stays as it is")
    func onASuggestion() throws {
        var session = try #require(Session(["⟦S:Pain⟧, pain, ⟦S:pain⟧ and ⟦D:pain⟧."]))
        session.press("nxD0*")
        #expect(session.status.contains("2 more “Pain” as Sign_symptom (2 decided otherwise stay)"))
        session.press("<Enter>")
        #expect(
            session.spans == ["Sign_symptom:Pain", "Sign_symptom:pain", "Disease_disorder:pain"])
        session.press("0*")
        #expect(session.notice == "every “Pain” in this note is Sign_symptom already; 2 were decided otherwise")
        #expect(session.model.context == .note)
    }

    @Test("n and p go through the places, x leaves one out, Esc leaves everything as it was")
    func preview() throws {
        var session = try #require(Session([Self.note]))
        session.press("a0*n")
        #expect(session.word == "pain" && session.model.cursor.value == 49)
        session.press("x")
        #expect(session.status.contains("3 more"))
        session.press("<Enter>")
        #expect(session.document.spans.map(\.content.span.start.value) == [0, 15, 61, 71])
        session.press("u0*xxxx")
        #expect(session.notice == "nothing is left to mark" && session.model.context == .note)
        session.press("*<Esc>")
        #expect(session.effects.isEmpty && session.document.spans.count == 1)
    }

    @Test("where it does nothing it says why")
    func unavailable() throws {
        var session = try #require(Session(["⟦S:Pain⟧ today."]))
        session.press("l*")
        #expect(session.notice.hasPrefix("no span here"))
        session.press("hx")
        session.press("0&")
        #expect(session.notice == "rejected; a accepts it first")
        var held = try #require(Session(["⟦S:Pain⟧ today."], readOnly: "held by lee"))
        held.press("*")
        #expect(held.notice == "read-only: held by lee")
    }

    private static let project = ["⟦S:Cough⟧ now.", "No cough. COUGH!", "Coughing.", "A ⟦S:cough⟧; ⟦D:cough⟧."]

    /// Answers the question that the interface asked, as the runtime does.
    private func answer(_ session: inout Session) throws {
        let asked = try #require(
            session.effects.compactMap { effect -> String? in
                if case .findOccurrences(let words) = effect { return words }
                return nil
            }.first)
        var found: [String: [TextSpan]] = [:]
        for review in session.model.notes { found[review.note.id] = review.document.text.wholeOccurrences(of: asked) }
        session.send(.occurrences(of: asked, found: found))
    }

    @Test("& shows how many there are in each note, marks them in one batch, and u takes it back in all")
    func inTheProject() throws {
        var session = try #require(Session(Self.project))
        session.press("&")
        #expect(session.status.contains("looking for “Cough” in 4 notes… Esc stops"))
        let asked = session
        session.send(.answering(0.25))
        #expect(session.status.contains("in 4 notes… █████░░░░░░░░░░░░░░░ 25 % · Esc stops"), "\(session.status)")
        session = asked
        try answer(&session)
        #expect(session.status.contains("5 more “Cough” in 3 notes as Sign_symptom"))
        #expect(session.screen.contains("2      note-2"))
        session.press("<Enter>")
        #expect(
            words(session.events) == [
                "accepted Sign_symptom at 0", "created Sign_symptom cough", "created Sign_symptom COUGH",
                "accepted Sign_symptom at 2", "accepted Disease_disorder at 9",
                "relabelled Disease_disorder Sign_symptom",
            ])
        let batches = session.effects.compactMap { effect -> EventID? in
            if case .append(_, let batch, _) = effect { return batch }
            return nil
        }
        #expect(batches.count == 3 && Set(batches).count == 1)
        #expect(session.notice == "Sign_symptom “Cough”: 5 marked in 3 notes; u takes all back")
        session.press("u")
        #expect(words(session.events) == ["undone", "undone", "undone"])
        #expect(session.model.notes.allSatisfy { $0.document.spans.isEmpty })
        #expect(session.notice.hasSuffix("and in 2 other notes"))
        session.press("<C-r>")
        #expect(session.model.notes.map(\.document.spans.count) == [1, 2, 0, 2])
    }

    @Test("from another note, and with later decisions there, u still takes all of it back")
    func undoElsewhere() throws {
        var session = try #require(Session(Self.project))
        session.press("&")
        try answer(&session)
        session.press("<Enter>")
        session.press("onote-2<Enter>")
        session.press("lll")
        session.press("u")
        #expect(session.model.notes.allSatisfy { $0.document.spans.isEmpty })
        // A new decision closes the way back in its note, not in the others.
        session.press("0M")
        session.press("onote-1<Enter><C-r>")
        #expect(
            session.model.notes.map { $0.document.spans.map(\.content.label) } == [
                ["Sign_symptom"], ["Medication"], [], ["Sign_symptom", "Sign_symptom"],
            ])
    }

    @Test("x leaves a note out; Esc while the notes are looked through drops the question")
    func leavingOut() throws {
        var session = try #require(Session(Self.project))
        session.press("&")
        try answer(&session)
        session.press("<Down>x<Enter>")
        #expect(session.model.notes.map(\.document.spans.count) == [1, 0, 0, 2])
        session.press("u&<Esc>")
        #expect(session.effects.contains(.dropQuestion))
        let before = session.model.notes.map(\.document.log.count)
        session.send(.occurrences(of: "Cough", found: ["note-2": [TextSpan(3, 8)]]))
        #expect(session.model.context == .note && session.model.notes.map(\.document.log.count) == before)
    }

    @Test("a finished note is named as one that would be opened again")
    func finished() throws {
        var session = try #require(Session(Self.project))
        session.press("onote-2<Enter><Enter>")
        session.press("onote-1<Enter>")
        session.press("&")
        try answer(&session)
        #expect(session.screen.contains("opens 1 complete again") && session.screen.contains("✓ note-2"))
        session.press("<Enter>")
        #expect(words(session.events).contains("reopened"))
    }

    @Test("whole words only, in any script, across line ends")
    func wholeWords() {
        func places(_ words: String, _ text: String) -> [Int] {
            NoteText(text).wholeOccurrences(of: words).map(\.start.value)
        }
        #expect(places("pain", "pain, Pain-free painful spain pain2 pain") == [0, 6, 36])
        #expect(places("chest pain", "chest\n pain chest\tpain") == [12])
        #expect(places("腹痛", "上腹痛と腹痛") == [1, 4])
        #expect(places("naïve", "NAÏVE naïve naive") == [0, 6])
        #expect(places("75 mg", "75 mg/d 175 mg 75 mgs") == [0])
        #expect(places("", "anything") == [])
    }

    @Test(", gives the label again that was given last")
    func again() throws {
        var session = try #require(Session(["Cough and fever and ⟦D:cold⟧."]))
        session.press("0,")
        #expect(session.notice == "no label was given yet")
        session.press("S2l,")
        #expect(session.spans == ["Sign_symptom:Cough", "Sign_symptom:fever"])
        session.press("2l,")
        #expect(session.document.spans.last?.source == .corrected)
        session.press("hvh,")
        #expect(session.spans.contains("Sign_symptom:fever and"))
    }

    @Test("frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        let size = ScreenSize(columns: columns, rows: rows)
        var session = try #require(Session([Self.note], size: size))
        session.press("a0*n")
        try FrameSnapshot.check(session.frame, "occurrences-\(columns)x\(rows)")
        var project = try #require(Session(["⟦S:腹痛⟧ 3天，腹痛。"] + Self.project + ["Hat 腹痛 gehabt."], size: size))
        project.press("&")
        try answer(&project)
        try FrameSnapshot.check(project.frame, "occurrences-project-\(columns)x\(rows)")
    }
}
