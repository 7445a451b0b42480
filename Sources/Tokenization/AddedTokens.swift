/// A token that is looked for in the text before the model divides it.
struct AddedToken: Sendable, Hashable {
    var id: Int32
    var content: String
    /// Only where no word character stands directly before or after.
    var singleWord = false
    /// Takes the white space before it along.
    var stripsLeft = false
    /// Takes the white space after it along.
    var stripsRight = false
    /// Looked for in normalised text; otherwise in the text as written.
    var normalized = false
}

/// Finds added tokens, the leftmost first and of those that start together the longest (tokenizers 0.23,
/// `tokenizer/added_vocabulary.rs`).
struct AddedTokens: Sendable {
    private struct Pattern {
        let token: AddedToken
        let scalars: [UInt32]
    }

    /// A stretch of text: a token, or what stands between tokens.
    struct Stretch: Hashable {
        let range: Range<Int>
        let id: Int32?
    }

    private let byFirst: [UInt32: [Pattern]]
    var isEmpty: Bool { byFirst.isEmpty }

    /// - Parameter normalize: what the content is passed through before it is looked for.
    init(_ tokens: [AddedToken], normalize: ([UInt32]) -> [UInt32]) {
        var byFirst: [UInt32: [Pattern]] = [:]
        for token in tokens {
            let scalars = normalize(token.content.unicodeScalars.map(\.value))
            if let first = scalars.first { byFirst[first, default: []].append(Pattern(token: token, scalars: scalars)) }
        }
        self.byFirst = byFirst.mapValues { $0.sorted { $0.scalars.count > $1.scalars.count } }
    }

    /// Divides `text[range]` into tokens and what is between them; empty stretches are left out.
    func split(_ text: [UInt32], _ range: Range<Int>) -> [Stretch] {
        guard !isEmpty else { return range.isEmpty ? [] : [Stretch(range: range, id: nil)] }
        var stretches: [Stretch] = []
        var free = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            guard let match = match(text, at: index, in: range) else {
                index += 1
                continue
            }
            let end = index + match.scalars.count
            if match.token.singleWord,
                (index > range.lowerBound && isWord(text[index - 1])) || (end < range.upperBound && isWord(text[end]))
            {
                index = end
                continue
            }
            var from = index
            var to = end
            if match.token.stripsLeft { while from > free, isSpace(text[from - 1]) { from -= 1 } }
            if match.token.stripsRight { while to < range.upperBound, isSpace(text[to]) { to += 1 } }
            if free < from { stretches.append(Stretch(range: free..<from, id: nil)) }
            stretches.append(Stretch(range: from..<to, id: match.token.id))
            free = to
            index = to
        }
        if free < range.upperBound { stretches.append(Stretch(range: free..<range.upperBound, id: nil)) }
        return stretches
    }

    private func match(_ text: [UInt32], at index: Int, in range: Range<Int>) -> Pattern? {
        byFirst[text[index]]?.first { pattern in
            index + pattern.scalars.count <= range.upperBound
                && text[index..<index + pattern.scalars.count].elementsEqual(pattern.scalars)
        }
    }

    private func isSpace(_ scalar: UInt32) -> Bool { Unicode.Scalar(scalar)?.properties.isWhitespace ?? false }

    /// `\w`: letters, marks, digits, connector punctuation, joiners.
    private func isWord(_ scalar: UInt32) -> Bool {
        guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return properties.isAlphabetic || properties.isJoinControl
        }
    }
}
