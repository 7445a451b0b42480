import Annotation
import ClinicalText
import LabelQuality
import Testing

@Suite("Splits and assignments") struct DataSplitTests {
    private let sides = [
        DataSplit.Side("train", share: 0.8), .init("dev", share: 0.1), .init("test", share: 0.1),
    ]

    /// Two notes a patient, words that no other note has, and labels of which one is rare.
    private func readings(_ count: Int) -> [LabelReading] {
        (0..<count).map { index in
            let words = (0..<20).map { "w\(index)x\($0)" }.joined(separator: " ")
            let rare = index % 20 == 0 ? " ⟦rare|Rare⟧" : ""
            return reading("⟦pain|Problem⟧ \(words)\(rare)", id: "n\(index)", group: "patient-\(index / 2)")
        }
    }

    @Test("each side has its share of notes and of every label, and a patient is on one side")
    func shares() {
        let readings = readings(400)
        let split = DataSplit(readings, into: sides, seed: 7)
        #expect(split.places.count == 400)
        let counts = Dictionary(grouping: split.places.values) { $0 }.mapValues(\.count)
        #expect(counts == ["train": 320, "dev": 40, "test": 40])
        let rare = Dictionary(grouping: readings.filter { $0.record.text.hasSuffix("rare") }) {
            split.places[$0.record.id] ?? ""
        }.mapValues(\.count)
        #expect(rare == ["train": 16, "dev": 2, "test": 2])
        for patient in 0..<200 {
            #expect(split.places["n\(2 * patient)"] == split.places["n\(2 * patient + 1)"])
        }
    }

    @Test("the seed decides, and the order of the file does not")
    func seeds() {
        let readings = readings(60)
        let split = DataSplit(readings, into: sides, seed: 1)
        #expect(DataSplit(readings.reversed(), into: sides, seed: 1).places == split.places)
        #expect(DataSplit(readings, into: sides, seed: 2).places != split.places)
    }

    @Test("near-duplicates of different patients are on one side, and so are all who share a patient with them")
    func duplicates() {
        let words = (0..<50).map { "w\($0)" }.joined(separator: " ")
        for seed in 0..<20 {
            let twins = [
                reading(words, id: "a", group: "p1"), reading(words + " more", id: "b", group: "p2"),
                reading("something else of the second patient", id: "c", group: "p2"),
            ]
            let split = DataSplit(twins + readings(20), into: sides, seed: UInt64(seed))
            #expect(split.places["a"] == split.places["b"])
            #expect(split.places["b"] == split.places["c"])
            #expect(split.duplicates == 1)
        }
    }

    @Test("two annotators' readings of a note go together")
    func twoReadings() {
        let split = DataSplit([reading("pain", by: "ann"), reading("pain", by: "kim")], into: sides, seed: 1)
        #expect(split.places == ["note": "train"])
    }

    @Test("everyone gets as many notes, each two share as many, and nobody reads a note twice")
    func assignment() {
        let ids = (0..<100).map { "n\($0)" }
        let names = ["ann", "bo", "kim"]
        let assignment = Assignment(ids, to: names, twice: 0.3, seed: 3)
        #expect(assignment.twice.count == 30)
        #expect(names.map { assignment.notes[$0]?.count ?? 0 }.sorted() == [43, 43, 44])
        #expect(Set(assignment.notes.values.joined()).count == 100)
        for (one, other) in [("ann", "bo"), ("ann", "kim"), ("bo", "kim")] {
            let shared = Set(assignment.notes[one] ?? []).intersection(assignment.notes[other] ?? [])
            #expect(shared.count == 10)
        }
        #expect(Assignment(ids, to: names, twice: 0.3, seed: 3) == assignment)
        #expect(Assignment(ids, to: names, twice: 0.3, seed: 4) != assignment)
    }

    @Test("one annotator reads everything once; of no notes nothing comes")
    func edges() {
        #expect(Assignment(["a", "b"], to: ["ann"], twice: 1, seed: 1).notes == ["ann": ["a", "b"]])
        #expect(Assignment([], to: ["ann", "bo"], twice: 0.5, seed: 1).notes == ["ann": [], "bo": []])
        #expect(Assignment(["a"], to: ["ann", "bo"], twice: 1, seed: 1).notes == ["ann": ["a"], "bo": ["a"]])
        #expect(DataSplit([], into: sides, seed: 1).places == [:])
    }
}
