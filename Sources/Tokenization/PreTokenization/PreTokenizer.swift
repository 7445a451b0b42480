/// How a text is divided before the model sees it (`pre_tokenizer` of `tokenizer.json`; tokenizers 0.23,
/// `pre_tokenizers/`).
indirect enum PreTokenizer: Sendable {
    case bert
    case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
    case metaspace(Metaspace)
    case whitespace
    case whitespaceSplit
    case punctuation(SplitBehavior)
    case digits(individual: Bool)
    case delimiter(UInt32)
    case split(Pattern, SplitBehavior, inverted: Bool)
    case sequence([PreTokenizer])

    func apply(to text: inout SplitText) {
        if case .sequence(let parts) = self {
            for part in parts { part.apply(to: &text) }
            return
        }
        text.writeByteLevel()
        switch self {
        case .bert: text.divide(BertPreTokenizer.divide)
        case .byteLevel(let addsPrefixSpace, let usesPattern):
            if addsPrefixSpace {
                text.rewrite { text, range, output in
                    if text.bytes[range.lowerBound] != 0x20 { output.append(0x20, text.alignments[range.lowerBound]) }
                    output.append(text, range)
                }
            }
            if usesPattern {
                text.divide { text, range, splits in
                    var start = range.lowerBound
                    while start < range.upperBound {
                        let end = WordScanner.end(in: text, from: start, to: range.upperBound)
                        splits.append(Split(start: start, end: end, token: nil))
                        start = end
                    }
                }
            }
            text.isByteLevel = true
        case .metaspace(let metaspace): metaspace.apply(to: &text)
        case .whitespace: text.divide(Self.words)
        case .whitespaceSplit: Self.divide(&text, .removed, at: ScalarClass.isWhitespace)
        case .punctuation(let behavior): Self.divide(&text, behavior, at: BertPreTokenizer.isPunctuation)
        case .digits(let individual):
            Self.divide(&text, individual ? .isolated : .contiguous, at: ScalarClass.isNumeric)
        case .delimiter(let delimiter): Self.divide(&text, .removed) { $0 == delimiter }
        case .split(let pattern, let behavior, let inverted):
            text.divide { text, range, splits in
                behavior.divide(range, at: pattern.matches(in: text, range), inverted: inverted, into: &splits)
            }
        case .sequence: break
        }
    }

    private static func divide(_ text: inout SplitText, _ behavior: SplitBehavior, at isMatch: (UInt32) -> Bool) {
        text.divide { text, range, splits in
            var matches: [Range<Int>] = []
            var index = range.lowerBound
            while index < range.upperBound {
                let (scalar, length) = text.scalar(at: index)
                if isMatch(scalar) { matches.append(index..<index + length) }
                index += length
            }
            behavior.divide(range, at: matches, inverted: false, into: &splits)
        }
    }

    /// `\w+|[^\w\s]+`: runs of word characters and runs of other ink.
    private static func words(_ text: AlignedText, _ range: Range<Int>, _ splits: inout [Split]) {
        var index = range.lowerBound
        var start = index
        var current: Bool?
        func close(_ end: Int) {
            if current != nil { splits.append(Split(start: start, end: end, token: nil)) }
        }
        while index < range.upperBound {
            let (scalar, length) = text.scalar(at: index)
            let isWord = ScalarClass.isWord(scalar)
            let kind: Bool? = isWord ? true : ScalarClass.isWhitespace(scalar) ? nil : false
            if kind != current {
                close(index)
                start = index
                current = kind
            }
            index += length
        }
        close(range.upperBound)
    }
}
