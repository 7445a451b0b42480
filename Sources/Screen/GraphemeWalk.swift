/// One grapheme of a stretch of UTF-8.
enum Grapheme {
    /// A single ASCII byte: most of most notes, and spared the making of a `Character`.
    case ascii(UInt8)
    /// CR and LF in one.
    case lineEnd
    /// Any other.
    case character(Character, scalars: Int, bytes: Int)
}

extension Grapheme {
    /// Calls `body` with each grapheme of `bytes`, which are valid UTF-8, in order.
    static func forEach(in bytes: ArraySlice<UInt8>, _ body: (Grapheme) -> Void) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
            if byte == 0x0D, next == 0x0A {
                body(.lineEnd)
                index += 2
            } else if byte < 0x80, next < 0x80 {
                body(.ascii(byte))
                index += 1
            } else {
                // From the last ASCII byte, which marks may combine with, to before the next.
                var end = index + 1
                while end < bytes.endIndex, bytes[end] >= 0x80 { end += 1 }
                for character in String(decoding: bytes[index..<end], as: UTF8.self) {
                    let count = character.utf8.count
                    if count == 1, let ascii = character.utf8.first {
                        body(.ascii(ascii))
                    } else {
                        body(.character(character, scalars: character.unicodeScalars.count, bytes: count))
                    }
                }
                index = end
            }
        }
    }
}
