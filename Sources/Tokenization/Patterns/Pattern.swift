/// What is looked for in a text: a string, or a pattern.
enum Pattern: Sendable {
    case string([UInt8])
    case expression(RegularExpression)
    /// GPT-2's, which has a scanner of its own.
    case words

    /// Reads a pattern of `tokenizer.json`.
    init(expression: String) throws(PatternError) {
        self = expression == WordScanner.pattern ? .words : .expression(try RegularExpressionParser.parse(expression))
    }

    /// Looks for a string as it is.
    init(string: String) throws(PatternError) {
        guard !string.isEmpty else { throw PatternError(reason: "it matches the empty text") }
        self = .string(Array(string.utf8))
    }

    /// The matches, from left to right; none is empty and none overlaps another.
    func matches(in text: AlignedText, _ range: Range<Int>) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if let end = end(in: text, from: index, to: range.upperBound), end > index {
                matches.append(index..<end)
                index = end
            } else {
                index += text.scalar(at: index).length
            }
        }
        return matches
    }

    private func end(in text: AlignedText, from start: Int, to end: Int) -> Int? {
        switch self {
        case .string(let bytes):
            guard end - start >= bytes.count else { return nil }
            for offset in bytes.indices where text.bytes[start + offset] != bytes[offset] { return nil }
            return start + bytes.count
        case .expression(let expression): return expression.end(in: text, from: start, to: end)
        case .words: return WordScanner.end(in: text, from: start, to: end)
        }
    }
}

/// What becomes of the matches of a pattern that divides a text (tokenizers 0.23, `SplitDelimiterBehavior`).
enum SplitBehavior: String, Sendable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// Appends the parts of `range`.
    ///
    /// - Parameter matches: in order, not overlapping.
    /// - Parameter inverted: the matches are what is kept, and the rest divides.
    func divide(_ range: Range<Int>, at matches: [Range<Int>], inverted: Bool, into splits: inout [Split]) {
        var parts: [(range: Range<Int>, divides: Bool)] = []
        parts.reserveCapacity(matches.count * 2 + 1)
        var last = range.lowerBound
        for match in matches {
            if last < match.lowerBound { parts.append((last..<match.lowerBound, inverted)) }
            parts.append((match, !inverted))
            last = match.upperBound
        }
        if last < range.upperBound { parts.append((last..<range.upperBound, inverted)) }
        let first = splits.count
        for (index, part) in parts.enumerated() {
            let isNew: Bool
            switch self {
            case .removed:
                if part.divides { continue }
                isNew = true
            case .isolated: isNew = true
            case .mergedWithPrevious: isNew = !part.divides || index == 0 || parts[index - 1].divides
            case .mergedWithNext: isNew = part.divides || index == 0 || !parts[index - 1].divides
            case .contiguous: isNew = index == 0 || part.divides != parts[index - 1].divides
            }
            if isNew || splits.count == first {
                splits.append(Split(start: part.range.lowerBound, end: part.range.upperBound, token: nil))
            } else {
                splits[splits.count - 1].end = part.range.upperBound
            }
        }
    }
}
