/// Damages files in the ways that files are damaged, and in those that a person with bad intent would choose.
///
/// The same seed makes the same file, so that a failure can be had again.
struct Mutator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Numbers at which a check that is off by one, or a product that wraps around, shows.
    private static let lengths: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 62,
        .max >> 1, 1 << 63, .max,
    ]

    /// Bytes with a meaning in a pickle or in JSON.
    private static let tokens: [UInt8] =
        Array(#"(.0N12JKMXUTQRbcehijloqrstu]})a{}[],:"-\0123456789"#.utf8) + Array(0x80...0x98)

    /// A file with one to four things wrong with it.
    ///
    /// - Parameter ranges: where what describes the rest stands; three of four changes are made there.
    mutating func damaged(_ file: [UInt8], mostlyIn ranges: [Range<Int>]) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty { change(&bytes, ranges) }
        return bytes
    }

    private mutating func place(in bytes: [UInt8], _ ranges: [Range<Int>]) -> Int {
        let range = ranges.randomElement(using: &self)?.clamped(to: bytes.indices) ?? bytes.indices
        let chosen = range.isEmpty || Int.random(in: 0..<4, using: &self) == 0 ? bytes.indices : range
        return Int.random(in: chosen, using: &self)
    }

    private mutating func span(in bytes: [UInt8], _ ranges: [Range<Int>]) -> Range<Int> {
        let start = place(in: bytes, ranges)
        return start..<min(bytes.count, start + Int.random(in: 1...48, using: &self))
    }

    private mutating func change(_ bytes: inout [UInt8], _ ranges: [Range<Int>]) {
        let place = place(in: bytes, ranges)
        switch Int.random(in: 0..<9, using: &self) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1: bytes[place] = .random(in: .min ... .max, using: &self)
        case 2, 3: bytes[place] = Self.tokens.randomElement(using: &self) ?? 0
        case 4: bytes.removeLast(Int.random(in: 1...bytes.count, using: &self))
        case 5: bytes.removeSubrange(span(in: bytes, ranges))
        case 6: bytes.insert(contentsOf: Array(bytes[span(in: bytes, ranges)]), at: place)
        case 7:
            let span = span(in: bytes, ranges)
            let copy = Array(bytes[span])
            for (offset, byte) in copy.enumerated() where place + offset < bytes.count {
                bytes.swapAt(place + offset, span.lowerBound + offset)
                bytes[place + offset] = byte
            }
        default:
            let width = [1, 2, 4, 8].randomElement(using: &self) ?? 8
            let number = (Self.lengths.randomElement(using: &self) ?? 0).bytes
            for offset in 0..<width where place + offset < bytes.count { bytes[place + offset] = number[offset] }
        }
    }
}
