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
        let first = pieces.count
        let isDivided = text.bytes.withUnsafeBytes { bytes in
            guard word.count <= longestWord || scalarCount(bytes, word) <= longestWord else { return false }
            // Hashes of all prefixes that may be pieces, in one pass; then the longest that is one.
            let room = min(word.count, vocabulary.longestPiece) + 1
            return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: room) { hashes in
                withUnsafeTemporaryAllocation(
                    of: UInt8.self, capacity: continuingPrefix.count + word.count
                ) { continued in
                    divide(text, bytes, word, index, hashes, continued, &pieces)
                }
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
        _ hashes: UnsafeMutableBufferPointer<UInt64>, _ continued: UnsafeMutableBufferPointer<UInt8>,
        _ pieces: inout [Piece]
    ) -> Bool {
        var prefixHash = Vocabulary.emptyHash
        for byte in continuingPrefix { prefixHash = Vocabulary.extend(prefixHash, by: byte) }
        var start = word.lowerBound
        while start < word.upperBound {
            let isFirst = start == word.lowerBound
            let prefix = isFirst ? 0 : continuingPrefix.count
            let longest = min(word.upperBound - start, max(0, vocabulary.longestPiece - prefix))
            var hash = isFirst ? Vocabulary.emptyHash : prefixHash
            for offset in 0..<longest {
                hash = Vocabulary.extend(hash, by: bytes[start + offset])
                hashes[offset] = Vocabulary.finish(hash)
            }
            if !isFirst {
                for (offset, byte) in continuingPrefix.enumerated() { continued[offset] = byte }
                for offset in 0..<longest { continued[prefix + offset] = bytes[start + offset] }
            }
            let key = isFirst ? UnsafeRawBufferPointer(rebasing: bytes[start...]) : UnsafeRawBufferPointer(continued)
            var length = longest
            var match: Int32?
            while length > 0 {
                // Only whole code points are pieces.
                if start + length == word.upperBound || bytes[start + length] & 0xC0 != 0x80 {
                    match = vocabulary.id(of: key, 0..<prefix + length, hash: hashes[length - 1])
                    if match != nil { break }
                }
                length -= 1
            }
            guard let match else { return false }
            pieces.append(Piece(match, text, start..<start + length, word: index))
            start += length
        }
        return true
    }
}
