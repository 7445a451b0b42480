import ClinicalText

/// The bytes of code points that are asked for in order: each step goes on from the one before.
struct ScalarWalk {
    private let utf8: [UInt8]
    private var scalar = 0
    private var byte = 0

    init(_ text: NoteText) { utf8 = text.utf8 }

    /// The byte at which a code point starts; one before the last that was asked for gives that one's.
    mutating func byte(of offset: ScalarOffset) -> Int {
        while scalar < offset.value, byte < utf8.count {
            byte += 1
            while byte < utf8.count, utf8[byte] & 0xC0 == 0x80 { byte += 1 }
            scalar += 1
        }
        return byte
    }
}
