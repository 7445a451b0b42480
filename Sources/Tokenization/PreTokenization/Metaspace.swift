/// SentencePiece's way with spaces: each becomes `▁`, and words start with it.
struct Metaspace: Sendable, Hashable {
    enum Prepend: String, Sendable, Hashable, CaseIterable {
        /// Before every stretch that does not start with `▁`.
        case always
        /// Before the first code point of the note only.
        case first
        case never
    }

    let replacement: UInt32
    let prepend: Prepend
    /// Whether the text is divided before each `▁`.
    let splits: Bool

    func apply(to text: inout SplitText) {
        text.rewrite { text, range, output in
            let first = text.scalar(at: range.lowerBound).value
            if first != 0x20, first != replacement {
                let alignment = text.alignments[range.lowerBound]
                if prepend == .always || (prepend == .first && alignment.start == 0) {
                    output.append(replacement, alignment)
                }
            }
            var start = range.lowerBound
            for index in range where text.bytes[index] == 0x20 {
                output.append(text, start..<index)
                output.append(replacement, text.alignments[index])
                start = index + 1
            }
            output.append(text, start..<range.upperBound)
        }
        guard splits else { return }
        let mark = String(Unicode.Scalar(replacement).map(Character.init) ?? " ").utf8.map { $0 }
        text.divide { text, range, splits in
            var start = range.lowerBound
            for index in range where text.bytes[index] == mark[0] && index > start {
                guard index + mark.count <= range.upperBound,
                    mark.indices.allSatisfy({ text.bytes[index + $0] == mark[$0] })
                else { continue }
                splits.append(Split(start: start, end: index, token: nil))
                start = index
            }
            splits.append(Split(start: start, end: range.upperBound, token: nil))
        }
    }
}
