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
    /// After `O`, which a note starts after, 9 of 10 words are outside: with a tenth added to each of three counts, 9.1 and 1.1
    /// of 10.3. After others nothing was counted: each of the three labels is as likely. All weigh a half: their roots.
    private static let (outside, begin, third) = (
        (9.1 / 10.3).squareRoot(), (1.1 / 10.3).squareRoot(), (1 / 3.0).squareRoot()
    )
    private static let mostlyOutside: TransitionCounts = {
        var counts = TransitionCounts()
        counts.weight = 0.5
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
        // 0.6 × √1.1 is less than 0.4 × √9.1; 0.9 × √1.1 is more than 0.1 × √9.1.
        #expect(decode(["O", "B-X", "I-X"], [[0.4, 0.6, 0]]).count == 1)
        #expect(decode(Self.mostlyOutside, [[0.4, 0.6, 0]]).isEmpty)
        let entities = decode(Self.mostlyOutside, [[0.1, 0.9, 0]])
        #expect(entities.map(\.words) == [0..<1])
        let (span, other) = (0.9 * Self.begin, 0.1 * Self.outside)
        #expect(abs(entities[0].score - span / (span + other)) < 1e-6)
    }

    @Test(
        "scores a span as all readings together do that have it, before and after other words",
        arguments: [
            ["O", "B-X", "I-X", "B-Y", "I-Y"], ["B-X", "I-X", "B-Y"], ["O", "I-X", "I-Y"],
            ["O", "B-X", "I-X", "L-X", "U-X"], ["O", "X", "Y"],
        ])
    func allReadings(_ labels: [String]) {
        var counts = TransitionCounts()
        counts.weight = 0.7
        for (index, previous) in labels.enumerated() {
            for (other, next) in labels.enumerated() {
                counts.add(next, after: previous, times: (index * 7 + other * 3) % 11)
            }
        }
        let transitions = TagTransitions(labels, counts: counts)
        let weights = counts.logWeights(labels).map { exp($0) }
        let words: [[Double]] = (0..<5).map { word in
            let row = labels.indices.map { Double(1 + (word * 5 + $0 * 4) % 9) }
            return row.map { $0 / row.reduce(0, +) }
        }
        var readings: [(entities: Set<[Int]>, weight: Double)] = []
        func extend(_ path: [Int], _ weight: Double) {
            guard path.count < words.count else {
                if transitions.mayEnd[path[path.count - 1]] {
                    readings.append((entities(path, transitions.tags), weight))
                }
                return
            }
            for tag in labels.indices {
                let emission = words[path.count][tag]
                if let last = path.last {
                    guard transitions.successors[last].contains(tag) else { continue }
                    extend(path + [tag], weight * emission * weights[last * labels.count + tag])
                } else if transitions.starts.contains(tag) {
                    let start = transitions.outside.map { weights[$0 * labels.count + tag] } ?? 1
                    extend([tag], emission * start)
                }
            }
        }
        extend([], 1)
        let total = readings.reduce(0) { $0 + $1.weight }
        let best = readings.max { $0.weight < $1.weight }?.entities ?? []
        let decoded = ViterbiDecoder(transitions: transitions).decode(words.flatMap { $0.map { Float(log($0)) } })
        #expect(!decoded.isEmpty)
        func key(_ entity: DecodedEntity) -> [Int] {
            let tag = transitions.tags.firstIndex { $0.entity == entity.entity } ?? -1
            return [entity.words.lowerBound, entity.words.upperBound, tag]
        }
        #expect(Set(decoded.map(key)) == best)
        for entity in decoded {
            let weight = readings.filter { $0.entities.contains(key(entity)) }.reduce(0) { $0 + $1.weight }
            #expect(abs(entity.score - weight / total) < 1e-5)
        }
    }

    /// What a path says: of each entity its first word, the word after it, and the first tag of its kind.
    private func entities(_ path: [Int], _ tags: [LabelTag]) -> Set<[Int]> {
        var found: Set<[Int]> = []
        var start = 0
        for index in 1...path.count {
            if index < path.count, tags[path[index - 1]].continues(into: tags[path[index]]) { continue }
            let first = tags[path[start]]
            if first.part != .outside {
                found.insert([start, index, tags.firstIndex { $0.entity == first.entity } ?? -1])
            }
            start = index
        }
        return found
    }

    @Test("scores a span of several words with what followed what")
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
