/// The merges of a byte-pair encoding: which two pieces become which, and how soon.
///
/// Open addressing over the two ids, so that a look-up is one probe and no hashing of tuples.
struct PairTable: Sendable {
    struct Merge: Sendable, Hashable {
        /// The lowest is done first.
        var rank: Int32
        /// The piece that the two become.
        var id: Int32
    }

    /// The left id in the high half plus one, so that 0 is free.
    private var keys: [UInt64]
    private var merges: [Merge]

    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: 0, count: size)
        merges = Array(repeating: Merge(rank: 0, id: 0), count: size)
    }

    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        let mask = keys.count - 1
        // Fibonacci hashing: the high bits of the product depend on all bits of both ids.
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        return keys.withUnsafeBufferPointer { keys in
            while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
            return slot
        }
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left) + 1) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Of merges given twice the last one counts, as in the reference.
    ///
    /// Never called more often than the capacity says.
    mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
        let key = Self.key(left, right)
        let slot = slot(key)
        keys[slot] = key
        merges[slot] = merge
    }

    @inline(__always)
    subscript(left: Int32, right: Int32) -> Merge? {
        let key = Self.key(left, right)
        let slot = slot(key)
        return keys[slot] == key ? merges[slot] : nil
    }
}
