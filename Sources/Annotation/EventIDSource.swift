/// Makes event ids: ULIDs that grow even within one millisecond.
///
/// Pure: the time comes with each call, and randomness as a seed.
public struct EventIDSource: Sendable {
    /// `nil` before the first id.
    private var lastTime: UInt64?
    private var random: (high: UInt16, low: UInt64)
    private var state: UInt64

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Starts a sequence; two sessions need two seeds.
    public init(seed: UInt64) {
        state = seed
        random = (0, 0)
    }

    /// The next id (https://github.com/ulid/spec: 48 bits of time, 80 of randomness, incremented within a millisecond).
    ///
    /// - Parameter milliseconds: since 1970; a clock that went back does not make an id that sorts before its elders.
    public mutating func next(at milliseconds: UInt64) -> EventID {
        let isLater = lastTime.map { milliseconds > $0 } ?? true
        var time = isLater ? milliseconds : lastTime ?? milliseconds
        lastTime = time
        if isLater {
            random = (UInt16(truncatingIfNeeded: draw()), draw())
        } else {
            random.low &+= 1
            if random.low == 0 { random.high &+= 1 }
        }
        var digits = [UInt8](repeating: 0, count: 26)
        for index in (0..<10).reversed() {
            digits[index] = Self.alphabet[Int(time & 31)]
            time >>= 5
        }
        var low = random.low
        var high = random.high
        for index in (10..<26).reversed() {
            digits[index] = Self.alphabet[Int(low & 31)]
            low = low >> 5 | UInt64(high & 31) << 59
            high >>= 5
        }
        return EventID(String(decoding: digits, as: UTF8.self))
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func draw() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
