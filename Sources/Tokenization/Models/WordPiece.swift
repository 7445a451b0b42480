/// Divides a word into the longest pieces of the vocabulary, from left to right (tokenizers 0.23, `models/wordpiece`).
struct WordPiece: Sendable {
    let vocabulary: Vocabulary
    /// The id of the piece for a word that cannot be divided.
    let unknownID: Int32
    /// What a piece starts with that does not start a word, usually `##`.
    let continuingPrefix: [UInt8]
    /// A word of more code points is unknown without a look: the reference's 100 by default.
    let longestWord: Int

    /// Appends the pieces of `text[word]`; a word with an unknown remainder is one unknown piece.
    func tokenize(_ text: AlignedText, _ word: Range<Int>, index: Int32, into pieces: inout [Piece]) {
        func piece(_ id: Int32, _ range: Range<Int>) -> Piece {
            Piece(id: id, start: text.starts[range.lowerBound], end: text.ends[range.upperBound - 1], word: index)
        }
        guard word.count <= longestWord else {
            pieces.append(piece(unknownID, word))
            return
        }
        let first = pieces.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: continuingPrefix.count + word.count * 4) { buffer in
            var start = word.lowerBound
            while start < word.upperBound {
                let prefix = start == word.lowerBound ? 0 : continuingPrefix.count
                for index in 0..<prefix { buffer[index] = continuingPrefix[index] }
                // `ends` of each code point in the buffer are found again on the way back by its lead bytes.
                var length = prefix
                var end = start
                while end < word.upperBound, length < vocabulary.longestPiece {
                    length += UTF8.write(text.scalars[end], to: buffer, at: length)
                    end += 1
                }
                var match: Int32?
                while end > start {
                    match = vocabulary.id(
                        of: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length]))
                    if match != nil { break }
                    end -= 1
                    length -= 1
                    while length > prefix, buffer[length] & 0xC0 == 0x80 { length -= 1 }
                }
                guard let match else {
                    pieces.removeSubrange(first...)
                    pieces.append(piece(unknownID, word))
                    return
                }
                pieces.append(piece(match, start..<end))
                start = end
            }
        }
    }
}

extension UTF8 {
    /// Writes one code point and returns how many bytes it took.
    fileprivate static func write(_ scalar: UInt32, to buffer: UnsafeMutableBufferPointer<UInt8>, at index: Int) -> Int
    {
        func put(_ offset: Int, _ bits: UInt32) { buffer[index + offset] = UInt8(truncatingIfNeeded: bits) }
        switch scalar {
        case ..<0x80:
            put(0, scalar)
            return 1
        case ..<0x800:
            put(0, 0xC0 | scalar >> 6)
            put(1, 0x80 | scalar & 0x3F)
            return 2
        case ..<0x10000:
            put(0, 0xE0 | scalar >> 12)
            put(1, 0x80 | scalar >> 6 & 0x3F)
            put(2, 0x80 | scalar & 0x3F)
            return 3
        default:
            put(0, 0xF0 | scalar >> 18)
            put(1, 0x80 | scalar >> 12 & 0x3F)
            put(2, 0x80 | scalar >> 6 & 0x3F)
            put(3, 0x80 | scalar & 0x3F)
            return 4
        }
    }
}
