import Glibc

/// How well scores say how often they are right.
public struct Calibration: Hashable, Sendable {
    /// Scores are gathered in this many bins of equal width, as is usual (Guo and others 2017).
    public static let bins = 10

    private struct Bin: Hashable, Sendable {
        var count = 0
        var scores = 0.0
        var right = 0
    }

    private var bins = [Bin](repeating: Bin(), count: Self.bins)
    private var losses = 0.0

    /// Nothing judged yet.
    public init() {}

    /// Judges a prediction.
    ///
    /// - Parameter score: 0 to 1.
    public mutating func add(score: Double, isRight: Bool) {
        let score = min(1, max(0, score))
        let bin = min(Self.bins - 1, Int(score * Double(Self.bins)))
        bins[bin].count += 1
        bins[bin].scores += score
        bins[bin].right += isRight ? 1 : 0
        losses -= log(max(Self.leastProbability, isRight ? score : 1 - score))
    }

    /// A score of exactly 0 or 1 that is wrong would make the loss infinite.
    private static let leastProbability = 1e-9

    /// Predictions that were judged.
    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// Those of them that are right.
    public var right: Int { bins.reduce(0) { $0 + $1.right } }

    /// The expected calibration error: the mean distance of a bin's mean score from the share that is right in it, bins by
    /// their size (Naeini and others 2015); `nil` where nothing was judged.
    public var expectedError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + abs($1.scores - Double($1.right)) } / Double(count)
    }

    /// The mean of −log of what was given to what is so; `nil` where nothing was judged.
    public var logLoss: Double? { count == 0 ? nil : losses / Double(count) }
}
