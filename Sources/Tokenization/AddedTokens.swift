/// A token that is looked for in the text before the model divides it.
struct AddedToken: Sendable, Hashable {
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
    private struct Candidate {
        let token: AddedToken
        let id: Int32
        let bytes: [UInt8]
    }

    /// A stretch of text: a token, or what stands between tokens.
    struct Stretch: Hashable {
        let range: Range<Int>
        let id: Int32?
    }

    /// The candidates that start with a byte, the longest first.
    private var byFirst: [[Candidate]] = Array(repeating: [], count: 256)
    /// For each two bytes whether a candidate may start with them.
    private var mayStart: [Bool] = []
    private(set) var isEmpty = true
    /// A token of which the normalizer leaves nothing: the reference finds it between any two characters, so that what it
    /// divides are characters.
    private var nothing: Candidate?

    /// - Parameter normalize: what the content is passed through before it is looked for.
    init(_ tokens: [(token: AddedToken, id: Int32)], normalize: (String) -> [UInt8]) {
        for (token, id) in tokens {
            let bytes = normalize(token.content)
            guard let first = bytes.first else {
                nothing = nothing ?? Candidate(token: token, id: id, bytes: [])
                isEmpty = false
                continue
            }
            byFirst[Int(first)].append(Candidate(token: token, id: id, bytes: bytes))
            if mayStart.isEmpty { mayStart = Array(repeating: false, count: 256 * 256) }
            isEmpty = false
            for second in bytes.count > 1 ? Int(bytes[1])...Int(bytes[1]) : 0...255 {
                mayStart[Int(first) << 8 | second] = true
            }
        }
        for first in byFirst.indices { byFirst[first].sort { $0.bytes.count > $1.bytes.count } }
    }

    /// Divides `bytes[range]` into tokens and what is between them; empty stretches are left out.
    func split(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Stretch] {
        guard !isEmpty else { return range.isEmpty ? [] : [Stretch(range: range, id: nil)] }
        var stretches: [Stretch] = []
        var free = range.lowerBound
        var index = range.lowerBound
        // Nothing is not found once more where the last match ended.
        var lastEnd = -1
        while let (match, start) = nextMatch(bytes, from: index, to: range.upperBound, lastEnd: lastEnd) {
            let end = start + match.bytes.count
            index = end
            lastEnd = end
            if match.token.singleWord,
                (start > range.lowerBound && ScalarClass.isWord(scalar(bytes, before: start)))
                    || (end < range.upperBound && ScalarClass.isWord(UTF8Scalar.decode(bytes, at: end).value))
            {
                continue
            }
            var from = start
            var to = end
            if match.token.stripsLeft {
                while from > free, ScalarClass.isWhitespace(scalar(bytes, before: from)) {
                    from = Self.start(bytes, before: from)
                }
                from = max(from, free)
            }
            if match.token.stripsRight {
                while to < range.upperBound {
                    let (scalar, length) = UTF8Scalar.decode(bytes, at: to)
                    guard ScalarClass.isWhitespace(scalar) else { break }
                    to += length
                }
            }
            if free < from { stretches.append(Stretch(range: free..<from, id: nil)) }
            // The search goes on behind the match, not behind the white space it took: as in the reference, a token of
            // white space is found there once more.
            if from < to { stretches.append(Stretch(range: from..<to, id: match.id)) }
            free = to
        }
        if free < range.upperBound { stretches.append(Stretch(range: free..<range.upperBound, id: nil)) }
        return stretches
    }

    private func nextMatch(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, lastEnd: Int
    ) -> (Candidate, Int)? {
        if let nothing { return nextMatch(bytes, from: start, to: end, lastEnd: lastEnd, orElse: nothing) }
        return mayStart.withUnsafeBufferPointer { mayStart in
            var index = start
            while index < end {
                let second = index + 1 < end ? Int(bytes[index + 1]) : 0
                if mayStart[Int(bytes[index]) << 8 | second] {
                    for candidate in byFirst[Int(bytes[index])]
                    where index + candidate.bytes.count <= end
                        && candidate.bytes.indices.allSatisfy({ bytes[index + $0] == candidate.bytes[$0] })
                    {
                        return (candidate, index)
                    }
                }
                index += 1
            }
            return nil
        }
    }

    /// The next match where one of them is nothing.
    private func nextMatch(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, lastEnd: Int, orElse nothing: Candidate
    ) -> (Candidate, Int)? {
        for index in stride(from: start, through: end, by: 1) {
            if index < end {
                for candidate in byFirst[Int(bytes[index])]
                where index + candidate.bytes.count <= end
                    && candidate.bytes.indices.allSatisfy({ bytes[index + $0] == candidate.bytes[$0] })
                {
                    return (candidate, index)
                }
            }
            let isInside = index < end && bytes[index] & 0xC0 == 0x80
            if index != lastEnd, !isInside { return (nothing, index) }
        }
        return nil
    }

    private static func start(_ bytes: UnsafeBufferPointer<UInt8>, before index: Int) -> Int {
        var start = index - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    private func scalar(_ bytes: UnsafeBufferPointer<UInt8>, before index: Int) -> UInt32 {
        UTF8Scalar.decode(bytes, at: Self.start(bytes, before: index)).value
    }
}
