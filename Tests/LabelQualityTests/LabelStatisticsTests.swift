import Annotation
import ClinicalText
import LabelQuality
import Testing

@Suite("Statistics") struct LabelStatisticsTests {
    private func table(_ name: String, of readings: [LabelReading]) -> [[FigureTable.Cell]] {
        LabelStatistics(readings).tables.first { $0.name == name }?.rows ?? []
    }

    @Test("notes, spans and words are counted by label, annotator and day")
    func counts() {
        let readings = [
            reading("⟦Chest pain|Problem⟧, ⟦aspirin|Drug⟧.", id: "a", by: "ann", day: "2026-11-01"),
            reading("⟦Chest|Body⟧ ⟦pain|Problem⟧, ⟦aspirin|Drug⟧.", id: "a", by: "kim", day: "2026-11-02"),
            reading("No ⟦rash|Problem⟧ today.", id: "b", by: "kim", answer: .pending, day: "2026-11-02"),
        ]
        #expect(
            table("all", of: readings).map { $0[1] } == [
                .count(2), .count(3), .count(2), .count(1), .count(0), .count(6), .count(9),
            ])
        #expect(
            table("labels", of: readings) == [
                [.words("Problem"), .count(3), .share(0.5), .count(3), .count(4)],
                [.words("Drug"), .count(2), .share(2.0 / 6), .count(2), .count(2)],
                [.words("Body"), .count(1), .share(1.0 / 6), .count(1), .count(1)],
            ])
        #expect(
            table("annotators", of: readings) == [
                [.words("ann"), .count(1), .count(2), .count(3), .figure(2000.0 / 3)],
                [.words("kim"), .count(2), .count(4), .count(6), .figure(4000.0 / 6)],
            ])
        #expect(table("days", of: readings).map { $0[0] } == [.words("2026-11-01"), .words("2026-11-02")])
        #expect(
            table("note_lengths", of: readings) == [
                [.words("notes"), .count(3), .count(3), .figure(3), .count(3), .count(3)]
            ])
    }

    @Test("a model's accept rate is counted by label and by tenth of its confidence")
    func acceptance() {
        var record = reading("⟦a|X⟧ ⟦b|X⟧ ⟦c|X⟧ ⟦d|Y⟧").record
        let outcomes: [(SpanSource?, Double?)] = [(.model, 0.95), (.corrected, 0.91), (.human, nil), (.model, 1)]
        for (index, outcome) in outcomes.enumerated() {
            record.spans[index].source = outcome.0
            record.spans[index].score = outcome.1
        }
        let content = SpanContent(TextSpan(0, 1), in: NoteText("a"), label: "X")
        // Only the first was a model's.
        record.rejected = [
            .init(content: content, score: 0.2), .init(content: content, source: .imported, score: 1),
            .init(content: content, source: .human),
        ]
        let readings = [LabelReading(record)]
        #expect(
            table("acceptance", of: readings) == [
                [.words("X"), .count(3), .count(1), .count(1), .count(1), .share(1.0 / 3)],
                [.words("Y"), .count(1), .count(1), .count(0), .count(0), .share(1)],
            ])
        #expect(
            table("confidence", of: readings) == [
                [.words("20–30 %"), .count(1), .count(0), .count(0), .count(1), .share(0)],
                [.words("90–100 %"), .count(3), .count(2), .count(1), .count(0), .share(2.0 / 3)],
            ])
    }

    @Test("each two annotators who completed a note in common are compared")
    func agreement() {
        let readings = [
            reading("⟦pain|A⟧ and ⟦rash|B⟧", id: "a", by: "ann"), reading("⟦pain|A⟧ and ⟦rash|A⟧", id: "a", by: "kim"),
            reading("⟦pain|A⟧", id: "b", by: "bo"), reading("pain", id: "b", by: "kim", answer: .pending),
        ]
        let rows = table("agreement", of: readings)
        #expect(rows.count == 1)
        #expect(rows.first?.prefix(4) == [.words("ann, kim"), .count(1), .score(0.5), .score(0.5)])
    }

    @Test("of what nobody did there is no table")
    func empty() {
        #expect(LabelStatistics([reading("nothing here")]).tables.map(\.name) == ["all", "annotators", "note_lengths"])
    }
}
