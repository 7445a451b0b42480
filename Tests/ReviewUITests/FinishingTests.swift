import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Completing and notes")
struct FinishingTests {
    @Test("Enter completes a decided note and goes on")
    func complete() throws {
        var session = try #require(Session(["⟦S:Pain⟧.", "⟦S:Fever⟧."]))
        session.press("a<Enter>")
        #expect(session.events.last == .completed)
        #expect(session.model.current == 1)
        #expect(session.word == "Fever")
        #expect(session.notice == "note-1: complete")
    }

    @Test("Enter with undecided suggestions asks, and each answer is one batch")
    func question() throws {
        let start = try #require(Session(["⟦S:Pain⟧ and ⟦S:fever⟧.", "Next."]))
        var session = start
        session.press("n<Enter>")
        #expect(session.effects.isEmpty)
        #expect(session.status.contains("2 undecided: a accept all · x reject all · Enter go to the first"))
        session.press("<Enter>")
        #expect(session.effects.isEmpty)
        #expect(session.word == "Pain")
        session.press("<Enter><Esc>")
        #expect(session.model.context == .note)
        session.press("<Enter>a")
        #expect(session.effects.count == 1)
        #expect(session.events.count == 3)
        #expect(session.events.last == .completed)
        #expect(session.model.notes[0].document.spans.count == 2)

        session = start
        session.press("a<Enter>x")
        #expect(session.model.notes[0].document.rejected.map(\.offered.content.text) == ["fever"])
        #expect(session.model.notes[0].document.status == .completed)
    }

    @Test("Enter while suggestions are coming asks first")
    func waiting() throws {
        var session = try #require(Session(["Pain.", "Next."]))
        session.send(.suggestions(note: "note-1", .waiting))
        session.press("<Enter>")
        #expect(session.effects.isEmpty)
        #expect(session.status.contains("still coming"))
        session.press("a")
        #expect(session.effects.isEmpty)
        session.press("<Enter>")
        #expect(session.events == [.completed])
    }

    @Test("a question about suggestions goes when others take their place: no answer is given to those nobody saw")
    func replacedSuggestions() throws {
        var session = try #require(Session(["⟦S:Pain⟧ and fever.", "Next."]))
        let offered = session.model.undecidedSuggestions
        session.press("<Enter>")
        session.send(.suggestions(note: "note-1", .ready(offered)))
        #expect(session.status.contains("1 undecided: a accept all"), "the same ones again change nothing")
        session.send(.suggestions(note: "note-1", .none))
        #expect(session.model.context == .note)
        #expect(session.notice == "what is suggested has changed: Enter asks again")
        session.press("x")
        #expect(session.events.isEmpty && session.document.status == .pending)
    }

    @Test("the session resumes at the first note that is not finished")
    func resume() throws {
        let done = RecordedEvent(id: EventID("01"), batch: EventID("01"), event: .completed)
        let skipped = RecordedEvent(id: EventID("02"), batch: EventID("02"), event: .skipped)
        let session = try #require(Session(["A.", "B.", "C."], documents: [0: [done], 1: [skipped]]))
        #expect(session.model.current == 2)
        let all = try #require(Session(["A.", "B."], documents: [0: [done], 1: [skipped]]))
        #expect(all.notice == "every note is complete or skipped: o lists them, q leaves")
    }

    @Test("after the last note it says that all are done")
    func allDone() throws {
        var session = try #require(Session(["A.", "B."]))
        session.press("<Enter>.")
        #expect(session.events == [.completed, .skipped])
        #expect(session.notice == "every note is complete or skipped: o lists them, q leaves")
        #expect(session.model.current == 1)
    }

    @Test("undo after completing goes back to the note, then takes it back")
    func undoCompletion() throws {
        var session = try #require(Session(["Pain.", "Fever."]))
        session.press("<Enter>u")
        #expect(session.model.current == 0)
        #expect(session.notice.contains("u again"))
        session.press("u")
        #expect(session.document.status == .pending)
        #expect(session.notice == "undid: completed")
    }

    @Test("undo right after completing goes back though something was decided in the next note before")
    func undoCompletionBeforeDecidedNote() throws {
        let content = SpanContent(span: TextSpan(0, 5), text: "Fever", label: "Sign_symptom")
        let earlier = RecordedEvent(id: EventID("01"), batch: EventID("01"), event: .created(content))
        let start = try #require(Session(["Pain.", "Fever."], documents: [1: [earlier]]))
        var session = start
        session.press("<Enter>")
        session.press("u")
        #expect(session.model.current == 0)
        #expect(session.effects.isEmpty && session.model.notes[1].document.spans.count == 1)
        session.press("u")
        #expect(session.document.status == .pending)
        // Once something is decided there, undo is about that.
        session = start
        session.press("<Enter>Du")
        #expect(session.model.current == 1 && session.spans == ["Sign_symptom:Fever"])
        session.press("u")
        #expect(session.model.current == 1 && session.spans.isEmpty)
    }

    @Test("undo leads back through every note that was finished in haste")
    func undoSeveralCompletions() throws {
        var session = try #require(Session(["A.", "B.", "C.", "D."]))
        session.press("<Enter><Enter>.u")
        #expect(session.model.current == 2)
        session.press("uu")
        #expect(session.model.current == 1)
        session.press("uu")
        #expect(session.model.current == 0)
        session.press("u")
        #expect(session.model.notes.allSatisfy { $0.document.status == .pending })
    }

