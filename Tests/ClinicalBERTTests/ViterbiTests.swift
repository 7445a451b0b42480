import ClinicalBERT
import Glibc
import Testing

@Suite("Viterbi over words")
struct ViterbiTests {
    private func decode(_ labels: [String], _ probabilities: [[Double]]) -> [DecodedEntity] {
        ViterbiDecoder(transitions: TagTransitions(labels)).decode(probabilities.flatMap { $0.map { Float(log($0)) } })
    }

    @Test("does not let I- follow O, even where each word alone would have it so")
    func legalOnly() {
        let entities = decode(["O", "B-X", "I-X"], [[0.8, 0.1, 0.1], [0.3, 0.2, 0.5]])
        #expect(entities.isEmpty)
    }

    @Test("scores a span with its share of all legal readings")
    func score() {
        // One word: O 0.5, B-X 0.3; I-X 0.2 is illegal at the start. 0.3 / 0.8.
        let one = decode(["O", "B-X", "I-X"], [[0.3, 0.5, 0.2]])
        #expect(one.map(\.words) == [0..<1])
        #expect(abs(one[0].score - 0.5 / 0.8) < 1e-6)
    }

    @Test("counts only readings in which the span ends where it ends")
    func scoreWithNeighbour() {
        // Legal: B then O, B or I, .6 × (.2 + .3 + .5); O then O or B, .3 × (.2 + .3). The span is B then I.
        let entities = decode(["O", "B-X", "I-X"], [[0.3, 0.6, 0.1], [0.2, 0.3, 0.5]])
        #expect(entities.map(\.words) == [0..<2])
        let total = 0.6 * 1.0 + 0.3 * 0.5
        #expect(abs(entities[0].score - 0.3 / total) < 1e-6)
    }

    @Test("separates neighbours by B-")
    func neighbours() {
        let entities = decode(["O", "B-X", "I-X"], [[0.1, 0.8, 0.1], [0.1, 0.8, 0.1]])
        #expect(entities.map(\.words) == [0..<1, 1..<2])
    }

    @Test("closes BILOU and BIOES entities by their last part")
    func explicitEnds() {
        for labels in [["O", "B-X", "I-X", "L-X", "U-X"], ["O", "B-X", "I-X", "E-X", "S-X"]] {
            let entities = decode(
                labels, [[0.1, 0.6, 0.1, 0.1, 0.1], [0.4, 0.1, 0.1, 0.3, 0.1], [0.1, 0.1, 0.1, 0.1, 0.6]])
            #expect(entities.map(\.words) == [0..<2, 2..<3])
        }
    }

    @Test("reads the label set of obi's de-identification models: eleven kinds of names, BILOU")
    func deidentification() {
        let kinds = [
            "AGE", "DATE", "EMAIL", "HOSP", "ID", "LOC", "OTHERPHI", "PATIENT", "PATORG", "PHONE", "STAFF",
        ]
        let labels = ["B", "I", "L", "U"].flatMap { part in kinds.map { "\(part)-\($0)" } } + ["O"]
        #expect(labels.count == 45)
        func word(_ likely: [String: Double]) -> [Double] {
            let rest = (1 - likely.values.reduce(0, +)) / Double(labels.count - likely.count)
            return labels.map { likely[$0] ?? rest }
        }
        // "12 March 2019 by Dr Kim": the middle looks like a start, and the last like an inside that nothing began.
        let entities = decode(
            labels,
            [
                word(["B-DATE": 0.9]), word(["B-DATE": 0.5, "I-DATE": 0.4]), word(["L-DATE": 0.9]), word(["O": 0.9]),
                word(["B-STAFF": 0.8]), word(["I-STAFF": 0.5, "L-STAFF": 0.4]),
            ])
        #expect(entities.map(\.words) == [0..<3, 4..<6])
        #expect(entities.map(\.entity) == ["DATE", "STAFF"])
    }

