import Annotation
import ClinicalText
import LabelQuality
import Testing

@Suite("What is probably wrong in labels") struct LabelInspectionTests {
    @Test("a label that other places contradict two to one is shown in each of its places")
    func slip() {
        let readings = [
            reading("⟦Chest pain|Problem⟧. ⟦chest  pain|Problem⟧.", id: "a"),
            reading("⟦Aspirin|Drug⟧ for ⟦chest\npain|Test⟧.", id: "b"),
        ]
        #expect(
            found(.differently, in: readings) == [
                "b: chest\npain: “chest\u{FFFD}pain” is Problem twice and Test once"
            ])
    }

    @Test("where no label is clearly the usual one, one place stands for all")
    func ambiguous() {
        let readings = [
            reading("⟦pain|Problem⟧ ⟦pain|Problem⟧", id: "a"), reading("⟦pain|Test⟧ ⟦pain|Test⟧", id: "b"),
        ]
        #expect(found(.differently, in: readings) == ["b: pain: “pain” is Problem twice and Test twice"])
    }

    @Test("numbers and marks may have another label in each place")
    func numbers() {
        let readings = [reading("⟦40|Dose⟧ ⟦40|Dose⟧ ⟦40|Age⟧ ⟦+|Sign⟧ ⟦+|Sign⟧ ⟦+|Test⟧ 40 +")]
        #expect(found(.differently, in: readings) == [])
        #expect(found(.unlabelled, in: readings) == [])
    }

    @Test("words without a label are shown where they have one twice as often, in complete notes")
    func unlabelled() {
        let marked = "⟦Aspirin|Drug⟧ and ⟦aspirin|Drug⟧ and ASPIRIN."
        #expect(
            found(.unlabelled, in: [reading(marked)]) == [
                "note: ASPIRIN: “ASPIRIN” has a label twice, mostly Drug, and none here"
            ])
        #expect(found(.unlabelled, in: [reading(marked, answer: .pending)]) == [])
        #expect(found(.unlabelled, in: [reading(marked + " aspirin.")]) == [], "twice and twice: nobody knows")
    }

    @Test("words inside a longer span, and suggestions that were rejected, are decided")
    func covered() {
        let inside = "⟦pain|Problem⟧, ⟦pain|Problem⟧, ⟦no pain at all|Negative⟧"
        #expect(found(.unlabelled, in: [reading(inside)]) == [])
        var record = reading("⟦pain|Problem⟧, ⟦pain|Problem⟧, pain").record
        record.rejected = [
            .init(content: SpanContent(TextSpan(12, 16), in: NoteText(record.text), label: "Problem"))
        ]
        #expect(found(.unlabelled, in: [LabelReading(record)]) == [])
    }

    @Test("an edge is shown where four of five spans have it otherwise")
    func edges() {
        let usual = String(repeating: "the ⟦rash|Problem⟧. ", count: 4)
        #expect(
            found(.edge, in: [reading(usual + "⟦the rash|Problem⟧.")]) == [
                "note: the rash: “the rash” begins with a determiner, which 4 of 5 such spans leave out"
            ])
        #expect(
            found(.edge, in: [reading(usual + "⟦rash.|Problem⟧")]) == [
                "note: rash.: “rash.” ends with ‘.’, which 4 of 5 such spans leave out"
            ])
        #expect(
            found(.edge, in: [reading(usual + "a⟦ rash|Problem⟧ x")]) == [
                "note:  rash: “ rash” begins with white space, which 4 of 5 such spans leave out"
            ])
        let taken = String(repeating: "⟦the rash|Problem⟧, ", count: 4)
        #expect(
            found(.edge, in: [reading(taken + "the ⟦rash|Problem⟧")]) == [
                "note: rash: “rash” leaves out a determiner where it begins, which 4 of 5 such spans take in"
            ])
        #expect(found(.edge, in: [reading("the ⟦rash|P⟧ ⟦the rash|P⟧")]) == [], "once and once is no habit")
    }

    @Test("the full stop of an abbreviation and a closing bracket belong to the words")
    func abbreviations() {
        let usual = String(repeating: "⟦rash|Problem⟧. (⟦rash|Problem⟧) ", count: 4)
        for words in ["b.i.d.", "pt.", "Hb (low)", "“so”"] {
            #expect(found(.edge, in: [reading(usual + "⟦\(words)|Problem⟧ x")]) == [], "\(words)")
        }
    }

    @Test("a label that is used once is shown, where there are enough spans for that to be odd")
    func oneOff() {
        let many = String(repeating: "⟦rash|Symptom⟧ ", count: 19)
        #expect(
            found(.oneOff, in: [reading(many + "⟦pain|Symptum⟧")]) == [
                "note: pain: Symptum is used here only, among 20 spans"
            ])
        #expect(found(.oneOff, in: [reading("⟦rash|Symptom⟧ ⟦pain|Symptum⟧")]) == [])
    }

    @Test("a model that is sure contradicts a label, and sees what was left out")
    func model() {
        // Denies pain. Takes aspirin. Rash on arm.
        let readings = [reading("Denies ⟦pain|Drug⟧. Takes aspirin. ⟦Rash|Problem⟧ on ⟦arm|Body⟧.")]
        let sure = ModelReading(
            spans: [
                ModelSpan(TextSpan(7, 11), label: "Problem", score: 0.97),
                ModelSpan(TextSpan(19, 26), label: "Drug", score: 0.95),
                ModelSpan(TextSpan(28, 32), label: "Sign", score: 0.5),
            ], outside: [TextSpan(36, 39): 0.93, TextSpan(7, 11): 0.99])
        #expect(
            found(.contradicted, in: readings, models: ["note": sure]) == [
                "note: pain: “pain” is Drug; the model reads Problem, 97 %",
                "note: aspirin: “aspirin” has no label; the model reads Drug, 95 %",
                "note: arm: “arm” is Body; the model sees nothing there, 93 %",
            ])
        let edges = ModelReading(spans: [ModelSpan(TextSpan(0, 11), label: "Drug", score: 0.99)])
        #expect(found(.contradicted, in: readings, models: ["note": edges]) == [], "other edges are no contradiction")
    }

    @Test("an annotator who marks far more than the others is named, in the note that shows it best")
    func annotators() {
        let words = String(repeating: "word ", count: 50)
        func notes(_ marked: String, _ name: String) -> [LabelReading] {
            (1...6).map { reading(marked + words + String(repeating: "x ", count: $0), id: "\(name)\($0)", by: name) }
        }
        let few = notes("⟦a|Drug⟧ ", "ann") + notes("⟦a|Drug⟧ ", "bo")
        let many = notes("⟦a|Drug⟧ ⟦b|Drug⟧ ⟦c|Drug⟧ ", "kim")
        let findings = found(.annotator, in: few + many)
        #expect(findings.count == 1)
        #expect(findings.contains { $0.hasPrefix("kim1: a: Drug: kim 5") && $0.hasSuffix("over 12") })
        #expect(found(.annotator, in: few) == [])
    }

    @Test("a day is compared with the others, where days are known")
    func days() {
        let words = String(repeating: "word ", count: 50)
        let readings = (1...12).map { index in
            reading(
                (index > 6 ? "⟦a|Drug⟧ ⟦b|Drug⟧ ⟦c|Drug⟧ " : "⟦a|Drug⟧ ") + words
                    + String(repeating: "x ", count: index % 6), id: "n\(index)",
                day: index > 6 ? "2026-11-02" : "2026-11-01")
        }
        #expect(found(.day, in: readings).contains { $0.contains("Drug: on 2026-11-02 5") })
        #expect(found(.annotator, in: readings) == [])
    }

    @Test("an id stays when other notes come and counts change, and two findings never share one")
    func ids() throws {
        let first = [reading("⟦rash|A⟧ ⟦rash|A⟧ ⟦rash|B⟧", id: "a")]
        let more = first + [reading("⟦rash|A⟧ ⟦rash|A⟧ rash", id: "b")]
        let before = try #require(LabelInspection.findings(first).first)
        let after = LabelInspection.findings(more)
        #expect(after.first?.id == before.id)
        #expect(after.first?.reason != before.reason)
        #expect(Set(after.map(\.id)).count == after.count)
        #expect(before.id.count == 12)
    }

    @Test("a finding comes back from its JSON")
    func coding() throws {
        for finding in LabelInspection.findings([reading("⟦rash|A⟧ ⟦rash|A⟧ ⟦rash|B⟧"), reading("x", id: "b")]) {
            let line = try JSONValue.line(finding)
            let back = try JSONLines.decode(Array(line.utf8), file: "f", as: LabelFinding.self).map(\.value)
            #expect(back == [finding])
        }
    }
}
