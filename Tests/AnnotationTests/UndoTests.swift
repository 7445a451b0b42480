import Annotation
import ClinicalText
import Testing

@Suite("Undoing step by step") struct UndoTests {
    @Test("a step that is taken back leaves what a fold of the whole log leaves", arguments: 0..<12)
    func random(seed: Int) throws {
        var desk = Desk()
        let words = ["chest pain", "chest", "pain", "aspirin", "BP", "148", "148/86", "Denies"]
        // A plain linear congruential generator (Knuth's MMIX): the same commands each time.
        var state = UInt64(seed)
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, count)
        }
        for _ in 0..<200 {
            let word = words[draw(words.count)]
            let standing = desk.document.spans.isEmpty ? nil : desk.document.spans[draw(desk.document.spans.count)].id
            let id = standing ?? EventID("none")
            let command: Command =
                switch draw(16) {
                case 0: .accept(offer(word))
                case 1: .reject(offer(word))
                case 2: .acceptRelabelled(offer(word), label: "Medication")
                case 3: .acceptEdited(offer(word), to: span(of: words[draw(words.count)]))
                case 4: .create(span(of: word), label: "Disease_disorder")
                case 5: .edit(id, to: span(of: word))
                case 6: .relabel(id, label: "Medication")
                case 7: .delete(id)
                case 8: .rejectAccepted(id)
                case 9: .acceptAll(words.map { offer($0) })
                case 10: .complete(accepting: [], rejecting: [offer(word)])
                case 11: .comment(standing, text: "seen")
                case 12, 13, 14: .undo
                default: .redo
                }
            do { try desk.do(command) } catch { continue }
            #expect(desk.refolded == desk.document)
        }
    }

    @Test("a step undone by name from before others is folded away, and comes back in its place")
    func byName() throws {
        var desk = Desk()
        try desk.do(.create(span(of: "chest"), label: "Sign_symptom"))
        try desk.do(.edit(EventID("E1"), to: span(of: "chest pain")))
        let first = desk.document.log[0].batch
        desk.document.apply(RecordedEvent(id: EventID("X1"), batch: EventID("X1"), event: .undone(target: first)))
        #expect(desk.document.spans.isEmpty)
        desk.document.apply(RecordedEvent(id: EventID("X2"), batch: EventID("X2"), event: .redone(target: first)))
        #expect(desk.marks == ["chest pain/Sign_symptom"])
        #expect(desk.refolded == desk.document)
    }
}