    @Test("puts neighbours of one unprefixed label together")
    func unprefixed() {
        let entities = decode(["O", "DATE", "NAME"], [[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
        #expect(entities.map(\.words) == [0..<2, 2..<3])
        #expect(entities.map(\.entity) == ["DATE", "NAME"])
    }

    @Test("opens an entity with I- where the scheme has no B- for it")
    func insideOnly() {
        #expect(decode(["O", "I-PER"], [[0.2, 0.8], [0.1, 0.9], [0.9, 0.1]]).map(\.words) == [0..<2])
    }

    @Test("stays exact over ten thousand words")
    func longNote() {
        let entities = decode(
            ["O", "B-X", "I-X"],
            Array(repeating: [[0.98, 0.01, 0.01], [0.01, 0.98, 0.01]], count: 5_000).flatMap { $0 })
        #expect(entities.count == 5_000)
        #expect(entities.allSatisfy { $0.score > 0.9 && $0.score <= 1 })
    }

    /// How much it counts that a label stands after another.
    ///
    /// After `O`, which a note starts after, 9 of 10 words are outside: with a half added to each of three counts, 9.5 and 1.5
    /// of 11.5. After others nothing was counted: each of the three labels is as likely. All weigh half: their roots.
    private static let (outside, begin, third) = (
        (9.5 / 11.5).squareRoot(), (1.5 / 11.5).squareRoot(), (1 / 3.0).squareRoot()
    )
    private static let mostlyOutside: TransitionCounts = {
        var counts = TransitionCounts()
        counts.add("O", after: "O", times: 9)
        counts.add("B-X", after: "O")
        return counts
    }()

    private func decode(
        _ counts: TransitionCounts, _ probabilities: [[Double]], temperature: Float = 1
    ) -> [DecodedEntity] {
        let transitions = TagTransitions(["O", "B-X", "I-X"], counts: counts)
        let scaled = probabilities.flatMap { $0.map { Float(log($0)) / temperature } }
        return ViterbiDecoder(transitions: transitions, temperature: temperature).decode(scaled)
    }

    @Test("goes by how often a label followed another in training, where that is known")
    func counts() {
        // 0.6 × √1.5 is less than 0.4 × √9.5; 0.9 × √1.5 is more than 0.1 × √9.5.
        #expect(decode(["O", "B-X", "I-X"], [[0.4, 0.6, 0]]).count == 1)
        #expect(decode(Self.mostlyOutside, [[0.4, 0.6, 0]]).isEmpty)
        let entities = decode(Self.mostlyOutside, [[0.1, 0.9, 0]])
        #expect(entities.map(\.words) == [0..<1])
        let (span, other) = (0.9 * Self.begin, 0.1 * Self.outside)
        #expect(abs(entities[0].score - span / (span + other)) < 1e-6)
    }

    @Test("scores a span of several words with what followed what, the word after it, too")
    func countsWithin() {
        let entities = decode(Self.mostlyOutside, [[0.05, 0.9, 0.05], [0.2, 0.1, 0.7]])
        #expect(entities.map(\.words) == [0..<2])
        let (outside, begin, third) = (Self.outside, Self.begin, Self.third)
        let span = begin * 0.9 * third * 0.7
        let others = begin * 0.9 * third * (0.2 + 0.1) + outside * 0.05 * (outside * 0.2 + begin * 0.1)
        #expect(abs(entities[0].score - span / (span + others)) < 1e-6)
    }

    @Test("reads the same at every temperature, since what followed what is divided like the logits")
    func countsAtTemperatures() {
        let words = [[0.4, 0.6, 0.0001], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4]]
        let paths = [0.5, 1, 4].map { decode(Self.mostlyOutside, words, temperature: $0).map(\.words) }
        #expect(paths == [[1..<3], [1..<3], [1..<3]])
    }

    @Test("has nothing to say of no words")
    func empty() { #expect(decode(["O", "B-X"], []).isEmpty) }
}
