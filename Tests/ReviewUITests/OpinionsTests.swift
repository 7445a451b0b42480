import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Other models' opinions")
struct OpinionsTests {
    private func opened(
        _ marked: [String], _ abilities: Set<Ability>, columns: Int = 80, rows: Int = 24,
        schema: LabelSchema = Session.schema
    ) throws -> Session {
        let reviews = marked.enumerated().map { index, marked in
            let (text, suggestions) = Session.read(marked)
            let note = Note(id: "note-\(index + 1)", text: NoteText(text))
            return NoteReview(
                note: note, document: Document(note: note.id, text: note.text), suggestions: .ready(suggestions))
        }
        let model = Model(
            notes: reviews, schema: schema, annotator: "kim", engine: .ready("mini@1f0c2a3b4c5d"),
            abilities: abilities, ids: EventIDSource(seed: 7), size: ScreenSize(columns: columns, rows: rows))
        return Session(model: try #require(model))
    }

    private let discharge = NoteScores(model: "types", values: ["Discharge": 0.83, "PROGRESS": 0.17])

    @Test("a classifier is asked once about each note that is opened, and its view stands beside the values")
    func noteLabels() throws {
        var session = try opened(["One.", "Two."], [.classifyingNotes], columns: 120, rows: 40)
        session.send(.started)
        #expect(session.effects == [.classify(note: "note-1")])
        session.press("onote-2<Enter>onote-1<Enter>")
        #expect(session.effects == [.classify(note: "note-2")])
        session.send(.scores(note: "note-1", discharge))
        #expect(session.screen.contains("note_type: discharge? 83 %"))
        session.press("i")
        #expect(session.screen.contains("( ) discharge  83 %") && session.screen.contains("( ) progress  17 %"))
        session.press("<Enter><Esc>")
        #expect(session.document.noteLabels == ["note_type": ["discharge"]])
    }

    @Test("the panel begins on the likeliest value, but nothing is set without a key")
    func likeliest() throws {
        var session = try opened(["One."], [.classifyingNotes])
        session.send(.scores(note: "note-1", NoteScores(model: "types", values: ["progress": 0.6, "discharge": 0.4])))
        #expect(session.document.noteLabels.isEmpty)
        session.press("i")
        #expect(session.model.context == .noteLabels(selected: 1))
        session.press("<Enter>")
        #expect(session.document.noteLabels == ["note_type": ["progress"]])
        session.send(.scores(note: "gone", discharge))
        #expect(try opened(["One."], []).model.context == .note)
    }

    @Test("without a classifier nobody is asked")
    func noClassifier() throws {
        var session = try opened(["One."], [])
        session.send(.started)
        #expect(session.effects.isEmpty)
        session.press(":ask<Enter>")
        #expect(session.notice.hasPrefix("no model answers questions"))
    }

    @Test(":ask puts a question and shows where the answer stands; n comes back to it")
    func asking() throws {
        var session = try opened(["Seen by Dr Reed on Monday. Plan: rest."], [.answeringQuestions])
        session.press(":ask<Enter>when  was he seen?<Enter>")
        #expect(session.effects == [.ask(note: "note-1", question: "when was he seen?")])
        #expect(session.status.contains("asking “when was he seen?”… Esc stops"))
        session.send(.answering(1))
        #expect(session.status.contains("████████████████████ 100 % · Esc stops"))
        session.send(.answer(note: "note-1", question: "when was he seen?", .found(TextSpan(19, 25), score: 0.71)))
        #expect(session.word == "Monday" && session.notice.hasPrefix("“Monday” · 71 %"))
        session.press("0n")
        #expect(session.word == "Monday")
        session.press("<Esc>S")
        #expect(session.spans == ["Sign_symptom:Monday"])
    }

    @Test("an answer moves no cursor under a hand that went on: n goes to it")
    func lateAnswer() throws {
        var session = try opened(["Seen by Dr Reed on Monday. Plan: rest."], [.answeringQuestions])
        session.press(":ask<Enter>when was he seen?<Enter>vl")
        let selected = session.selected
        session.send(.answer(note: "note-1", question: "when was he seen?", .found(TextSpan(19, 25), score: 0.71)))
        #expect(session.selected == selected)
        #expect(session.notice.contains("n goes to it"), "\(session.notice)")
        session.press("<Esc>n")
        #expect(session.word == "Monday")
    }

    @Test("no answer, an error, an answer outside the note and one that nobody waits for")
    func badAnswers() throws {
        func after(_ answer: NoteAnswer, keys: String = "") throws -> Session {
            var session = try opened(["Seen on Monday."], [.answeringQuestions])
            session.press(":ask<Enter>who?<Enter>")
            session.press(keys)
            session.send(.answer(note: "note-1", question: "who?", answer))
            return session
        }
        #expect(try after(.nothing).notice == "the model finds no answer in this note")
        #expect(try after(.found(TextSpan(3, 99), score: 1)).notice == "the model finds no answer in this note")
        #expect(try after(.failed("no memory")).notice == "no memory")
        let dropped = try after(.found(TextSpan(8, 14), score: 1), keys: "<Esc>")
        #expect(dropped.word == "Seen" && !dropped.status.contains("asking"))
        var session = try opened(["Seen on Monday."], [.answeringQuestions])
        session.press(":ask<Enter>who?<Enter><Esc>")
        #expect(session.effects.last == .dropQuestion)
        session.press(":ask<Enter>  <Enter>")
        #expect(session.effects.isEmpty)
    }

    private static let withClassifier: LabelSchema = {
        var schema = Session.schemaWithAssertion
        schema.attributes[0].model = "models/assertion"
        return schema
    }()

    @Test("an attribute's classifier is asked about each span once, and its proposal comes before the cue's")
    func guesses() throws {
        var session = try opened(["No ⟦S:fever⟧, ⟦M:aspirin⟧, ⟦D:gout⟧."], [], schema: Self.withClassifier)
        session.send(.started)
        let spans = [TextSpan(3, 8), TextSpan(19, 23)]
        #expect(session.effects == [.guess(note: "note-1", attribute: "assertion", spans: spans)])
        #expect(session.screen.contains("t: absent? “No”"), "until the classifier has answered the cue speaks")
        session.send(
            .guesses(
                note: "note-1", attribute: "assertion",
                [
                    TextSpan(3, 8): AttributeGuess(value: "POSSIBLE", probability: 0.64),
                    TextSpan(19, 23): AttributeGuess(value: "CONDITIONAL", probability: 0.9),
                ]))
        #expect(session.effects.isEmpty)
        #expect(session.screen.contains("t: possible? 64 %") && !session.screen.contains("“No”  "))
        session.press("t")
        #expect(session.screen.contains("proposed, 64 %"))
        session.press("<Enter>")
        #expect(session.document.spans.first?.attributes == ["assertion": "possible"])
        session.press("hS")
        #expect(session.effects.last == .guess(note: "note-1", attribute: "assertion", spans: [TextSpan(8, 9)]))
    }
}
