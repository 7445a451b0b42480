/// A generator whose state is a counter (Steele, Lea and Flood 2014): the same numbers for the same seed on any machine.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    /// The streams of a seed for what is drawn of notes; new weights have that of their parameter's number, hidden words that
    /// of their window and epoch.
    package enum Purpose {
        /// Notes drawn for intervals, or put in order.
        package static let draws: UInt64 = 0
        /// Notes held out.
        package static let heldOut: UInt64 = 1
        /// Notes divided into parts.
        package static let folds: UInt64 = 2
        /// Notes drawn to weigh transitions.
        package static let transitions: UInt64 = 3

        /// The order of the examples in an epoch.
        static func epoch(_ epoch: Int) -> UInt64 { 1 << 32 + UInt64(epoch) }
    }

    /// Numbers that belong to `seed` and, of those, to the purpose `stream`.
    package init(seed: UInt64, stream: UInt64) { state = Self.mix(seed &+ Self.mix(stream)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// The bijection that makes noise of a counter.
    static func mix(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
