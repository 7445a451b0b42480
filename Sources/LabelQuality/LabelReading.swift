import Annotation
import ClinicalText

/// What one annotator made of one note, ready to be looked over: the record, its text, and a number for each word.
public struct LabelReading: Sendable {
    /// A word token with its words folded to a number.
    struct Token: Sendable {
        let start: Int32
        let end: Int32
        /// Equal for words that differ in case only.
        let word: UInt64
        let isWord: Bool
    }

    /// The record.
    public let record: LabelRecord
    /// Its text.
    public let text: NoteText
    /// The day on which the note was decided on, as `2026-11-25`; `nil` where nobody wrote it down.
    public let day: String?
    let tokens: [Token]

    /// Prepares a record.
    public init(_ record: LabelRecord, day: String? = nil) {
        self.record = record
        self.day = day
        text = NoteText(record.text)
        var walk = WordFold(text)
        tokens = WordToken.tokens(of: text).compactMap { token in
            // A note's offsets fit 32 bits: no file of 2 GB is read.
            guard let start = Int32(exactly: token.span.start.value), let end = Int32(exactly: token.span.end.value)
            else { return nil }
            return Token(start: start, end: end, word: walk.number(of: token.span), isWord: token.isWord)
        }
    }

    /// How many words it has, marks left out.
    public var wordCount: Int { tokens.count(where: \.isWord) }

    /// The tokens that lie wholly inside `span`; empty if there are none.
    func tokens(in span: TextSpan) -> Range<Int> {
        let first = partition { $0.start >= span.start.value }
        let last = partition { $0.end > span.end.value }
        return first..<max(first, last)
    }

    /// The tokens that share a code point with `span`.
    func tokens(meeting span: TextSpan) -> Range<Int> {
        let first = partition { $0.end > span.start.value }
        let last = partition { $0.start >= span.end.value }
        return first..<max(first, last)
    }

    /// From the first code point of some tokens to their last.
    func span(of tokens: Range<Int>) -> TextSpan {
        TextSpan(Int(self.tokens[tokens.lowerBound].start), Int(self.tokens[tokens.upperBound - 1].end))
    }

    /// One number for a run of tokens.
    func number(of range: Range<Int>) -> UInt64 {
        range.reduce(WordNumber.start) { WordNumber.joined($0, tokens[$1].word) }
    }

    /// The first token for which `holds`, which must stay so for all later ones.
    private func partition(_ holds: (Token) -> Bool) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if holds(tokens[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Numbers for words: FNV-1a over the bytes (Fowler, Noll and Vo), and a mix for runs of them (splitmix64's finish).
///
/// 64 bits: among a million different words two share a number with a probability of one in 40 million.
enum WordNumber {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    static func adding(_ byte: UInt8, to number: UInt64) -> UInt64 { (number ^ UInt64(byte)) &* prime }

    static func joined(_ number: UInt64, _ word: UInt64) -> UInt64 {
        var value = (number ^ word) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 29)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 32)
    }

    /// The number of a word that is written in lower case.
    static func of(_ word: String) -> UInt64 { word.utf8.reduce(start) { adding($1, to: $0) } }
}

/// Gives the words of a text their numbers, asked for in order.
private struct WordFold {
    private let text: NoteText
    private var scalar = 0
    private var byte = 0

    init(_ text: NoteText) { self.text = text }

    mutating func number(of span: TextSpan) -> UInt64 {
        let start = byte(of: span.start.value)
        let end = byte(of: span.end.value)
        var number = WordNumber.start
        for byte in text.utf8[start..<end] {
            guard byte < 0x80 else {
                return WordNumber.of(String(decoding: text.utf8[start..<end], as: UTF8.self).lowercased())
            }
            let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            number = WordNumber.adding(isCapital ? byte | 0x20 : byte, to: number)
        }
        return number
    }

    private mutating func byte(of offset: Int) -> Int {
        let utf8 = text.utf8
        while scalar < offset, byte < utf8.count {
            byte += 1
            while byte < utf8.count, utf8[byte] & 0xC0 == 0x80 { byte += 1 }
            scalar += 1
        }
        return byte
    }
}
