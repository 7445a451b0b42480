import Annotation
import ClinicalText
import Testing

@Suite("Evaluation")
struct SpanEvaluationTests {
    /// Numbers that repeat, each as likely.
    private struct Wheel: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            // Knuth's MMIX multiplier; the upper half is mixed down since the lower bits of such a wheel are poor.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 32)
        }
    }

    private func bootstrap(_ notes: Int, seed: UInt64 = 1) -> Bootstrap {
        var wheel = Wheel(state: seed)
        return Bootstrap(notes: notes, using: &wheel)
    }

    private let span = TextSpan(0, 4)

    /// Each note has one gold span, which is found or not.
    private func evaluation(found: [Bool], score: Double? = nil) -> SpanEvaluation {
        var evaluation = SpanEvaluation()
        for isFound in found {
            evaluation.add(
                predicted: [.init(isFound ? span : TextSpan(5, 6), "X", score: score)],
                gold: [LabelledSpan(span, "X")])
        }
        return evaluation
    }

    @Test("the interval of notes that are all alike is a point")
    func allAlike() {
        #expect(evaluation(found: [true, true, true]).interval(bootstrap(3)) == 1...1)
        #expect(evaluation(found: [true]).interval(bootstrap(1)) == 1...1)
        #expect(evaluation(found: []).interval(bootstrap(0)) == nil)
    }

    @Test(
        "the interval of one right and one wrong note is everything: a quarter of the resamples has none, a quarter all"
    )
    func twoNotes() {
        let both = evaluation(found: [true, false])
        #expect(both.f1 == 0.5)
        #expect(both.interval(bootstrap(2)) == 0...1)
    }

    @Test("the interval of 50 right notes of 100 is that of the binomial: 0.5 ± 1.96 · 0.05")
    func binomial() throws {
        let half = evaluation(found: (0..<100).map { $0 % 2 == 0 })
        let interval = try #require(half.interval(bootstrap(100)))
        #expect(abs(interval.lowerBound - 0.402) < 0.02)
        #expect(abs(interval.upperBound - 0.598) < 0.02)
        #expect(half.interval(bootstrap(100)) == interval)
        #expect(half.interval(bootstrap(100, seed: 2)).map { abs($0.lowerBound - interval.lowerBound) < 0.02 } == true)
    }

    @Test("a model differs from itself by nothing, and by more where it is better in every note")
    func paired() {
        let half = evaluation(found: (0..<100).map { $0 % 2 == 0 })
        #expect(half.interval(ofDifferenceFrom: half, bootstrap(100)) == 0...0)
        let all = evaluation(found: [Bool](repeating: true, count: 100))
        let none = evaluation(found: [Bool](repeating: false, count: 100))
        #expect(all.interval(ofDifferenceFrom: none, bootstrap(100)) == 1...1)
        #expect(none.interval(ofDifferenceFrom: all, bootstrap(100)) == -1...(-1))
        #expect(all.interval(ofDifferenceFrom: evaluation(found: [true]), bootstrap(100)) == nil)
    }

    @Test("pairing tells apart what the two intervals alone would not")
    func pairingHelps() throws {
        // The same 50 notes found by both, and 10 more by one of them.
        let fewer = evaluation(found: (0..<100).map { $0 < 50 })
        let more = evaluation(found: (0..<100).map { $0 < 60 })
        let (one, other) = (try #require(fewer.interval(bootstrap(100))), try #require(more.interval(bootstrap(100))))
        #expect(one.overlaps(other))
        let difference = try #require(more.interval(ofDifferenceFrom: fewer, bootstrap(100)))
        #expect(difference.lowerBound > 0)
        #expect(difference.contains(0.1))
    }

    @Test("percentiles of 0, 1, …, 40 under an interval of 95 in 100 are 1 and 39")
    func percentiles() {
        var wheel = Wheel(state: 1)
        var next = -1.0
        let bootstrap = Bootstrap(notes: 1, resamples: 41, using: &wheel)
        let interval = bootstrap.interval { _ in
            next += 1
            return next
        }
        #expect(interval.map { abs($0.lowerBound - 1) < 1e-9 && abs($0.upperBound - 39) < 1e-9 } == true)
    }

    @Test("the calibration error of four spans at 0.75, three of them right, is nothing; with one right it is a half")
    func calibrated() throws {
        let exact = evaluation(found: [true, true, true, false], score: 0.75)
        #expect(exact.calibration.expectedError == 0)
        let proud = evaluation(found: [true, false, false, false], score: 0.75)
        #expect(proud.calibration.expectedError == 0.5)
        #expect(proud.calibration.count == 4)
    }

    @Test("bins count by their size, and errors in different bins do not make up for each other")
    func bins() throws {
        var calibration = Calibration()
        // 0.9 and wrong, three times 0.1 and right: (0.9 + 3 · 0.9) / 4.
        calibration.add(score: 0.9, isRight: false)
        for _ in 0..<3 { calibration.add(score: 0.1, isRight: true) }
        #expect(try abs(#require(calibration.expectedError) - 0.9) < 1e-12)
        #expect(Calibration().expectedError == nil && Calibration().logLoss == nil)
    }

    @Test("the log loss of a half is log 2 whatever is so, and a sure score that is wrong is not infinite")
    func logLoss() throws {
        var calibration = Calibration()
        calibration.add(score: 0.5, isRight: true)
        calibration.add(score: 0.5, isRight: false)
        #expect(try abs(#require(calibration.logLoss) - 0.693147) < 1e-6)
        calibration.add(score: 1, isRight: false)
        calibration.add(score: 1, isRight: true)
        #expect(try #require(calibration.logLoss).isFinite)
        #expect(calibration.count == 4)
    }

    @Test("spans without a score are counted and not calibrated; a right place with another label is wrong")
    func withoutScore() {
        #expect(evaluation(found: [true, false]).calibration.count == 0)
        var evaluation = SpanEvaluation()
        evaluation.add(predicted: [.init(span, "Y", score: 1)], gold: [LabelledSpan(span, "X")])
        #expect(evaluation.calibration.expectedError == 1)
        #expect(evaluation.f1 == 0)
    }
}
