import Annotation
import ClinicalText
import Testing

@Suite("Agreement") struct AgreementTests {
    /// Ten one-letter tokens: token `n` is [2n, 2n+1).
    private let letters = NoteText("a b c d e f g h i j")

    private func mark(_ tokens: ClosedRange<Int>, _ label: String = "X") -> LabelledSpan {
        LabelledSpan(TextSpan(tokens.lowerBound * 2, tokens.upperBound * 2 + 1), label)
    }

    private func isNear(_ value: Double?, _ expected: Double, within: Double = 1e-9) -> Bool {
        value.map { abs($0 - expected) <= within } ?? false
    }

    // MARK: Tokens

    @Test("Cohen's kappa: 8 of 10 tokens alike, 4 marked by each, is (0.8 - 0.52) / 0.48")
    func cohen() {
        var tokens = TokenAgreement(raters: 2)
        tokens.add(letters, [[mark(0...3)], [mark(0...2), mark(4...4)]])
        #expect(tokens.tokens == 10)
        #expect(isNear(tokens.cohen(0, 1), 0.28 / 0.48))
        #expect(isNear(tokens.cohen(0, 1, label: "X"), 0.28 / 0.48))
        // For two annotators who mark equally much Fleiss' kappa is Cohen's.
        #expect(isNear(tokens.fleiss(), 0.28 / 0.48))
    }

