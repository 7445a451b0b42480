/// The printable characters that byte-level models write bytes as.
///
/// They are GPT-2's (Radford and others 2019, `encoder.py`): a printable byte of Latin-1 is its own character; the others are the characters from U+0100 on, in their order, so
/// that a space is `Ġ`.
enum ByteAlphabet {
    /// For each byte, its character.
    static let characters: [UInt32] = {
        var next: UInt32 = 0x100
        return (UInt32(0)...255).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// The byte that a character stands for, or `nil`.
    static func byte(of character: UInt32) -> UInt8? { bytes[character] }

    private static let bytes = Dictionary(
        characters.enumerated().map { ($1, UInt8(truncatingIfNeeded: $0)) }, uniquingKeysWith: { first, _ in first })

    /// Appends `text[range]` with each byte as its character.
    static func write(_ text: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        for index in range { output.append(characters[Int(text.bytes[index])], text.alignments[index]) }
    }
}
