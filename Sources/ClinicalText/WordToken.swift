/// A word as the reviewer sees it, whatever the model's tokenizer makes of it.
///
/// A run of letters or digits, a single punctuation mark or symbol, or a single CJK ideograph; white space is between
/// tokens. What motion, snapping and the CoNLL export count in.
public struct WordToken: Hashable, Sendable {
    /// Where it stands.
    public let span: TextSpan
    /// Whether it is a run of letters or digits, rather than a mark.
    public let isWord: Bool

    /// Makes a token.
    public init(span: TextSpan, isWord: Bool) {
        self.span = span
        self.isWord = isWord
    }

    /// Splits `text` into its tokens, in order.
    public static func tokens(of text: NoteText, in span: TextSpan? = nil) -> [WordToken] {
        var tokens: [WordToken] = []
        var start: ScalarOffset?
        var kind = Kind.space
        var joined = false
        // Two regional indicators make a flag; a third starts the next one.
        var flagHalf = false
        func close(_ end: ScalarOffset) {
            if let from = start { tokens.append(WordToken(span: TextSpan(from, end), isWord: kind == .word)) }
            start = nil
        }
        text.forEachScalar(in: span) { offset, scalar in
            var next = Kind(scalar)
            if joined || (flagHalf && Self.isRegionalIndicator(scalar)), next != .space { next = .extend }
            flagHalf = next != .extend && Self.isRegionalIndicator(scalar)
            joined = scalar == "\u{200D}" && start != nil
            if next == .extend {
                if start == nil {
                    start = offset
                    kind = .mark
                }
                return
            }
            if next == .word, kind == .word, start != nil { return }
            close(offset)
            kind = next
            if next != .space { start = offset }
        }
        close((span ?? text.fullSpan).end)
        return tokens
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{1F1E6}"..."\u{1F1FF}").contains(scalar)
    }

    private enum Kind {
        case space
        case word
        case ideograph
        case mark
        /// Continues whatever stands before it: combining marks, joiners, variation selectors, skin tones, the tags that
        /// spell a region's flag.
        case extend

        init(_ scalar: Unicode.Scalar) {
            let properties = scalar.properties
            if scalar.value < 0x80 {
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": self = .word
                case "!"..."~": self = .mark
                default: self = .space
                }
            } else if properties.isWhitespace {
                self = .space
            } else if properties.isEmojiModifier || scalar == "\u{200D}"
                || ("\u{E0020}"..."\u{E007F}").contains(scalar)
            {
                self = .extend
            } else if properties.isIdeographic {
                self = .ideograph
            } else {
                switch properties.generalCategory {
                case .nonspacingMark, .spacingMark, .enclosingMark: self = .extend
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                    .decimalNumber, .letterNumber, .otherNumber:
                    self = .word
                case .control, .format, .surrogate, .privateUse: self = .space
                default: self = .mark
                }
            }
        }
    }
}
