/// A stretch of a text that the model divides for itself, or that is a token already.
struct Split: Sendable, Hashable {
    var start: Int
    var end: Int
    /// The added token that stands here; `nil` for text.
    var token: Int32?

    var range: Range<Int> { start..<end }
}

/// A normalised text and the stretches it is divided into, in order, each of which is one word of the encoding.
struct SplitText: Sendable {
    var text = AlignedText()
    var splits: [Split] = []
    /// Whether each byte stands for the character that byte-level models write for it.
    ///
    /// `ByteLevel` is the last pre-tokenizer of nearly every checkpoint and its model works on bytes, so that the longer
    /// text is made only for those who need it.
    var isByteLevel = false

    /// Replaces every stretch that is not a token by the parts that `divide` finds in it.
    mutating func divide(_ divide: (AlignedText, Range<Int>, inout [Split]) -> Void) {
        var divided: [Split] = []
        divided.reserveCapacity(splits.count * 2)
        for split in splits {
            if split.token != nil {
                divided.append(split)
            } else {
                divide(text, split.range, &divided)
            }
        }
        splits = divided
    }

    /// Replaces the text, letting `rewrite` append the new form of each stretch that is not a token.
    mutating func rewrite(_ rewrite: (AlignedText, Range<Int>, inout AlignedText) -> Void) {
        var rewritten = AlignedText()
        var kept: [Split] = []
        kept.reserveCapacity(splits.count)
        for split in splits {
            let start = rewritten.count
            if split.token != nil {
                rewritten.append(text, split.range)
            } else {
                rewrite(text, split.range, &rewritten)
            }
            if rewritten.count > start { kept.append(Split(start: start, end: rewritten.count, token: split.token)) }
        }
        text = rewritten
        splits = kept
    }

    /// Makes the text of characters that ``isByteLevel`` stands for.
    mutating func writeByteLevel() {
        guard isByteLevel else { return }
        isByteLevel = false
        rewrite { text, range, output in ByteAlphabet.write(text, range, into: &output) }
    }
}
