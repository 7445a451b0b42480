/// The fast BERT tokenizer's pre-tokenizer: words are divided at white space, and every punctuation mark is a word.
enum BertPreTokenizer {
    private enum Class: UInt8 {
        case word
        case space
        case punctuation
    }

    private static let ascii: [Class] = (UInt32(0)..<0x80).map { wide($0) }

    private static func wide(_ scalar: UInt32) -> Class {
        ScalarClass.isWhitespace(scalar) ? .space : isPunctuation(scalar) ? .punctuation : .word
    }

    /// Appends the words of `text[range]`.
    static func divide(_ text: AlignedText, _ range: Range<Int>, _ splits: inout [Split]) {
        text.bytes.withUnsafeBufferPointer { bytes in
            ascii.withUnsafeBufferPointer { table in
                var start = range.lowerBound
                var index = start
                while index < range.upperBound {
                    let byte = bytes[index]
                    var length = 1
                    let kind: Class
                    if byte < 0x80 {
                        kind = table[Int(byte)]
                    } else {
                        let decoded = UTF8Scalar.decode(bytes, at: index)
                        length = decoded.length
                        kind = wide(decoded.value)
                    }
                    if kind != .word {
                        if start < index { splits.append(Split(start: start, end: index, token: nil)) }
                        if kind == .punctuation {
                            splits.append(Split(start: index, end: index + length, token: nil))
                        }
                        start = index + length
                    }
                    index += length
                }
                if start < index { splits.append(Split(start: start, end: index, token: nil)) }
            }
        }
    }

    static func isPunctuation(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return switch scalar {
            case 33...47, 58...64, 91...96, 123...126: true
            default: false
            }
        }
        return BertCharacterClasses.punctuation.contains(scalar)
    }
}
