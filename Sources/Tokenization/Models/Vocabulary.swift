/// The pieces of a model and their ids, found by their UTF-8 bytes.
///
/// Compared byte by byte: Swift's `String` would take canonically equal pieces ("é" in one code point and in two) for the
/// same one. An open-addressing table over one byte buffer: a look-up makes no string.
public struct Vocabulary: Sendable {
    private var bytes: [UInt8] = []
    /// Where piece `id` stands in `bytes`; empty for an id that no piece has.
    private var ranges: [Range<Int32>] = []
    /// Ids plus one, 0 for free; its size is a power of two.
    private var slots: [Int32] = []
    /// No piece is longer than this many bytes.
    let longestPiece: Int

    /// Ids past this are refused: no published vocabulary has a million pieces, and the table is indexed by id.
    static let largestID = 4_000_000

    /// Builds the table.
    ///
    /// Of pieces given twice the last one wins, as in the reference.
    init(_ pieces: [(bytes: [UInt8], id: Int)]) {
        let size = (pieces.map(\.id).max() ?? -1) + 1
        ranges = Array(repeating: 0..<0, count: size)
        var capacity = 16
        while capacity < pieces.count * 2 { capacity *= 2 }
        slots = Array(repeating: 0, count: capacity)
        longestPiece = pieces.map(\.bytes.count).max() ?? 0
        for piece in pieces {
            let start = Int32(bytes.count)
            bytes += piece.bytes
            ranges[piece.id] = start..<Int32(bytes.count)
            insert(piece.id)
        }
    }

    /// How many ids there are, counting gaps.
    public var count: Int { ranges.count }

    /// The id of the piece with these bytes.
    func id(of key: UnsafeRawBufferPointer) -> Int32? {
        var slot = Int(truncatingIfNeeded: Self.hash(key)) & (slots.count - 1)
        while slots[slot] != 0 {
            let id = slots[slot] - 1
            if matches(Int(id), key) { return id }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The id of this piece.
    public func id(of piece: String) -> Int? {
        Array(piece.utf8).withUnsafeBytes { id(of: $0).map(Int.init) }
    }

    /// The piece of this id, or `nil`.
    public func piece(_ id: Int) -> String? {
        guard ranges.indices.contains(id), !ranges[id].isEmpty else { return nil }
        let range = ranges[id]
        return String(decoding: bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }

    private func matches(_ id: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let range = ranges[id]
        guard range.count == key.count else { return false }
        let start = Int(range.lowerBound)
        for index in 0..<key.count where bytes[start + index] != key[index] { return false }
        return true
    }

    private mutating func insert(_ id: Int) {
        let range = ranges[id]
        let key = Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        key.withUnsafeBytes { key in
            var slot = Int(truncatingIfNeeded: Self.hash(key)) & (slots.count - 1)
            while slots[slot] != 0, !matches(Int(slots[slot] - 1), key) { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(id) + 1
        }
    }

    /// FNV-1a, 64 bits, folded once so that the low bits see the high ones.
    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 32)
    }
}
