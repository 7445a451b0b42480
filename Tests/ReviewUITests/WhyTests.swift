import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Why")
struct WhyTests {
    private static let note = "Denies ⟦S0.86:⟦D0.2:chest⟧ pain⟧ today, 黑便 too."

    private func explanation(_ session: Session, model: String = "mini@1f0c2a3b4c5d") -> SpanExplanation {
        SpanExplanation(
            model: model,
            labels: [
                .init(label: "Sign_symptom", probability: 0.84), .init(label: nil, probability: 0.1),
                .init(label: "DRUG", probability: 0.03), .init(label: "Medication", probability: 0.01),
                .init(label: "Disease_disorder", probability: 0.02),
            ],
            pushes: [
                .init(word: TextSpan(0, 6), drop: 0.31), .init(word: TextSpan(18, 23), drop: -0.06),
                .init(word: TextSpan(25, 27), drop: 0.001),
            ])
    }

    /// The cursor is on "pain", under the longer suggestion.
    private func session(_ columns: Int = 80, _ rows: Int = 24) throws -> Session {
        var session = try #require(
            Session(
                [Self.note], size: ScreenSize(columns: columns, rows: rows), schema: Session.schemaWithAssertion))
        session.press("0ll")
        return session
    }

    @Test("asks the model that offered the span, by the label's names, and shows the rest at once")
    func asking() throws {
        var session = try session()
        session.press("e")
        #expect(
            session.effects == [
                .explain(
                    note: "note-1", span: TextSpan(7, 17), names: ["Sign_symptom"], model: "mini@1f0c2a3b4c5d")
            ])
        #expect(session.screen.contains("asking the model… Esc stops"))
        #expect(session.screen.contains("absent  by “Denies”"))
        session.send(.answering(0.5))
        #expect(session.screen.contains("asking the model… ██████████░░░░░░░░░░ 50 % · Esc stops"))
        session.press("<Esc>e")
        #expect(session.screen.contains("asking the model… Esc stops"), "the next question begins anew")
    }

    @Test("shows probabilities under the schema's names, the cue, and the words that pushed, named as occlusion")
    func answer() throws {
        var session = try session()
        session.press("e")
        session.send(.explanation(note: "note-1", span: TextSpan(7, 17), explanation(session)))
        let screen = session.screen
        #expect(!screen.contains("asking"))
        for line in [
            "84 %  Sign_symptom", "10 %  no label", "4 %   Medication", "2 %   Disease_disorder",
            "occlusion: the drop of its probability without each word", "+31   Denies", "−6    today",
        ] { #expect(screen.contains(line), "\(line)") }
        #expect(!screen.contains("黑便  "), "what moves nothing is not shown")
        session.press("e")
        #expect(session.model.context == .note && session.effects.isEmpty)
    }

    @Test("Esc drops the question; an answer that comes late, or for another span, is not shown")
    func dropping() throws {
        var session = try session()
        session.press("e<Esc>")
        #expect(session.effects.last == .dropQuestion)
        session.send(.explanation(note: "note-1", span: TextSpan(7, 17), explanation(session)))
        #expect(session.model.context == .note)
        session.press("e")
        session.send(.explanation(note: "note-1", span: TextSpan(0, 6), explanation(session)))
        session.send(.explanation(note: "note-2", span: TextSpan(7, 17), explanation(session)))
        #expect(session.screen.contains("asking the model…"))
        session.send(.explanation(note: "note-1", span: TextSpan(7, 17), nil))
        #expect(session.screen.contains("the model has nothing to say about it"))
        session.press("q")
        #expect(session.effects.isEmpty)
    }

    @Test(
        "without a model it says so, and shows what is known all the same",
        arguments: [
            (EngineState.none, "there is no model to ask"), (.loading, "the model is still being loaded"),
            (.failed("weights: cut off"), "weights: cut off"),
        ])
    func noModel(engine: EngineState, words: String) throws {
        var session = try #require(Session([Self.note], engine: engine, schema: Session.schemaWithAssertion))
        session.press("0lle")
        #expect(session.effects.isEmpty)
        #expect(session.screen.contains(words) && session.screen.contains("by “Denies”"))
        session.press("<Esc>0e")
        #expect(session.notice == "no span here; n goes to the next")
    }

    @Test("a span that nothing else moves says that")
    func nothing() throws {
        var session = try session()
        session.press("e")
        let calm = SpanExplanation(model: "m", labels: [.init(label: "Dosage", probability: 1)], pushes: [])
        session.send(.explanation(note: "note-1", span: TextSpan(7, 17), calm))
        #expect(session.screen.contains("no single word of the sentence moves it (occlusion)"))
    }

    @Test("frames", arguments: [(80, 24), (120, 40)])
    func frames(columns: Int, rows: Int) throws {
        var session = try session(columns, rows)
        session.press("e")
        session.send(.explanation(note: "note-1", span: TextSpan(7, 17), explanation(session)))
        try FrameSnapshot.check(session.frame, "why-\(columns)x\(rows)")
    }
}
