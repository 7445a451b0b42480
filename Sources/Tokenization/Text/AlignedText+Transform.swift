/// A code point of a changed text, and how it came about.
struct Change: Sendable, Hashable {
    let scalar: UInt32
    /// 0 replaces a code point; a negative number replaces one and removes as many more; 1 is put in beside.
    var change: Int
}

extension AlignedText {
    /// Appends the changed form of `input[range]`.
    ///
    /// What replaces a code point stands for the same part of the note; what is put in, for the same as the code point
    /// before. That is all that is known of it: where marks have changed places, the reference counts the same way, and
    /// so do offsets (tokenizers 0.23, `NormalizedString::transform`).
    ///
    /// - Parameter removed: code points removed at the start, before the first change.
    mutating func append(_ changes: [Change], replacing range: Range<Int>, of input: AlignedText, removed: Int = 0) {
        guard !range.isEmpty else { return }
        let origin = input.alignments[range.lowerBound].start
        var position = range.lowerBound
        func skip(_ count: Int) {
            for _ in 0..<max(0, count) where position < range.upperBound {
                position += input.scalar(at: position).length
            }
        }
        skip(removed)
        for change in changes {
            if change.change > 0 {
                append(
                    change.scalar,
                    position > range.lowerBound
                        ? input.alignments[position - 1] : Alignment(start: origin, end: origin))
            } else {
                append(change.scalar, input.alignments[min(position, range.upperBound - 1)])
                skip(1 - change.change)
            }
        }
    }

    /// Calls `body` with each code point of `range` and where it stands.
    func forEachScalar(_ range: Range<Int>, _ body: (UInt32, Int) -> Void) {
        var index = range.lowerBound
        while index < range.upperBound {
            let (scalar, length) = scalar(at: index)
            body(scalar, index)
            index += length
        }
    }
}
