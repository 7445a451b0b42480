import ClinicalText

/// Turns a note into the token ids of a checkpoint, with offsets into the note.
///
/// Agrees with the fast reference tokenizer (tokenizers 0.23) in ids, offsets and words. Immutable and shared by threads.
public struct Tokenizer: Sendable {
    /// The pieces and their ids.
    public let vocabulary: Vocabulary
    /// What a piece starts with that does not start a word; `nil` if the model has no such mark.
    public let continuingPrefix: String?
    /// The id of the piece for an unknown word.
    public let unknownID: Int
    /// `model_max_length` of the checkpoint in tokens, special ones included; `nil` if it has none that means anything.
    public let maximumLength: Int?

    private let normalizer: BertNormalizer
    private let wordPiece: WordPiece
    private let template: Template
    private let rawTokens: AddedTokens
    private let normalizedTokens: AddedTokens
    private let addedContents: [Int: String]

    init(
        normalizer: BertNormalizer, wordPiece: WordPiece, template: Template, addedTokens: [AddedToken],
        maximumLength: Int?
    ) {
        vocabulary = wordPiece.vocabulary
        continuingPrefix = String(decoding: wordPiece.continuingPrefix, as: UTF8.self)
        unknownID = Int(wordPiece.unknownID)
        self.normalizer = normalizer
        self.wordPiece = wordPiece
        self.template = template
        self.maximumLength = maximumLength
        rawTokens = AddedTokens(addedTokens.filter { !$0.normalized }) { $0 }
        normalizedTokens = AddedTokens(addedTokens.filter(\.normalized)) { content in
            var text = AlignedText()
            normalizer.normalize(content, 0..<content.count, into: &text)
            return text.scalars
        }
        addedContents = Dictionary(addedTokens.map { (Int($0.id), $0.content) }, uniquingKeysWith: { $1 })
    }

    /// How many special tokens the template puts around one text.
    public var specialTokenCount: Int { Template.specialCount(template.single) }

    /// The piece, or added token, of an id.
    public func piece(_ id: Int) -> String? { vocabulary.piece(id) ?? addedContents[id] }

    /// Tokenises one text whole.
    public func encode(_ text: NoteText) -> Encoding {
        Template.build(template.single, first: pieces(of: text)[...])
    }

    /// Tokenises one text and cuts it off at `maximum` tokens, special ones included.
    public func encode(_ text: NoteText, truncatedTo maximum: Int) -> Encoding {
        let room = max(0, maximum - specialTokenCount)
        return Template.build(template.single, first: pieces(of: text).prefix(room))
    }

    /// Tokenises two texts; each keeps its own offsets.
    ///
    /// - Parameter maximum: where given, the longer text is shortened first until both fit (`longest_first`).
    public func encode(_ first: NoteText, pair second: NoteText, truncatedTo maximum: Int? = nil) -> Encoding {
        let one = pieces(of: first)
        let two = pieces(of: second)
        var lengths = (one.count, two.count)
        if let maximum {
            let room = max(0, maximum - Template.specialCount(template.pair))
            lengths = Self.longestFirst(one.count, two.count, room: room)
        }
        return Template.build(template.pair, first: one.prefix(lengths.0), second: two.prefix(lengths.1))
    }

    /// Tokenises one text into overlapping windows that together hold all of it.
    ///
    /// Each window has its own special tokens; the next one starts `maximum - stride` tokens (special ones not counted)
    /// after the last, and the last stops at the end of the text.
    ///
    /// - Throws: ``WindowError`` if the overlap leaves a window no step.
    public func windows(_ text: NoteText, maximum: Int, stride: Int) throws(WindowError) -> [Encoding] {
        let room = maximum - specialTokenCount
        guard stride >= 0, room > stride else {
            throw WindowError(maximum: maximum, stride: stride, special: specialTokenCount)
        }
        let pieces = pieces(of: text)
        var windows: [Encoding] = []
        var start = 0
        repeat {
            let end = min(start + room, pieces.count)
            windows.append(Template.build(template.single, first: pieces[start..<end]))
            if end == pieces.count { break }
            start += room - stride
        } while true
        return windows
    }

    /// The share of the text's words that the vocabulary cannot spell, 0 to 1; 0 for a text without words.
    public func unknownShare(of text: NoteText) -> Double {
        let pieces = pieces(of: text)
        guard let last = pieces.last else { return 0 }
        let unknown = Set(pieces.lazy.filter { Int($0.id) == unknownID }.map(\.word))
        return Double(unknown.count) / Double(Int(last.word) + 1)
    }

    private func pieces(of text: NoteText) -> [Piece] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(text.scalarCount)
        text.forEachScalar { _, scalar in scalars.append(scalar.value) }

        var pieces: [Piece] = []
        pieces.reserveCapacity(scalars.count / 3)
        var word: Int32 = 0
        var normalized = AlignedText()
        for stretch in rawTokens.split(scalars, 0..<scalars.count) {
            if let id = stretch.id {
                pieces.append(
                    Piece(
                        id: id, start: Int32(stretch.range.lowerBound), end: Int32(stretch.range.upperBound), word: word
                    ))
                word += 1
                continue
            }
            normalized.removeAll()
            normalizer.normalize(scalars, stretch.range, into: &normalized)
            for inner in normalizedTokens.split(normalized.scalars, 0..<normalized.count) {
                if let id = inner.id {
                    pieces.append(
                        Piece(
                            id: id, start: normalized.starts[inner.range.lowerBound],
                            end: normalized.ends[inner.range.upperBound - 1], word: word))
                    word += 1
                    continue
                }
                for range in BertPreTokenizer.words(of: normalized, in: inner.range) {
                    wordPiece.tokenize(normalized, range, index: word, into: &pieces)
                    word += 1
                }
            }
        }
        return pieces
    }

    /// The reference's closed form of `longest_first`: the shorter text is kept whole unless both exceed half.
    static func longestFirst(_ first: Int, _ second: Int, room: Int) -> (Int, Int) {
        guard first + second > room else { return (first, second) }
        let swapped = first > second
        var short = min(first, second)
        var long = short > room ? short : max(short, room - short)
        if short + long > room {
            short = room / 2
            long = short + room % 2
        }
        return swapped ? (long, short) : (short, long)
    }
}

/// Windows that could never reach the end of a text.
public struct WindowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Tokens of a window.
    public let maximum: Int
    /// Tokens that neighbouring windows share.
    public let stride: Int
    /// Special tokens of a window.
    public let special: Int

    /// Says which number to change.
    public var description: String {
        "windows of \(maximum) tokens, \(special) of them special, cannot overlap by \(stride): "
            + "choose a stride from 0 to \(max(0, maximum - special - 1)), or a longer window"
    }
}
