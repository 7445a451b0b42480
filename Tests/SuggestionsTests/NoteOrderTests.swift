import Annotation
import ClinicalText
import Suggestions
import Testing

@Suite("The order of notes")
struct NoteOrderTests {
    private let notes = ["one", "two", "three", "four"].map { (id: String) in
        Note(id: id, text: NoteText("fever, pain"))
    }

    private func offer(_ start: Int, _ end: Int, _ label: String = "S", score: Double = 0.9) -> Suggestion {
        let content = SpanContent(TextSpan(start, end), in: NoteText("fever, pain"), label: label)
        return Suggestion(content: content, model: "mini@1", score: score)
    }

    @Test(
        "by uncertainty: the least sure note first, those without suggestions last of the known, the unread after them")
    func uncertainty() {
        let known = [
            "one": [], "three": [offer(0, 5, score: 0.9), offer(7, 11, score: 0.4)], "four": [offer(0, 5, score: 0.6)],
        ]
        let ranking = NoteOrder.byUncertainty(notes) { known[$0.id] }
        #expect(ranking.notes.map(\.id) == ["four", "three", "one", "two"])
        #expect(ranking.known == 3)
        #expect(abs(NoteOrder.uncertainty(of: known["three"] ?? []) - 0.35) < 1e-9)
    }

    @Test("by disagreement: 1 − F1 of what two models mark, with edges and label")
    func disagreement() {
        let readings = [
            "one": (first: [offer(0, 5)], second: [offer(0, 5)]),
            "two": (first: [offer(0, 5), offer(7, 11)], second: [offer(0, 5)]),
            "three": (first: [offer(0, 5)], second: [offer(0, 5, "D")]),
        ]
        let ranking = NoteOrder.byDisagreement(notes) { readings[$0.id] }
        #expect(ranking.notes.map(\.id) == ["three", "two", "one", "four"])
        #expect(ranking.known == 3)
        #expect(NoteOrder.disagreement(between: [], and: []) == 0)
        #expect(NoteOrder.disagreement(between: [offer(0, 5)], and: []) == 1)
    }

    @Test("notes that tie keep their order; with nothing read, so do all")
    func ties() {
        #expect(NoteOrder.byUncertainty(notes) { _ in [] }.notes.map(\.id) == ["one", "two", "three", "four"])
        let nothing = NoteOrder.byUncertainty(notes) { _ in nil }
        #expect(nothing.notes.map(\.id) == ["one", "two", "three", "four"] && nothing.known == 0)
    }
}
