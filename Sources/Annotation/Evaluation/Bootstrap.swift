/// How far a figure over notes might be from what other notes of their kind would have given (Efron 1979).
///
/// Notes are drawn, not spans: those of one note stand or fall together.
public struct Bootstrap: Hashable, Sendable {
    /// The share of the resamples that an interval holds.
    public static let level = 0.95
    /// Sets of notes that are drawn: the ends of an interval then move by about a thousandth from seed to seed.
    public static let usualResamples = 2000

    /// For each resample, the places of the notes in it.
    private let resamples: [[Int]]

    /// Draws sets of as many notes as there are, with replacement.
    public init(notes: Int, resamples: Int = usualResamples, using generator: inout some RandomNumberGenerator) {
        self.resamples =
            notes <= 0
            ? [] : (0..<resamples).map { _ in (0..<notes).map { _ in Int.random(in: 0..<notes, using: &generator) } }
    }

    /// The interval between the percentiles that leave out alike at both ends.
    ///
    /// - Parameter figure: of the notes at these places.
    /// - Returns: `nil` without notes.
    public func interval(_ figure: ([Int]) -> Double) -> ClosedRange<Double>? {
        let values = resamples.map(figure).sorted()
        guard !values.isEmpty else { return nil }
        let rest = (1 - Self.level) / 2
        return Self.percentile(rest, of: values)...Self.percentile(1 - rest, of: values)
    }

    /// The value that a share of the sorted values lies below, between two by its distance from them.
    static func percentile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place.rounded(.down))
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
