import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Filters")
struct FilterTests {
    private static let note =
        "⟦S0.9:Chest pain⟧, ⟦S0.4:back pain⟧, ⟦D0.8:angina⟧, ⟦M0.6:aspirin⟧ ⟦O0.95:75 mg⟧, back pain."

    /// Keys that write a filter.
    private func keys(_ filter: String) -> String {
        "\\<C-u>" + filter.map { $0 == "<" ? "<lt>" : String($0) }.joined() + "<Enter>"
    }

    /// The words of the targets that a filter leaves, as n comes to them from the start of the note.
    private func targets(_ filter: String) throws -> [String] {
        var session = try #require(Session([Self.note]))
        session.press(keys(filter))
        session.press("0")
        var passed: [String] = []
        while true {
            session.press("n")
            guard let text = session.model.focusedMark?.content.text, !passed.contains(text) else { return passed }
            passed.append(text)
        }
    }

    @Test(
        "let through what fits all of their parts",
        arguments: [
            ("label:S", ["back pain", "Chest pain"]), ("label:m,o", ["aspirin", "75 mg"]),
            ("label:Dis", ["angina"]), ("label:DRUG", ["aspirin"]), ("score:<70", ["back pain", "aspirin"]),
            ("score:>0.85", ["75 mg", "Chest pain"]), ("score:50-85", ["angina", "aspirin"]),
            ("score:0.9", ["75 mg", "Chest pain"]), ("pain", ["back pain", "Chest pain"]),
            ("PAIN label:S score:<50", ["back pain"]),
            ("\"chest pain\"", ["Chest pain"]), ("label:S label:D score:>70", ["angina", "Chest pain"]),
        ])
    func fitting(filter: String, found: [String]) throws { #expect(try targets(filter) == found) }

    @Test("by state: what was accepted, rejected, corrected, one's own, commented")
    func states() throws {
        var session = try #require(Session([Self.note]))
        session.press("axS")
        session.press("na")
        session.press("$bvbS")
        #expect(session.document.spans.count == 4)
        func found(_ filter: String) -> String {
            session.press(keys(filter))
            return session.notice.contains(" fit; ") ? session.model.focusedMark?.content.text ?? "" : session.notice
        }
        #expect(found("is:accepted") == "Chest pain")
        #expect(found("is:rejected") == "back pain")
        #expect(found("is:corrected") == "angina")
        #expect(found("is:own") == "back pain")
        #expect(found("is:undecided") == "aspirin")
        session.press("<Esc>$bmcheck<Enter>")
        #expect(found("is:commented") == "back pain")
        #expect(found("is:disputed").hasPrefix("nothing in this note fits"))
    }

    @Test("are shown while they are on, stay on in the next note, and Esc ends them")
    func shown() throws {
        var session = try #require(
            Session([Self.note, "No ⟦D:gout⟧, ⟦S:fever⟧."], size: ScreenSize(columns: 120, rows: 24)))
        session.press("\\label:S<Enter>")
        #expect(session.status.contains("filter label:S 2/5"))
        session.press("onote-2<Enter>")
        #expect(session.word == "fever" && session.status.contains("filter label:S 1/2"))
        session.press("<Esc>")
        #expect(!session.status.contains("filter"))
        session.press("n")
        #expect(session.word == "gout")
    }

    @Test("decisions go on to what fits; + accepts only what fits; Enter does not forget the rest")
    func deciding() throws {
        var session = try #require(Session([Self.note]))
        session.press("\\label:S<Enter>aa")
        #expect(session.notice == "every suggestion that fits the filter is decided; Esc shows 3 others")
        session.press("\\<C-u>label:M,O<Enter>+")
        #expect(session.spans.count == 4 && session.notice.hasPrefix("accepted 2"))
        session.press("+")
        #expect(session.notice == "no undecided suggestion is visible")
        session.press("<Enter>")
        #expect(session.status.contains("1 undecided: a accept all"))
        session.press("<Enter>")
        #expect(session.word == "angina" && session.model.filter == nil)
    }

    @Test("decided spans that a filter lets through do not hide the undecided ones between them")
    func decidedBetween() throws {
        var session = try #require(Session(["⟦S:one⟧ ⟦S:two⟧ ⟦S:three⟧ ⟦S:four⟧"]))
        session.press("nnaa")
        #expect(session.spans == ["Sign_symptom:three", "Sign_symptom:four"] && session.word == "one")
        session.press("\\label:S<Enter>")
        while session.word != "one" { session.press("n") }
        session.press("a")
        #expect(session.word == "two")
        session.press("a")
        #expect(session.notice == "every suggestion is decided; Enter completes the note")
    }

    @Test(
        "what is not understood is refused and stays to be mended",
        arguments: [
            ("label:Q", "the schema has no label Q"), ("is:odd", "is:odd is not known: it is undecided, accepted"),
            ("score:high", "score:high is not known"), ("score:80-20", "score:80-20 is not known"),
            ("size:3", "size: is not known"), ("label:", "label: needs a value after the colon"),
            ("\"\"", "an empty filter"),
        ])
    func misread(filter: String, reason: String) throws {
        var session = try #require(Session([Self.note]))
        session.press(keys(filter))
        #expect(session.notice.hasPrefix(reason), "\(session.notice)")
        #expect(session.model.filter == nil && session.status.contains(filter))
        session.press("<C-u>pain<Enter>")
        #expect(session.model.filter?.written == "pain")
        session.press("\\<C-u><Enter>")
        #expect(session.model.filter == nil && session.model.context == .note)
    }

    /// Two models' reading of one note.
    private func twoModels(filter: String? = nil) throws -> Session {
        let (text, first) = Session.read("⟦S:Chest pain⟧, ⟦D:angina⟧, ⟦M:aspirin⟧.")
        let (_, second) = Session.read("⟦S:Chest pain⟧, ⟦S:angina⟧, aspirin.")
        let other = second.map { Suggestion(content: $0.content, model: "base@0a0b0c0d0e0f", score: 0.7) }
        let note = Note(id: "note-1", text: NoteText(text))
        let model = Model(
            notes: [
                NoteReview(
                    note: note, document: Document(note: note.id, text: note.text), suggestions: .ready(first + other))
            ], schema: Session.schema, annotator: "kim", engine: .ready("mini@1f0c2a3b4c5d + base@0a0b0c0d0e0f"),
            readerCount: 2, filter: filter, ids: EventIDSource(seed: 7), size: ScreenSize(columns: 120, rows: 24))
        return Session(model: try #require(model))
    }

    @Test("what two models agree on is offered once; what they differ on is a target of its own")
    func disputed() throws {
        var session = try twoModels(filter: "is:disputed")
        #expect(session.word == "angina" && session.status.contains("filter is:disputed 3/4"))
        #expect(session.screen.contains("only base@0a0b") || session.screen.contains("only mini@1f0c"))
        #expect(session.screen.contains("mini@1f0c + base@0a0b"))
        session.press("xa")
        #expect(session.word == "aspirin")
        session.press("x<Esc>0")
        #expect(session.screen.contains("all 2 models"))
        session.press("a")
        #expect(session.document.spans.map(\.content.label) == ["Sign_symptom", "Sign_symptom"])
    }

    @Test("frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        var session = try #require(
            Session(["⟦S0.4:腹痛⟧ 3天。 " + Self.note], size: ScreenSize(columns: columns, rows: rows)))
        session.press("a\\score:<lt>65<Enter>")
        try FrameSnapshot.check(session.frame, "filter-\(columns)x\(rows)")
    }
}
