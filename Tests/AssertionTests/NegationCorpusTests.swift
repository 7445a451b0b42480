import Assertion
import ClinicalText
import FoundationEssentials
import Testing

/// The sentences of the NegEx test kit, beside the clone.
private enum NegationCorpus {
    static let path: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = "/\(root)/../shared/data/negation/sentences.jsonl"
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }()
}

@Suite("Negation corpus") struct NegationCorpusTests {
    /// The cue lists were tuned on the first half; only the second tells how good they are.
    @Test(
        "absent is proposed with an F1 of at least 0.90 on the half that nothing was tuned on",
        .enabled(if: NegationCorpus.path != nil, "../shared/data/negation is not beside this clone"))
    func secondHalf() throws {
        let file = try #require(NegationCorpus.path)
        let records = try JSONLines.values(try NoteReader.bytes(of: file), file: file).map(\.value)
        var scores = ValueScores(of: .absent)
        for record in records[(records.count / 2)...] {
            let text = NoteText(try #require(record["text"]?.stringValue))
            let span = TextSpan(try #require(record["start"]?.intValue), try #require(record["end"]?.intValue))
            let isNegated = try #require(record["negated"]) == .bool(true)
            scores.add(CueEngine.english.proposal(for: span, in: text).value, isGold: isNegated)
        }
        #expect(scores.gold == 69)
        #expect(scores.f1 >= 0.90, "F1 \(scores.f1), precision \(scores.precision), recall \(scores.recall)")
    }

    @Test("scores count what is right, proposed and wanted")
    func scores() {
        var scores = ValueScores(of: .absent)
        #expect(scores.f1 == 0 && scores.precision == 0 && scores.recall == 0)
        scores.add(.absent, isGold: true)
        scores.add(.absent, isGold: false)
        scores.add(.possible, isGold: true)
        scores.add(.present, isGold: false)
        // One of two proposals is right, one of two wanted is found.
        #expect(scores.precision == 0.5 && scores.recall == 0.5 && scores.f1 == 0.5)
    }
}
