import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Learning from the decisions")
struct RetrainingTests {
    private func session(
        _ notes: [String] = ["⟦S:Pain⟧.", "⟦S:Fever⟧.", "⟦S:Cough⟧."],
        engine: EngineState = .ready("mini@1f0c2a3b4c5d"),
        abilities: Set<Ability> = [.training], readOnly: String? = nil, every: Int? = nil
    ) throws -> Session {
        let reviews = notes.enumerated().map { index, marked in
            let (text, suggestions) = Session.read(marked)
            let note = Note(id: "note-\(index + 1)", text: NoteText(text))
            return NoteReview(
                note: note, document: Document(note: note.id, text: note.text), suggestions: .ready(suggestions))
        }
        let model = Model(
            notes: reviews, schema: Session.schema, annotator: "kim", readOnly: readOnly, engine: engine,
            abilities: abilities, ids: EventIDSource(seed: 7), size: ScreenSize(columns: 80, rows: 24),
            retrainEvery: every)
        return Session(model: try #require(model))
    }

    private static let offer = AdapterOffer(
        notes: 12, f1: 0.71, interval: 0.66...0.76, baseF1: 0.65, difference: 0.01...0.1)

    @Test("is begun by r, and the title says how far it is")
    func begins() throws {
        var session = try session()
        session.press("r")
        #expect(session.effects == [.train])
        #expect(session.rows[0].contains("training 0 % · kim"))
        session.send(.training(.progress(share: 0.43, secondsLeft: 41.2)))
        #expect(session.rows[0].contains("training 43 %, 41 s left · kim"), "\(session.rows[0])")
        session.send(.training(.progress(share: 0.43, secondsLeft: 200)))
        #expect(session.rows[0].contains("training 43 %, 4 min left"))
        session.press("r")
        #expect(session.effects.isEmpty)
        #expect(session.notice == "training 43 %, 4 min left; :stop training ends it")
    }

    @Test("asks with figures when it is done, and no key of a review in haste answers")
    func asks() throws {
        var session = try session()
        session.press("r")
        session.send(.training(.offered(Self.offer)))
        #expect(
            session.status.hasPrefix(
                " adapter of 12 notes: F1 0.71 (0.66–0.76), without 0.65: too few to tell"), "\(session.status)")
        #expect(session.footer.hasPrefix(" y use it  r train again  Esc back"))
        for key in ["a", "x", "n", "t", "<Enter>", "S"] {
            session.press(key)
            #expect(session.effects.isEmpty && session.document.spans.isEmpty)
        }
        session.press("<Esc>")
        #expect(session.effects.isEmpty)
        #expect(session.rows[0].contains("adapter ready: r"))
        session.press("r")
        session.press("y")
        #expect(session.effects == [.adopt])
        #expect(!session.rows[0].contains("adapter ready"))
    }

    @Test("does not ask where something else is going on, but says that it is done")
    func waits() throws {
        var session = try session()
        session.press("r")
        session.press("/pai")
        session.send(.training(.offered(Self.offer)))
        #expect(session.status.contains("an adapter is ready: r shows it"))
        session.press("<Esc>")
        session.press("r")
        #expect(session.status.contains("F1 0.71"))
        session.press("r")
        #expect(session.effects == [.train])
    }

    @Test(
        "says whether it is better only where there are notes enough",
        arguments: [
            (29, 0.01...0.1, "too few to tell"), (30, 0.01...0.1, "better"), (30, -0.1...(-0.01), "worse"),
            (30, -0.01...0.1, "unclear"),
        ])
    func verdict(notes: Int, difference: ClosedRange<Double>, words: String) throws {
        var session = try session()
        session.press("r")
        session.send(
            .training(
                .offered(
                    AdapterOffer(notes: notes, f1: 0.7, interval: 0.6...0.8, baseF1: 0.6, difference: difference))))
        #expect(session.status.contains(": \(words)"), "\(session.status)")
    }

    @Test("that failed says why, and can be tried again")
    func fails() throws {
        var session = try session()
        session.press("r")
        session.send(.training(.failed("no adapter was trained: the disk is full")))
        #expect(session.notice == "no adapter was trained: the disk is full")
        session.press("r")
        #expect(session.effects == [.train])
    }

    @Test("is stopped by name; what comes of it later is not shown")
    func stops() throws {
        var session = try session()
        session.press(":stop training<Enter>")
        #expect(session.notice == "no training runs")
        session.press("<Esc>r")
        session.press(":stop training<Enter>")
        #expect(session.effects == [.stopTraining])
        session.send(.training(.offered(Self.offer)))
        session.send(.training(.progress(share: 0.5, secondsLeft: 3)))
        #expect(!session.rows[0].contains("training") && !session.rows[0].contains("adapter"))
    }

    @Test("that is adopted brings suggestions anew, and can be taken back by name")
    func adopts() throws {
        var session = try session()
        session.press("r")
        session.send(.training(.offered(Self.offer)))
        session.press("y")
        session.send(.engine(.ready("kim-1@0123456789ab")))
        session.send(.suggestions(note: "note-1", .none))
        session.send(.training(.inUse("kim-1")))
        #expect(session.effects == [.suggest(notes: ["note-1"])])
        #expect(session.notice.contains("kim-1"))
        session.press(":take back<Enter>")
        #expect(session.effects == [.takeBackAdapter])
        session.send(.training(.inUse(nil)))
        #expect(session.notice == "suggestions come from the model as it is")
    }

    @Test("that cannot be used is still offered")
    func notAdopted() throws {
        var session = try session()
        session.press("r")
        session.send(.training(.offered(Self.offer)))
        session.press("y")
        session.send(.training(.notAdopted("the disk is full")))
        #expect(session.notice == "the disk is full")
        session.press("r")
        #expect(session.status.contains("F1 0.71"))
    }

    @Test("that was adopted earlier is in the title and takes no other line away")
    func silent() throws {
        var session = try session()
        session.send(.notice("the journal's last line was cut off"))
        session.send(.training(.inUse("kim-1")))
        #expect(session.notice == "the journal's last line was cut off")
    }

    @Test("does not begin by itself while an adapter waits for an answer")
    func everyWaits() throws {
        var session = try session(every: 1)
        session.press("a<Enter>")
        session.send(.training(.offered(Self.offer)))
        session.press("<Esc>a<Enter>")
        #expect(!session.effects.contains(.train))
        #expect(session.rows[0].contains("adapter ready: r"))
    }

    @Test("begins by itself after every so many complete notes")
    func every() throws {
        var session = try session(every: 2)
        session.press("a<Enter>")
        #expect(!session.effects.contains(.train))
        session.press("a<Enter>")
        #expect(session.effects.contains(.train))
        session.press("a<Enter>")
        #expect(!session.effects.contains(.train))
    }

    @Test("needs a model that marks spans and a journal to write to")
    func unavailable() throws {
        var none = try session(engine: .none, abilities: [])
        none.press("r")
        #expect(none.notice == "training needs one model that marks spans and is no adapter")
        var loading = try session(engine: .loading)
        loading.press("r")
        #expect(loading.notice == "the model is still being read")
        var readOnly = try session(readOnly: "lee writes to it")
        readOnly.press("r")
        #expect(readOnly.notice == "lee writes to it")
        #expect(none.effects.isEmpty && loading.effects.isEmpty && readOnly.effects.isEmpty)
    }
}
