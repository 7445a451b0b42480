/// The fast BERT tokenizer's normaliser: clean, space out ideographs, strip accents, lower-case, in this order
/// (tokenizers 0.23, `normalizers/bert.rs`).
struct BertNormalizer: Sendable, Hashable {
    /// Drop control characters and turn white space into spaces.
    let cleanText: Bool
    /// Put a space on each side of CJK ideographs.
    let handleChineseChars: Bool
    /// Decompose and drop non-spacing marks.
    let stripAccents: Bool
    /// Map each code point to lower case, without context rules.
    let lowercase: Bool
    /// What becomes of each byte of ASCII; 0 is left out.
    private let ascii: [UInt8]

    /// - Parameter stripAccents: `nil` means as `lowercase`.
    init(cleanText: Bool = true, handleChineseChars: Bool = true, stripAccents: Bool? = nil, lowercase: Bool = true) {
        self.cleanText = cleanText
        self.handleChineseChars = handleChineseChars
        self.stripAccents = stripAccents ?? lowercase
        self.lowercase = lowercase
        ascii = (UInt8(0)..<0x80).map { byte in
            switch byte {
            case 0x09, 0x0A, 0x0D: cleanText ? 0x20 : byte
            case ..<0x20, 0x7F: cleanText ? 0 : byte
            case 0x41...0x5A: lowercase ? byte + 0x20 : byte
            default: byte
            }
        }
    }

    /// Appends the normalised form of `input[range]` to `output`.
    func normalize(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        var index = range.lowerBound
        while index < range.upperBound {
            let end = input.endOfASCII(index, in: range)
            if cleanText {
                output.append(ascii: input, index..<end, through: ascii)
            } else {
                // Without cleaning even a NUL stays, which the table has no other way to say.
                for index in index..<end {
                    output.append(byte: ascii[Int(input.bytes[index])], input.alignments[index])
                }
            }
            guard end < range.upperBound else { return }
            // What is left out between two marks does not part them.
            var stop = end
            while stop < range.upperBound,
                input.bytes[stop] >= 0x80 || (cleanText && ascii[Int(input.bytes[stop])] == 0)
            {
                stop += 1
            }
            if stripAccents, needsOrder(input, end..<stop) {
                ordered(input, end..<stop, into: &output)
            } else {
                input.forEachScalar(end..<stop) { scalar, place in
                    append(scalar, input.alignments[place], into: &output)
                }
            }
            index = stop
        }
    }

    /// Whether a mark that stays may change places with its neighbours, and their alignments with it.
    private func needsOrder(_ input: AlignedText, _ range: Range<Int>) -> Bool {
        var found = false
        input.forEachScalar(range) { scalar, _ in
            found =
                found
                || scalar >= 0x302E && UnicodeForm.combiningClass(scalar) != 0
                    && !BertCharacterClasses.nonspacingMark.contains(scalar)
        }
        return found
    }

    /// The same in full steps.
    private func ordered(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        let first = BertNormalizer(
            cleanText: cleanText, handleChineseChars: handleChineseChars, stripAccents: false, lowercase: false)
        var cleaned = AlignedText()
        input.forEachScalar(range) { first.append($0, input.alignments[$1], into: &cleaned) }
        var decomposed = AlignedText()
        UnicodeForm.nfd.normalize(cleaned, 0..<cleaned.count, into: &decomposed)
        decomposed.forEachScalar(0..<decomposed.count) { scalar, place in
            if !BertCharacterClasses.nonspacingMark.contains(scalar) {
                appendCased(scalar, decomposed.alignments[place], into: &output)
            }
        }
    }

    private func append(_ scalar: UInt32, _ alignment: Alignment, into output: inout AlignedText) {
        var scalar = scalar
        if cleanText {
            if BertCharacterClasses.removed.contains(scalar) { return }
            if BertCharacterClasses.whitespace.contains(scalar) { scalar = 0x20 }
        }
        let spaced = handleChineseChars && BertCharacterClasses.chinese.contains(scalar)
        if spaced { output.append(0x20, alignment) }
        if stripAccents {
            for part in UnicodeForm.nfd.changes([scalar])
            where !BertCharacterClasses.nonspacingMark.contains(part.scalar) {
                appendCased(part.scalar, alignment, into: &output)
            }
        } else {
            appendCased(scalar, alignment, into: &output)
        }
        if spaced { output.append(0x20, alignment) }
    }

    private func appendCased(_ scalar: UInt32, _ alignment: Alignment, into output: inout AlignedText) {
        guard lowercase, let cased = Unicode.Scalar(scalar) else {
            output.append(scalar, alignment)
            return
        }
        for lower in cased.properties.lowercaseMapping.unicodeScalars { output.append(lower.value, alignment) }
    }
}
