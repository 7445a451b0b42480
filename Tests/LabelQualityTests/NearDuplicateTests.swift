import Annotation
import ClinicalText
import LabelQuality
import Testing

@Suite("Near-duplicates") struct NearDuplicateTests {
    /// A hundred different words, one of which may be another.
    private func text(changing: Int? = nil, from first: Int = 0) -> String {
        (first..<first + 100).map { $0 == changing ? "changed" : "word\($0)" }.joined(separator: " ")
    }

    private func matches(_ texts: [String]) -> [NearDuplicates.Match] {
        var search = NearDuplicates()
        for text in texts { search.add(reading(text)) }
        return search.matches()
    }

    @Test("one changed word in a hundred leaves 91 of 101 runs of five in common")
    func oneWord() throws {
        let match = try #require(matches([text(), "something else entirely here today", text(changing: 50)]).first)
        #expect(match.text == 2)
        #expect(match.first == 0)
        #expect(abs(match.similarity - 91.0 / 101) < 1e-9)
    }

    @Test("white space and capitals do not count; half of the words in common is not nearly the same")
    func other() {
        #expect(matches([text(), text().uppercased() + "\n\n"]).map(\.similarity) == [1])
        #expect(matches([text(), text(from: 50)]) == [])
    }

    @Test("a chain of small changes is one group")
    func chain() {
        let texts = [text(), text(from: 5), text(from: 10), text(from: 15)]
        #expect(matches(texts).map(\.first) == [0, 0, 0])
    }

    @Test("notes of a word, and of none, are compared as they are")
    func short() {
        #expect(matches(["rash", "rash", "pain"]).map(\.text) == [1])
        #expect(matches(["…", "…"]).count == 1)
    }

    @Test("every pair of a thousand notes that differ in one word is found, and nothing else")
    func many() {
        let texts = (0..<500).flatMap { number in
            [text(from: number * 1000), text(changing: number * 1000 + 40, from: number * 1000)]
        }
        let found = matches(texts)
        #expect(found.count == 500)
        #expect(found.allSatisfy { $0.text == $0.first + 1 })
    }

    @Test("check names the note it is nearly the same as, once, whoever read it")
    func finding() {
        let readings = [
            reading(text(), id: "a"), reading(text(changing: 50), id: "b", by: "ann"),
            reading(text(changing: 50), id: "b", by: "kim"), reading(text(), id: "c"),
        ]
        #expect(
            found(.duplicate, in: readings) == [
                "b: –: 90 % of the runs of five words in it and in ‘a’ are in both",
                "c: –: the same text as ‘a’",
            ])
    }
}