    @Test("knows the keys that finish a note, in the question too")
    func finishingKeys() throws {
        var session = try #require(Session(["⟦S:Pain⟧.", "Next."]))
        func finishing() -> String { String("a.xqu ".filter { session.model.finishesNote(.character($0)) }) }
        #expect(session.model.finishesNote(.enter) && finishing() == ".")
        session.press("<Enter>")
        #expect(session.model.finishesNote(.enter) && finishing() == "ax")
    }

    @Test("the list of notes narrows by typing and opens with Enter")
    func list() throws {
        var session = try #require(Session(["⟦S:Pain⟧ here.", "Fever.", "Cough."]))
        session.press("ao")
        #expect(session.screen.contains("▪ note-1"))
        #expect(session.screen.contains("1 decided"))
        #expect(session.screen.contains("· note-2"))
        #expect(session.screen.contains("untouched"))
        session.press("e-3<Enter>")
        #expect(session.model.current == 2)
        session.press("o9<Enter>")
        #expect(session.notice == "nothing fits what was typed")
        session.press("<Esc>")
        #expect(session.model.context == .note)
    }

    @Test("a list of five thousand notes is as quick as one of five")
    func longList() throws {
        var session = try #require(Session((1...5000).map { "Note \($0)." }))
        session.press("o")
        let clock = ContinuousClock()
        let time = clock.measure {
            session.press("<PgDn><PgDn>4999")
            _ = session.frame
        }
        #expect(session.screen.contains("note-4999"))
        #expect(time < .milliseconds(500))
        session.press("<Enter>")
        #expect(session.model.current == 4998)
    }

    @Test("opening a note asks for its suggestions and for the next one's")
    func prefetch() throws {
        let reviews = (1...4).map { number in
            let note = Note(id: "n\(number)", text: NoteText("Pain."))
            return NoteReview(note: note, document: Document(note: note.id, text: note.text))
        }
        let model = Model(
            notes: reviews, schema: Session.schema, annotator: "kim", engine: .loading, ids: EventIDSource(seed: 1),
            size: ScreenSize(columns: 80, rows: 24))
        var session = Session(model: try #require(model))
        session.send(.started)
        #expect(session.effects == [.suggest(notes: ["n1", "n2"])])
        session.send(.engine(.ready("mini@1f")))
        session.send(.suggestions(note: "n2", .ready([])))
        session.send(.suggestions(note: "n1", .withheld("31 % of the words are unknown to the model")))
        #expect(session.status.contains("31 % of the words"))
        session.press(".")
        #expect(session.effects.last == .suggest(notes: ["n3"]))
        session.send(.engine(.failed("weights are truncated")))
        #expect(session.model.notes[2].suggestions == .failed("weights are truncated"))
        session.press(".")
        #expect(session.effects.count == 1)
    }

    @Test("without a model nothing is asked for")
    func noModel() throws {
        var session = try #require(Session(["A."], engine: .none))
        session.send(.started)
        #expect(session.effects.isEmpty)
        #expect(session.screen.contains("no model"))
    }

    @Test("leaving with decisions that are not saved asks")
    func quitting() throws {
        var session = try #require(Session(["A."]))
        session.press("q")
        #expect(session.effects == [.quit])
        session.send(.saving(.failed("no space left on device")))
        #expect(session.screen.contains("NOT SAVED: no space left on device"))
        session.press("q")
        #expect(session.effects.isEmpty)
        #expect(session.status.contains("not everything is saved"))
        session.press("<Esc>qy")
        #expect(session.effects == [.quit])
        session.send(.saving(.saving))
        #expect(session.status.hasSuffix("saving…"))
    }

    @Test("the palette runs commands by name and tells why one cannot")
    func palette() throws {
        var session = try #require(Session(["⟦S:Pain⟧ and ⟦S:fever⟧.", "B."]))
        session.press(":acc<Enter>")
        #expect(session.spans == ["Sign_symptom:Pain"])
        session.press(":redo")
        #expect(session.screen.contains("nothing to redo in this note"))
        session.press("<Enter>")
        #expect(session.notice == "nothing to redo in this note")
        session.press("<Esc>:skip<Enter>")
        #expect(session.model.current == 1)
    }

    @Test("a line takes paste, wide characters and editing keys")
    func lines() throws {
        var session = try #require(Session(["Pain."]))
        session.press("m内")
        _ = update(&session.model, .key(.paste("科\r\nseen\t"), at: 5))
        session.press("X<BS><Left><Left>e\u{301}<Home>> <End>.<Enter>")
        #expect(session.document.comments.map(\.text) == ["> 内科 see\u{E9}n ."])
    }

    @Test("a paste outside a line does nothing")
    func paste() throws {
        var session = try #require(Session(["⟦S:Pain⟧."]))
        session.effects = update(&session.model, .key(.paste("aaxq"), at: 5))
        #expect(session.effects.isEmpty)
        #expect(session.notice.contains("pasted text"))
    }

    @Test("pages scroll and close")
    func pages() throws {
        var session = try #require(
            Session(["Pain."], guidelines: "# Rules\n\nMark **all** of it.\n\n- one\n  more\n- two"))
        session.press("g")
        #expect(session.screen.contains("Mark all of it."))
        #expect(session.screen.contains("• one more"))
        session.press("q?")
        #expect(session.screen.contains("Deciding"))
        session.press("jj<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>")
        #expect(session.screen.contains("Leave and lose what is not saved."))
        session.press("<Esc>")
        #expect(session.model.context == .note)
    }
}
