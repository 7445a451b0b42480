import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Notes that are opened when they are come to")
struct OpeningTests {
    private func note(_ number: Int) -> NoteReview {
        let note = Note(id: "note-\(number)", text: NoteText("Note \(number) denies pain."))
        return NoteReview(
            note: note, document: Document(note: note.id, text: note.text), suggestions: .ready([]))
    }

    /// The first of four notes open, the third complete.
    private func session() throws -> Session {
        let closed = (2...4).map { number in
            NoteReview(
                id: "note-\(number)",
                progress: .init(status: number == 3 ? .completed : .pending, decisions: number == 3 ? 5 : 0))
        }
        return Session(
            model: try #require(
                Model(
                    notes: [note(1)] + closed, schema: Session.schema, annotator: "kim",
                    engine: .ready("mini@1f0c2a3b4c5d"), ids: EventIDSource(seed: 7),
                    size: ScreenSize(columns: 80, rows: 24))))
    }

    @Test("the next note is asked for ahead of time, and Enter goes there at once")
    func prefetch() throws {
        var session = try session()
        session.send(.started)
        #expect(session.effects == [.open(note: "note-2")])
        session.send(.opened(note(2)))
        #expect(session.model.review.note.id == "note-1")
        session.press("<Enter>")
        #expect(session.model.review.note.id == "note-2")
        #expect(session.notice == "note-1: complete")
        #expect(session.effects.contains(.open(note: "note-4")))
    }

    @Test("a note that is not there yet opens as soon as it is; the notice stays")
    func late() throws {
        var session = try session()
        session.press("<Enter>")
        #expect(session.effects.contains(.open(note: "note-2")))
        #expect(session.model.review.note.id == "note-1")
        session.send(.opened(note(2)))
        #expect(session.model.review.note.id == "note-2")
        #expect(session.notice == "note-1: complete")
        #expect(session.screen.contains("Note 2 denies pain."))
    }

    @Test("the list says how far closed notes are, and opens them")
    func list() throws {
        var session = try session()
        session.press("o")
        #expect(session.rows.contains { $0.contains("✓ note-3") && $0.contains("complete") })
        #expect(session.rows.contains { $0.contains("· note-4") && $0.contains("untouched") })
        session.press("note-3<Enter>")
        #expect(session.effects == [.open(note: "note-3")])
        session.send(.opened(note(3)))
        #expect(session.model.review.note.id == "note-3")
        #expect(session.model.context == .note)
    }

    @Test("a note that cannot be opened leaves the person where they are and says why")
    func refused() throws {
        var session = try session()
        session.press("o")
        session.press("note-4<Enter>")
        session.send(.notOpened(note: "note-4", reason: "notes.jsonl:4: the note 'note-4' changed"))
        #expect(session.model.review.note.id == "note-1")
        #expect(session.notice.contains("note-4' changed"))
        session.send(.opened(note(4)))
        #expect(session.model.review.note.id == "note-1")
    }

    @Test("a step that several notes have is taken back in those that were not open, once they are")
    func stepInClosedNotes() throws {
        var session = try session()
        session.press("S")
        let step = try #require(session.document.log.last?.batch)
        session.press("u")
        guard case .openNotes(ofStep: step, isUndo: true, let batch)? = session.effects.last else {
            return #expect(Bool(false), "\(session.effects)")
        }
        let opened = note(3)
        var document = opened.document
        let text = document.text
        let content = SpanContent(TextSpan(0, 1), in: text, label: "Sign_symptom")
        document.apply(RecordedEvent(id: EventID("X"), batch: step, event: .created(content)))
        session.send(.opened(NoteReview(note: opened.note, document: document, suggestions: .ready([]))))
        session.send(.revert(step: step, isUndo: true, batch: batch, notes: ["note-3", "elsewhere"]))
        #expect(session.events == [.undone(target: step)])
        #expect(session.model.notes[2].document.spans.isEmpty)
        #expect(session.notice.hasSuffix("and in 1 that were not open; not in 1 that this session does not have"))
    }
}
