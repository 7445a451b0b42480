/// The pieces of a model and their ids, found by their UTF-8 bytes.
///
/// Compared byte by byte: Swift's `String` would take canonically equal pieces ("é" in one code point and in two) for the
/// same one. An open-addressing table over one byte buffer: a look-up makes no string.
public struct Vocabulary: Sendable {
    private struct Slot: Sendable {
        /// The id plus one, 0 for free.
        var entry: UInt32
        /// The high half of the hash, so that a piece that is not there is seldom compared.
        var check: UInt32
    }

    private var storage: [UInt8] = []
    /// Where piece `id` starts and ends in `storage`; both 0 for an id that no piece has.
    private var places: [(start: Int32, end: Int32)] = []
    /// Its size is a power of two.
    private var slots: [Slot] = []
    /// How many pieces were put in.
    private(set) var pieceCount = 0
    /// No piece is longer than this many bytes.
    private(set) var longestPiece = 0

    /// Ids from here on are refused: no published vocabulary has a million pieces, and the table is indexed by id.
    static let largestID = 4_000_000
    /// Ids may leave gaps, but not more of them than this and three times as many as there are pieces: a short file must
    /// not ask for a long table.
    private static let allowedGaps = 65_536

    /// Whether ids up to `id` are in proportion to so many pieces.
    static func allows(_ id: Int, pieces: Int) -> Bool {
        id >= 0 && id <= largestID && id <= pieces * 4 + allowedGaps
    }

    /// Makes a table for about `capacity` pieces.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Slot(entry: 0, check: 0), count: size)
        places.reserveCapacity(capacity)
        storage.reserveCapacity(capacity * 8)
    }

    /// How many ids there are, counting gaps.
    public var count: Int { places.count }

    /// Puts a piece in; of pieces given twice the last id is found, as in the reference.
    ///
    /// - Parameter id: one that ``allows(_:pieces:)`` says yes to.
    /// - Returns: `false` if another piece has this id.
    mutating func insert(_ piece: some Collection<UInt8>, id: Int) -> Bool {
        let start = storage.count
        storage.append(contentsOf: piece)
        while places.count <= id { places.append((0, 0)) }
        guard places[id].end == 0 || piece.isEmpty else { return false }
        places[id] = (Int32(start), Int32(storage.count))
        longestPiece = max(longestPiece, storage.count - start)
        pieceCount += 1
        if pieceCount * 2 > slots.count { grow() }
        let hash = storage.withUnsafeBytes { Self.hash($0, start..<$0.count) }
        place(id, hash, start..<storage.count)
        return true
    }

    private mutating func grow() {
        let old = places.indices.filter { places[$0].end > places[$0].start }
        slots = Array(repeating: Slot(entry: 0, check: 0), count: slots.count * 2)
        for id in old {
            let range = Int(places[id].start)..<Int(places[id].end)
            place(id, storage.withUnsafeBytes { Self.hash($0, range) }, range)
        }
    }

    private mutating func place(_ id: Int, _ hash: UInt64, _ range: Range<Int>) {
        let free = storage.withUnsafeBytes { slot(of: $0, range, hash) }
        slots[free] = Slot(entry: UInt32(id) + 1, check: UInt32(truncatingIfNeeded: hash >> 32))
    }

    /// The slot of this piece, or the free one where it belongs.
    @inline(__always)
    private func slot(of key: UnsafeRawBufferPointer, _ range: Range<Int>, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        let check = UInt32(truncatingIfNeeded: hash >> 32)
        return slots.withUnsafeBufferPointer { slots in
            var index = Int(truncatingIfNeeded: hash) & mask
            while slots[index].entry != 0 {
                if slots[index].check == check, matches(Int(slots[index].entry) - 1, key, range) { break }
                index = (index + 1) & mask
            }
            return index
        }
    }

    @inline(__always)
    private func matches(_ id: Int, _ key: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        let place = places[id]
        guard Int(place.end - place.start) == range.count else { return false }
        return storage.withUnsafeBytes { bytes in
            for offset in 0..<range.count where bytes[Int(place.start) + offset] != key[range.lowerBound + offset] {
                return false
            }
            return true
        }
    }

    /// The id of the piece `key[range]`, whose hash is known.
    @inline(__always)
    func id(of key: UnsafeRawBufferPointer, _ range: Range<Int>, hash: UInt64) -> Int32? {
        let entry = slots[slot(of: key, range, hash)].entry
        return entry == 0 ? nil : Int32(bitPattern: entry) - 1
    }

    /// The id of the piece `key[range]`.
    func id(of key: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int32? {
        id(of: key, range, hash: Self.hash(key, range))
    }

    /// The id of the piece with these bytes.
    func id(of key: [UInt8]) -> Int32? { key.withUnsafeBytes { id(of: $0, 0..<$0.count) } }

    /// The id of this piece.
    public func id(of piece: String) -> Int? { id(of: Array(piece.utf8)).map(Int.init) }

    /// The bytes of the piece of this id; empty if it has none.
    func bytes(of id: Int) -> ArraySlice<UInt8> {
        guard places.indices.contains(id) else { return [] }
        return storage[Int(places[id].start)..<Int(places[id].end)]
    }

    /// The piece of this id, or `nil`.
    public func piece(_ id: Int) -> String? {
        let bytes = bytes(of: id)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// A hash that grows byte by byte, so that all prefixes of a word are hashed in one pass: FNV-1a, 64 bits.
    static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    static func extend(_ hash: UInt64, by byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    /// Folded, so that the low bits, which choose the slot, see the high ones.
    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 { hash ^ (hash >> 29) }

    private static func hash(_ key: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var hash = emptyHash
        for index in range { hash = extend(hash, by: key[index]) }
        return finish(hash)
    }
}
