import Glibc

/// The numbering of how far a query stands from a key, for attention with relative positions (He and others 2021).
///
/// Near distances have a number each; where there are buckets, farther ones share numbers, logarithmically more the
/// farther they are.
package struct RelativeDistances: Sendable {
    /// Numbers go from 0 to `2 * span - 1`; `span` is that of a token to itself.
    package let span: Int
    /// The number of each key − query, from `1 - longest` to `longest - 1`.
    private let places: [Int32]
    private let longest: Int

    /// - Parameters:
    ///   - farthest: `max_relative_positions`.
    ///   - buckets: `position_buckets`, if there are any.
    ///   - longest: tokens of the longest sequence.
    package init(farthest: Int, buckets: Int?, longest: Int) {
        let span = buckets ?? farthest
        self.span = span
        self.longest = longest
        places = (1 - longest..<longest).map { difference in
            let distance = buckets.map { Self.bucket(-difference, $0, farthest) } ?? -difference
            return Int32(max(0, min(2 * span - 1, distance + span)))
        }
    }

    /// The reference's `make_log_bucket_position`, in float32 as it computes.
    private static func bucket(_ distance: Int, _ buckets: Int, _ farthest: Int) -> Int {
        let middle = buckets / 2
        guard abs(distance) > middle, middle > 0, farthest - 1 > middle else { return distance }
        let share = logf(Float(abs(distance)) / Float(middle)) / logf(Float(farthest - 1) / Float(middle))
        let bucket = Int(ceilf(share * Float(middle - 1))) + middle
        return distance < 0 ? -bucket : bucket
    }

    /// The number of a key that stands `difference` tokens after its query.
    package func place(_ difference: Int) -> Int { Int(places[difference + longest - 1]) }

    /// Calls `body` with the numbers of keys and queries whose difference is what the pointer is moved by.
    func withPlaces(around difference: Int, _ body: (UnsafePointer<Int32>) -> Void) {
        places.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base + difference + longest - 1) }
        }
    }
}
