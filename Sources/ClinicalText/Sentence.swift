/// A stretch of text that reads as one sentence, for motion and for the words around a span.
public enum Sentence {
    /// Divides `text` into sentences, in order; white space between them belongs to none.
    ///
    /// A sentence ends after `.`, `?`, `!` (and their CJK forms) with what closes it, if white space and no lower-case
    /// letter follows; at a blank line; and at a line end if the next line starts with no lower-case letter, since
    /// clinical notes are lists of lines more often than prose. A single capital or digit before the full stop
    /// ("Dr. A. Smith", "1. Aspirin") does not end one.
    public static func spans(of text: NoteText) -> [TextSpan] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.scalarCount)
        text.forEachScalar { _, scalar in scalars.append(scalar) }

        var spans: [TextSpan] = []
        var start: Int?
        var index = 0
        func close(at end: Int) {
            if let from = start, from < end { spans.append(TextSpan(from, end)) }
            start = nil
        }
        func nextInk(_ from: Int) -> Int {
            var next = from
            while next < scalars.count, isSpace(scalars[next]) { next += 1 }
            return next
        }
        func startsLowercase(_ at: Int) -> Bool { at < scalars.count && isLowercase(scalars[at]) }
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\n" || scalar == "\r" {
                let next = nextInk(index)
                let breaks = scalars[index..<next].count { $0 == "\n" }
                if breaks > 1 || !startsLowercase(next) { close(at: trimmed(scalars, index, after: start ?? index)) }
                index = next
                continue
            }
            if start == nil, !isSpace(scalar) { start = index }
            if isTerminator(scalar) {
                var end = index + 1
                while end < scalars.count, isTerminator(scalars[end]) || isCloser(scalars[end]) { end += 1 }
                let next = nextInk(end)
                let wide = scalar.value > 0x2FFF
                if (next > end || wide || next == scalars.count) && !startsLowercase(next)
                    && !(scalar == "." && isInitial(scalars, index))
                {
                    close(at: end)
                }
                index = end
                continue
            }
            index += 1
        }
        close(at: trimmed(scalars, scalars.count, after: start ?? 0))
        return spans
    }

    /// As its property says; of ASCII without looking it up, which took most of the time.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80
            ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
    }

    private static func isLowercase(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? ("a"..."z").contains(scalar) : scalar.properties.isLowercase
    }

    private static func trimmed(_ scalars: [Unicode.Scalar], _ end: Int, after start: Int) -> Int {
        var end = end
        while end > start, isSpace(scalars[end - 1]) { end -= 1 }
        return end
    }

    private static func isTerminator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "?", "!", "。", "？", "！": return true
        default: return false
        }
    }

    private static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ")", "]", "\"", "'", "”", "’", "»", "」", "）": return true
        default: return false
        }
    }

    /// Whether the full stop at `index` follows a single capital or a number at the start of a word.
    private static func isInitial(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index > 0 else { return false }
        var first = index
        while first > 0, !isSpace(scalars[first - 1]) { first -= 1 }
        let word = scalars[first..<index]
        if word.count == 1, let only = word.first { return only.properties.isUppercase || ("0"..."9").contains(only) }
        return word.count == 2 && word.allSatisfy { ("0"..."9").contains($0) }
    }
}