    @Test("Fleiss' kappa of his 1971 table (ten subjects, fourteen judges, five categories) is 0.210")
    func fleiss() {
        let table = [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
        var readings = [[LabelledSpan]](repeating: [], count: 14)
        for (token, votes) in table.enumerated() {
            let labels = votes.enumerated().flatMap { Array(repeating: "C\($0)", count: $1) }
            for (judge, label) in labels.enumerated() { readings[judge].append(mark(token...token, label)) }
        }
        var tokens = TokenAgreement(raters: 14)
        tokens.add(letters, readings)
        #expect(isNear(tokens.fleiss(), 0.210, within: 0.0005))
    }

    @Test("of overlapping spans the longest is the token's label")
    func nested() {
        var tokens = TokenAgreement(raters: 2)
        tokens.add(letters, [[mark(2...2, "Y"), mark(1...3)], [mark(1...3), mark(3...3, "Y")]])
        #expect(tokens.cohen(0, 1) == 1)
        #expect(tokens.labels == ["X"])
    }

    @Test("where chance explains everything there is no kappa: nothing marked, all marked alike, nobody else")
    func noKappa() {
        var nothing = TokenAgreement(raters: 2)
        #expect(nothing.cohen(0, 1) == nil && nothing.fleiss() == nil)
        nothing.add(letters, [[], []])
        #expect(nothing.cohen(0, 1) == nil && nothing.fleiss() == nil)
        #expect(nothing.cohen(0, 7) == nil)
        var alone = TokenAgreement(raters: 1)
        alone.add(letters, [[mark(0...1)]])
        #expect(alone.fleiss() == nil)
        alone.add(letters, [[], []])
        #expect(alone.tokens == 10)
    }

    // MARK: Units

    /// The example of Krippendorff 2004: a continuum of 300 from 150 on, here from 0.
    private var krippendorff: UnitisingAlpha {
        func unit(_ label: String, _ start: Int, _ length: Int) -> LabelledSpan {
            LabelledSpan(TextSpan(start - 150, start - 150 + length), label)
        }
        let k = [unit("k", 180, 60), unit("k", 300, 50)]
        var alpha = UnitisingAlpha(raters: 2)
        alpha.add(
            length: 300,
            [
                [unit("c", 225, 70), unit("c", 370, 30)] + k,
                [unit("c", 220, 80), unit("c", 355, 20), unit("c", 400, 20)] + k,
            ])
        return alpha
    }

    @Test("alpha for unitising is that of Krippendorff's worked example, with its two disagreements")
    func unitising() {
        let alpha = krippendorff
        #expect(isNear(alpha.observedDisagreement(label: "c"), 0.0144, within: 0.00005))
        #expect(isNear(alpha.expectedDisagreement(label: "c"), 0.0532, within: 0.00005))
        #expect(alpha.observedDisagreement(label: "k") == 0)
        #expect(isNear(alpha.expectedDisagreement(label: "k"), 0.0490, within: 0.00005))
        // The paper rounds the disagreements to four digits before it divides.
        #expect(isNear(alpha.alpha(label: "c"), 0.7285, within: 0.0002))
        #expect(alpha.alpha(label: "k") == 1)
        #expect(isNear(alpha.alpha(), 0.8587, within: 0.0002))
    }

    @Test("a label that turns up in a later note has a gap over the earlier ones, in any order of the notes")
    func laterLabel() {
        let readings = [[mark(0...1)], [mark(0...2)]]
        var first = UnitisingAlpha(raters: 2)
        first.add(length: 40, [[], []])
        first.add(length: 19, readings)
        var second = UnitisingAlpha(raters: 2)
        second.add(length: 19, readings)
        second.add(length: 40, [[], []])
        #expect(first.alpha() != nil && isNear(first.alpha(), second.alpha() ?? 0))
        #expect(UnitisingAlpha(raters: 2).alpha() == nil)
    }

    @Test("a unit that only one annotator has costs more than one whose edge is moved")
    func unitsMissed() {
        func alpha(_ second: [LabelledSpan]) -> Double {
            var alpha = UnitisingAlpha(raters: 2)
            alpha.add(length: 19, [[mark(1...2), mark(6...7)], second])
            return alpha.alpha() ?? .nan
        }
        #expect(alpha([mark(1...2), mark(6...7)]) == 1)
        #expect(alpha([mark(1...2), mark(6...8)]) < 1)
        #expect(alpha([mark(1...2)]) < alpha([mark(1...2), mark(6...8)]))
    }

    // MARK: Spans

    @Test("near matches are told apart from misses")
    func alignment() {
        let first = [mark(0...1), mark(2...3), mark(5...5), mark(7...7), mark(9...9)]
        let second = [mark(0...1), mark(2...3, "Y"), mark(5...6), mark(7...8, "Y")]
        let alignment = SpanAlignment(first, second)
        #expect(alignment.pairs.map(\.kind) == [.same, .label, .edges, .both, .missing])
        #expect(alignment.pairs.last == .init(first: mark(9...9), second: nil, kind: .missing))
    }

    @Test("a span has one counterpart: two halves of a long one are a near match and a miss")
    func oneCounterpart() {
        let alignment = SpanAlignment([mark(0...5)], [mark(0...2), mark(3...5)])
        #expect(alignment.count(.edges) == 1 && alignment.count(.missing) == 1)
    }

    @Test("a whole comparison: F1 over all pairs, confusion, the worst notes first")
    func whole() {
        var agreement = Agreement(annotators: ["kim", "lee", "mo"])
        agreement.add(note: "good", text: letters, readings: [[mark(0...1)], [mark(0...1)], [mark(0...1)]])
        agreement.add(note: "bad", text: letters, readings: [[mark(0...1)], [mark(0...1, "Y")], []])
        agreement.add(note: "empty", text: letters, readings: [[], [], []])
        agreement.add(note: "short of one", text: letters, readings: [[], []])
        #expect(agreement.pairs.map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
        // Three of nine spans' worth: 3 pairs match in the good note, none in the bad one.
        let micro = SpanScores.micro(agreement.strict)
        #expect(micro.matched == 3 && micro.predicted + micro.gold == 10)
        #expect(agreement.kinds == [.same: 3, .label: 1, .missing: 2])
        #expect(agreement.confusion[.init("X", "Y")] == 1)
        #expect(agreement.confusion[.init("X", nil)] == 1 && agreement.confusion[.init("Y", nil)] == 1)
        #expect(agreement.labels == ["X", "Y"])
        #expect(agreement.worstNotes == [.init(note: "bad", disagreements: 3, f1: 0)])
        #expect(agreement.notes.map(\.f1) == [1, 0, 1])
    }
}
