/// A piece of the text, before special tokens are put around it.
struct Piece: Sendable, Hashable {
    let id: Int32
    /// Code points of the note.
    var start: Int32
    var end: Int32
    /// The word it belongs to, counted over the text.
    let word: Int32
    /// White space that an added token has at its start and end; what a model's piece has is known by its id.
    var spaces: PieceSpaces?

    /// A model's piece that is `text[range]`.
    @inline(__always)
    init(_ id: Int32, _ text: AlignedText, _ range: Range<Int>, word: Int32) {
        self.id = id
        start = text.alignments[range.lowerBound].start
        end = text.alignments[range.upperBound - 1].end
        self.word = word
    }
}

/// How many characters of white space a piece starts and ends with.
struct PieceSpaces: Sendable, Hashable {
    var leading: Int32 = 0
    var trailing: Int32 = 0

    /// Counts them as `ByteLevel` does, for which `Ġ` is white space too.
    init(_ bytes: ArraySlice<UInt8>) {
        let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value == ByteAlphabet.characters[0x20] || ScalarClass.isWhitespace(scalar.value)
        }
        leading = Int32(scalars.prefix(while: isSpace).count)
        trailing = Int32(scalars.reversed().prefix(while: isSpace).count)
    }
}
