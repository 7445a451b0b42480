import Annotation
import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Marks after decisions")
struct MarkIndexTests {
    private static let text = """
        Denies ⟦S:chest ⟦B:pain⟧⟧ and ⟦S0.4:fever⟧; given ⟦M:furosemide⟧ ⟦O0.3:40 mg⟧ IV for ⟦D:heart ⟦D0.7:failure⟧⟧.
        Also ⟦S:cough⟧, ⟦S:dyspnoea⟧ and ⟦M0.2:aspirin⟧; no ⟦S0.9:haemoptysis⟧ seen.
        """

    @Test("what is looked up at the places of a decision is what a new look at the whole note finds", arguments: 0..<8)
    func local(seed: Int) throws {
        var session = try #require(Session([Self.text], threshold: seed % 2 == 0 ? 0 : 0.35))
        let (_, suggestions) = Session.read(Self.text)
        let keys =
            Array("nnpaxxaSMDdu]}[{ulwbjkvlSun").map { Key.character($0) } + [.control("r"), .control("r"), .escape]
        // A plain linear congruential generator (Knuth's MMIX): the same keys each time.
        var random = UInt64(seed)
        for _ in 0..<300 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            session.send(.key(keys[Int(random >> 33) % keys.count], at: random >> 40))
            guard session.model.context == .note else {
                session.send(.key(.escape, at: 0))
                continue
            }
            let review = NoteReview(
                note: session.model.review.note, document: session.document, suggestions: .ready(suggestions))
            let fresh = try #require(
                Model(
                    notes: [review], schema: Session.schema, threshold: session.model.threshold, annotator: "kim",
                    engine: .ready("mini@1f0c2a3b4c5d"), ids: EventIDSource(seed: 1), size: session.model.size))
            #expect(session.model.marks == fresh.marks)
        }
    }

    @Test("a step that is brought back before later ones is drawn where those put its span")
    func redoneInTheMidst() throws {
        var session = try #require(Session(["no cough here.", "the cough stays."]))
        session.press("wS")
        #expect(session.spans == ["Sign_symptom:cough"])
        let step = try #require(session.document.log.last?.batch)
        session.press("]")
        #expect(session.spans == ["Sign_symptom:cough here"])
        var effects: [Effect] = []
        for command in [Command.undoStep(step), .redoStep(step)] {
            _ = session.model.decide(command, effects: &effects)
        }
        let review = NoteReview(
            note: session.model.review.note, document: session.document, suggestions: .ready([]))
        let fresh = try #require(
            Model(
                notes: [review], schema: Session.schema, annotator: "kim", engine: .ready("mini@1f0c2a3b4c5d"),
                ids: EventIDSource(seed: 1), size: session.model.size))
        #expect(session.spans == ["Sign_symptom:cough here"])
        #expect(session.model.marks == fresh.marks)
    }

    @Test("what a threshold hides is counted after each decision")
    func hidden() throws {
        var session = try #require(Session([Self.text], size: ScreenSize(columns: 140, rows: 30), threshold: 0.35))
        #expect(session.screen.contains("2 hidden under 35 %"))
        session.press("/40<Enter>vlO<Esc>")
        session.press("n")
        #expect(session.screen.contains("1 hidden under 35 %"))
    }
}
