/// Divides a word into the longest pieces of the vocabulary, from left to right (tokenizers 0.23, `models/wordpiece`).
struct WordPiece: Sendable {
    let vocabulary: Vocabulary
    /// The id of the piece for a word that cannot be divided.
    let unknownID: Int32
    /// What a piece starts with that does not start a word, usually `##`.
    let continuingPrefix: [UInt8]
    /// A word of more code points is unknown without a look: the reference's 100 by default.
    let longestWord: Int

    /// A longer prefix is refused: a piece's first bytes are compared as one number.
    static let longestPrefix = Vocabulary.Key.headLength - 1

    /// Appends the pieces of `text[word]`; a word with an unknown remainder is one unknown piece.
    func tokenize(_ text: AlignedText, _ word: Range<Int>, index: Int32, into pieces: inout [Piece]) {
        let first = pieces.count
        let isDivided = text.bytes.withUnsafeBytes { bytes in
            guard word.count <= longestWord || scalarCount(bytes, word) <= longestWord else { return false }
            // Hashes of all prefixes that may be pieces, in one pass; then the longest that is one.
            let room = min(word.count, vocabulary.longestPiece) + 1
            return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: room) { hashes in
                divide(text, bytes, word, index, hashes, &pieces)
            }
        }
        if !isDivided {
            pieces.removeSubrange(first...)
            pieces.append(Piece(unknownID, text, word, word: index))
        }
    }

    private func scalarCount(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Int {
        var count = 0
        for place in word where bytes[place] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private func divide(
        _ text: AlignedText, _ bytes: UnsafeRawBufferPointer, _ word: Range<Int>, _ index: Int32,
        _ hashes: UnsafeMutableBufferPointer<UInt64>, _ pieces: inout [Piece]
    ) -> Bool {
        var start = word.lowerBound
        var prefix = 0
        var prefixHash = Vocabulary.emptyHash
        var prefixHead: UInt64 = 0
        while start < word.upperBound {
            let longest = min(word.upperBound - start, max(0, vocabulary.longestPiece - prefix))
            var hash = prefixHash
            for offset in 0..<longest {
                hash = Vocabulary.extend(hash, by: bytes[start + offset])
                hashes[offset] = Vocabulary.finish(hash)
            }
            let word8 = Vocabulary.Key.word(bytes, start, min(longest, Vocabulary.Key.headLength - prefix))
            let head = prefixHead | word8 << UInt64(8 * prefix)
            let origin = bytes.baseAddress.map { $0 + start - prefix }
            var length = longest
            var match: Int32?
            while length > 0 {
                // Only whole code points are pieces.
                if start + length == word.upperBound || bytes[start + length] & 0xC0 != 0x80 {
                    let key = Vocabulary.Key(head: head, length: prefix + length, origin: origin)
                    match = vocabulary.id(of: key, hash: hashes[length - 1])
                    if match != nil { break }
                }
                length -= 1
            }
            guard let match else { return false }
            pieces.append(Piece(match, text, start..<start + length, word: index))
            if start == word.lowerBound {
                for (offset, byte) in continuingPrefix.enumerated() {
                    prefixHash = Vocabulary.extend(prefixHash, by: byte)
                    prefixHead |= UInt64(byte) << UInt64(8 * offset)
                }
                prefix = continuingPrefix.count
            }
            start += length
        }
        return true
    }
}
