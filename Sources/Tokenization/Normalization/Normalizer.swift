/// What is done to the text before it is divided (`normalizer` of `tokenizer.json`; tokenizers 0.23, `normalizers/`).
indirect enum Normalizer: Sendable {
    case bert(BertNormalizer)
    case unicode(UnicodeForm)
    case lowercase
    case stripAccents
    case strip(left: Bool, right: Bool)
    case replace(Pattern, [UInt32])
    case prepend([UInt32])
    case nmt
    case precompiled(CharacterMap)
    case byteLevel
    case sequence([Normalizer])

    /// Appends the normalised form of `input[range]` to `output`.
    func normalize(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        switch self {
        case .bert(let normalizer): normalizer.normalize(input, range, into: &output)
        case .unicode(let form): form.normalize(input, range, into: &output)
        case .lowercase: Self.lowercase(input, range, into: &output)
        case .stripAccents:
            Self.map(input, range, into: &output) { UnicodeAge.isCombiningMark($0) ? nil : $0 }
        case .strip(let left, let right): Self.strip(input, range, left, right, into: &output)
        case .replace(let pattern, let content):
            var last = range.lowerBound
            for match in pattern.matches(in: input, range) {
                output.append(input, last..<match.lowerBound)
                // All of it stands for the last code point that it replaces.
                let alignment =
                    match.upperBound > range.lowerBound
                    ? input.alignments[match.upperBound - 1]
                    : Alignment(
                        start: input.alignments[range.lowerBound].start, end: input.alignments[range.lowerBound].start)
                for scalar in content { output.append(scalar, alignment) }
                last = match.upperBound
            }
            output.append(input, last..<range.upperBound)
        case .prepend(let scalars):
            guard !range.isEmpty else { return }
            for scalar in scalars { output.append(scalar, input.alignments[range.lowerBound]) }
            output.append(input, range)
        case .nmt: Self.map(input, range, into: &output, Self.neuralTranslation)
        case .precompiled(let map): map.normalize(input, range, into: &output)
        case .byteLevel: ByteAlphabet.write(input, range, into: &output)
        case .sequence(let normalizers):
            var current = AlignedText()
            current.append(input, range)
            for normalizer in normalizers {
                var next = AlignedText()
                normalizer.normalize(current, 0..<current.count, into: &next)
                current = next
            }
            output.append(current, 0..<current.count)
        }
    }

    /// What a string is normalised to, for added tokens that are looked for in normalised text.
    func normalize(_ string: String) -> [UInt8] {
        let input = AlignedText(string)
        var output = AlignedText()
        normalize(input, 0..<input.count, into: &output)
        return Array(output.bytes[..<output.count])
    }

    private static func map(
        _ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText, _ transform: (UInt32) -> UInt32?
    ) {
        var index = range.lowerBound
        while index < range.upperBound {
            let (scalar, length) = input.scalar(at: index)
            if let mapped = transform(scalar) { output.append(mapped, input.alignments[index]) }
            index += length
        }
    }

    private static let lowerASCII: [UInt8] = (UInt8(0)...255).map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }

    private static func lowercase(_ input: AlignedText, _ range: Range<Int>, into output: inout AlignedText) {
        var index = range.lowerBound
        while index < range.upperBound {
            let (scalar, length) = input.scalar(at: index)
            if scalar < 0x80 {
                output.append(byte: lowerASCII[Int(scalar)], input.alignments[index])
            } else if let properties = Unicode.Scalar(scalar)?.properties {
                // Per code point, without the rule for a final sigma.
                for lower in properties.lowercaseMapping.unicodeScalars {
                    output.append(lower.value, input.alignments[index])
                }
            }
            index += length
        }
    }

    private static func strip(
        _ input: AlignedText, _ range: Range<Int>, _ left: Bool, _ right: Bool, into output: inout AlignedText
    ) {
        var start = range.lowerBound
        var end = range.upperBound
        while left, start < end {
            let (scalar, length) = input.scalar(at: start)
            guard ScalarClass.isWhitespace(scalar) else { break }
            start += length
        }
        while right, end > start {
            let before = input.start(before: end)
            guard ScalarClass.isWhitespace(input.scalar(at: before).value) else { break }
            end = before
        }
        output.append(input, start..<end)
    }

    /// SentencePiece's rules for machine translation: control characters go, other forms of white space become a space.
    private static func neuralTranslation(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: nil
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: 0x20
        default: scalar
        }
    }
}
