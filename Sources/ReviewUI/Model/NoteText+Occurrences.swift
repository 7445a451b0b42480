import ClinicalText

extension NoteText {
    /// Where `words` stand as whole words, upper and lower case alike, any white space matching any other.
    package func wholeOccurrences(of words: String) -> [TextSpan] {
        occurrences(of: words).filter { span in
            !isInsideWord(span.start.advanced(by: -1), span.start)
                && !isInsideWord(span.end.advanced(by: -1), span.end)
        }
    }

    /// Whether two neighbouring code points belong to one word.
    private func isInsideWord(_ left: ScalarOffset, _ right: ScalarOffset) -> Bool {
        guard let left = scalar(at: left), let right = scalar(at: right) else { return false }
        func isLetter(_ scalar: Unicode.Scalar) -> Bool {
            (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) && !scalar.properties.isIdeographic
        }
        return isLetter(left) && isLetter(right)
    }

    /// Where `words` stand, upper and lower case alike, any white space matching any other.
    func occurrences(of words: String) -> [TextSpan] {
        let wanted = words.unicodeScalars.map(Self.folded)
        var text: [Unicode.Scalar] = []
        text.reserveCapacity(scalarCount)
        forEachScalar { _, scalar in text.append(Self.folded(scalar)) }
        guard let first = wanted.first, wanted.count <= text.count else { return [] }
        var found: [TextSpan] = []
        var index = 0
        while index <= text.count - wanted.count {
            if text[index] == first, text[index..<(index + wanted.count)].elementsEqual(wanted) {
                found.append(TextSpan(index, index + wanted.count))
                index += wanted.count
            } else {
                index += 1
            }
        }
        return found
    }

    /// A code point without case; offsets stay because nothing becomes longer.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x80 {
            if ("A"..."Z").contains(scalar) { return Unicode.Scalar(UInt8(scalar.value + 32)) }
            return scalar.value <= 0x20 ? " " : scalar
        }
        if scalar.properties.isWhitespace { return " " }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? scalar : scalar
    }
}
