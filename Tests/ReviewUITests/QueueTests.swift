import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("A queue of findings") struct QueueTests {
    private let targets = [
        ReviewQueue.Target(note: "note-2", span: TextSpan(6, 10), reason: "“rash” is Disease_disorder twice"),
        .init(note: "note-1", span: TextSpan(0, 6), reason: "ends with ‘.’"),
        .init(note: "note-1", span: nil, reason: "the same text as ‘note-2’"),
    ]

    private func session() throws -> Session {
        let reviews = ["Denies pain today.", "Has a rash."].enumerated().map { index, text in
            let note = Note(id: "note-\(index + 1)", text: NoteText(text))
            return NoteReview(note: note, document: Document(note: note.id, text: note.text))
        }
        return Session(
            model: try #require(
                Model(
                    notes: reviews, schema: Session.schema, annotator: "kim", engine: .none,
                    ids: EventIDSource(seed: 7),
                    size: ScreenSize(columns: 80, rows: 24), queue: ReviewQueue(targets))))
    }

    private func status(_ session: Session) -> String { FrameSnapshot.text(of: render(session.model)) }

    @Test("opens the first finding's note with the cursor on its place, and says why it is there")
    func opens() throws {
        let session = try session()
        #expect(session.model.review.note.id == "note-2")
        #expect(session.model.cursor == ScalarOffset(6))
        #expect(status(session).contains("1/3 “rash” is Disease_disorder twice"))
    }

    @Test("n and p go from finding to finding, over notes and round the ends")
    func goes() throws {
        var session = try session()
        session.press("n")
        #expect(session.model.review.note.id == "note-1")
        #expect(session.model.cursor == ScalarOffset(0))
        #expect(status(session).contains("2/3 ends with ‘.’"))
        session.press("lln")
        #expect(status(session).contains("3/3 the same text as ‘note-2’"))
        session.press("n")
        #expect(session.model.review.note.id == "note-2")
        #expect(session.model.notice?.text == "the queue is done; on from its first")
        session.press("p")
        #expect(session.model.queue?.position == 2)
        session.press("2p")
        #expect(session.model.queue?.position == 0)
    }

    @Test("a decision stays where it is, and a search has n for itself")
    func decides() throws {
        var session = try session()
        session.press("S")
        #expect(session.events.count == 1)
        #expect(session.model.review.note.id == "note-2")
        session.press("/a<Enter>n")
        #expect(session.model.queue?.position == 0)
        session.press("<Esc>n")
        #expect(session.model.queue?.position == 1)
    }

    @Test("a place that is not in the note opens the note at its start")
    func outside() throws {
        let note = Note(id: "note-1", text: NoteText("pain"))
        let model = try #require(
            Model(
                notes: [NoteReview(note: note, document: Document(note: note.id, text: note.text))],
                schema: Session.schema, annotator: "kim", engine: .none, ids: EventIDSource(seed: 7),
                size: ScreenSize(columns: 80, rows: 24),
                queue: ReviewQueue([.init(note: "note-1", span: TextSpan(90, 99), reason: "gone")])))
        #expect(model.cursor == ScalarOffset(0))
    }
}
