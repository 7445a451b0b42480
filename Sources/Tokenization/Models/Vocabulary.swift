/// The pieces of a model and their ids, found by their UTF-8 bytes.
///
/// Compared byte by byte: Swift's `String` would take canonically equal pieces ("é" in one code point and in two) for the
/// same one. An open-addressing table over one byte buffer: a look-up makes no string.
public struct Vocabulary: Sendable {
    /// Sixteen bytes, so that a short piece is known without a look anywhere else.
    private struct Slot: Sendable {
        /// The first eight bytes of the piece, little-endian, with zeros behind a shorter one.
        var head: UInt64
        /// The id plus one, 0 for free.
        var entry: UInt32
        var length: UInt32
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
        slots = Array(repeating: Slot(head: 0, entry: 0, length: 0), count: size)
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
        slots = Array(repeating: Slot(head: 0, entry: 0, length: 0), count: slots.count * 2)
        for id in old {
            let range = Int(places[id].start)..<Int(places[id].end)
            place(id, storage.withUnsafeBytes { Self.hash($0, range) }, range)
        }
    }

    private mutating func place(_ id: Int, _ hash: UInt64, _ range: Range<Int>) {
        let (free, head) = storage.withUnsafeBytes { bytes in
            let key = Key(bytes, range)
            return (slot(of: key, hash), key.head)
        }
        slots[free] = Slot(head: head, entry: UInt32(id) + 1, length: UInt32(range.count))
    }

    /// A piece that is looked for: bytes of a text, and what is thought before them.
    struct Key {
        /// As in a slot.
        let head: UInt64
        let length: Int
        /// Where byte 0 of the piece would stand in the text.
        private let origin: UnsafeRawPointer?

        /// How many bytes `head` holds.
        static let headLength = 8

        init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
            self.init(
                head: Key.word(bytes, range.lowerBound, min(range.count, Key.headLength)), length: range.count,
                origin: bytes.baseAddress.map { $0 + range.lowerBound })
        }

        /// - Parameter origin: from byte ``headLength`` on the piece is what stands there.
        @inline(__always)
        init(head: UInt64, length: Int, origin: UnsafeRawPointer?) {
            self.head = head & Key.mask(length)
            self.length = length
            self.origin = origin
        }

        /// The first `count` bytes from `start` on as a number.
        static func word(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> UInt64 {
            var word: UInt64 = 0
            for offset in 0..<count { word |= UInt64(bytes[start + offset]) << UInt64(8 * offset) }
            return word
        }

        @inline(__always)
        private static func mask(_ length: Int) -> UInt64 {
            length >= headLength ? .max : (1 << UInt64(8 * length)) - 1
        }

        /// Whether the bytes behind the head are those from `start` on.
        @inline(__always)
        func isFollowed(by bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
            guard length > Key.headLength, let origin else { return true }
            for offset in Key.headLength..<length
            where bytes[start + offset] != (origin + offset).load(as: UInt8.self) { return false }
            return true
        }
    }

    /// The slot of this piece, or the free one where it belongs.
    @inline(__always)
    private func slot(of key: Key, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        return slots.withUnsafeBufferPointer { slots in
            var index = Int(truncatingIfNeeded: hash) & mask
            while slots[index].entry != 0 {
                if slots[index].head == key.head, Int(slots[index].length) == key.length,
                    key.length <= Key.headLength || isTail(of: Int(slots[index].entry) - 1, key)
                {
                    break
                }
                index = (index + 1) & mask
            }
            return index
        }
    }

    private func isTail(of id: Int, _ key: Key) -> Bool {
        storage.withUnsafeBytes { key.isFollowed(by: $0, from: Int(places[id].start)) }
    }

    /// The id of a piece whose hash is known.
    @inline(__always)
    func id(of key: Key, hash: UInt64) -> Int32? {
        let entry = slots[slot(of: key, hash)].entry
        return entry == 0 ? nil : Int32(bitPattern: entry) - 1
    }

    /// The id of the piece `key[range]`.
    func id(of key: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int32? {
        id(of: Key(key, range), hash: Self.hash(key, range))
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
