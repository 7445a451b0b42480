// `_nfd` is the standard library's canonical decomposition; FoundationEssentials uses the same entry point.
@_spi(_Unicode) import Swift

/// The fast BERT tokenizer's normaliser: clean, space out ideographs, strip accents, lower-case, in this order
/// (tokenizers 0.23, `normalizers/bert.rs`).
struct BertNormalizer: Sendable, Hashable {
    /// Drop control characters and turn white space into spaces.
    var cleanText = true
    /// Put a space on each side of CJK ideographs.
    var handleChineseChars = true
    /// Decompose and drop non-spacing marks; `nil` means as ``lowercase``.
    var stripAccents: Bool?
    /// Map each code point to lower case, without context rules.
    var lowercase = true

    /// Appends the normalised form of `scalars[range]` to `output`.
    func normalize(_ scalars: [UInt32], _ range: Range<Int>, into output: inout AlignedText) {
        let strips = stripAccents ?? lowercase
        for index in range {
            var scalar = scalars[index]
            let start = Int32(truncatingIfNeeded: index)
            if scalar < 0x80 {
                if cleanText {
                    if scalar < 0x20 {
                        guard scalar == 0x09 || scalar == 0x0A || scalar == 0x0D else { continue }
                        scalar = 0x20
                    } else if scalar == 0x7F {
                        continue
                    }
                }
                if lowercase, scalar >= 0x41, scalar <= 0x5A { scalar += 0x20 }
                output.append(scalar, from: start, to: start + 1)
            } else {
                appendWide(scalar, at: start, strips: strips, into: &output)
            }
        }
    }

    private func appendWide(_ scalar: UInt32, at start: Int32, strips: Bool, into output: inout AlignedText) {
        var scalar = scalar
        if cleanText {
            if BertCharacterClasses.removed.contains(scalar) || scalar == 0xFFFD { return }
            if BertCharacterClasses.whitespace.contains(scalar) { scalar = 0x20 }
        }
        let spaced = handleChineseChars && BertCharacterClasses.chinese.contains(scalar)
        if spaced { output.append(0x20, from: start, to: start + 1) }
        if strips, let decomposed = Unicode.Scalar(scalar) {
            for part in String(decomposed)._nfd where !BertCharacterClasses.nonspacingMark.contains(part.value) {
                appendCased(part.value, at: start, into: &output)
            }
        } else {
            appendCased(scalar, at: start, into: &output)
        }
        if spaced { output.append(0x20, from: start, to: start + 1) }
    }

    private func appendCased(_ scalar: UInt32, at start: Int32, into output: inout AlignedText) {
        guard lowercase, let cased = Unicode.Scalar(scalar) else {
            output.append(scalar, from: start, to: start + 1)
            return
        }
        for lower in cased.properties.lowercaseMapping.unicodeScalars {
            output.append(lower.value, from: start, to: start + 1)
        }
    }
}

/// The fast BERT tokenizer's pre-tokenizer: words are divided at white space, and every punctuation mark is a word.
enum BertPreTokenizer {
    /// The words of `text[range]`, as ranges of its code points.
    static func words(of text: AlignedText, in range: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = range.lowerBound
        for index in range {
            let scalar = text.scalars[index]
            let isSpace = isWhitespace(scalar)
            guard isSpace || isPunctuation(scalar) else { continue }
            if start < index { words.append(start..<index) }
            if !isSpace { words.append(index..<index + 1) }
            start = index + 1
        }
        if start < range.upperBound { words.append(start..<range.upperBound) }
        return words
    }

    private static func isWhitespace(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return scalar == 0x20 || (scalar >= 0x09 && scalar <= 0x0D) }
        return Unicode.Scalar(scalar)?.properties.isWhitespace ?? false
    }

    private static func isPunctuation(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return switch scalar {
            case 33...47, 58...64, 91...96, 123...126: true
            default: false
            }
        }
        return BertCharacterClasses.punctuation.contains(scalar)
    }
}
