/// Finds all pieces that a text starts with, byte by byte.
///
/// The children of a node are in one open-addressing table over node and byte: a step is one probe.
struct PrefixTree: Sendable {
    /// The node in the high 24 bits, the byte in the low 8.
    private var keys: [UInt32]
    private var children: [Int32]
    /// For each node the piece that ends there; -1 for none.
    private(set) var pieces: [Int32] = [-1]

    static let root: Int32 = 0
    /// The key of an entry that is free: no node gets this number.
    private static let free = UInt32.max
    /// A tree of more bytes is refused: twice the largest published vocabulary's.
    static let mostBytes = 1 << 24 - 2

    /// - Parameter bytes: how long all pieces are together, at most ``mostBytes``.
    init(bytes: Int) {
        var size = 16
        while size < bytes + bytes / 2 { size *= 2 }
        keys = Array(repeating: Self.free, count: size)
        children = Array(repeating: 0, count: size)
    }

    mutating func insert(_ piece: some Sequence<UInt8>, id: Int32) {
        var node = Self.root
        for byte in piece {
            let key = UInt32(bitPattern: node) << 8 | UInt32(byte)
            let slot = slot(key)
            if keys[slot] == Self.free {
                keys[slot] = key
                children[slot] = Int32(pieces.count)
                pieces.append(-1)
            }
            node = children[slot]
        }
        if node != Self.root { pieces[Int(node)] = id }
    }

    @inline(__always)
    private func slot(_ key: UInt32) -> Int {
        let mask = keys.count - 1
        return keys.withUnsafeBufferPointer { keys in
            var slot = Int((UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
            while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & mask }
            return slot
        }
    }

    /// The node that `byte` leads to.
    @inline(__always)
    func child(of node: Int32, _ byte: UInt8) -> Int32? {
        let slot = slot(UInt32(bitPattern: node) << 8 | UInt32(byte))
        return keys[slot] == Self.free ? nil : children[slot]
    }
}
