import ClinicalText

/// Turns a note into the token ids of a checkpoint, with offsets into the note.
///
/// Agrees with the fast reference tokenizer (tokenizers 0.23) in ids, offsets and words. Immutable and shared by threads.
public struct Tokenizer: Sendable {
    /// What a piece starts with that does not start a word; `nil` if the model has no such mark.
    public let continuingPrefix: String?
    /// The id of the piece for an unknown word; -1 for a tokenizer that has none.
    public let unknownID: Int
    /// `model_max_length` of the checkpoint in tokens, special ones included; `nil` if it has none that means anything.
    public let maximumLength: Int?
    /// What a user should know about this checkpoint's tokenizer, a sentence each.
    public let warnings: [String]

    /// Whether a model is told of which of two texts a token is; where it is not, all are of the first.
    public var givesTypes: Bool { components.givesTypes }
    /// Added tokens that are no pieces of the vocabulary.
    package let tokensBeyondVocabulary: [TokenBeyondVocabulary]

    let components: TokenizerComponents
    private let rawTokens: AddedTokens
    private let normalizedTokens: AddedTokens
    private let addedContents: [Int: String]
    /// White space at the ends of each of the model's pieces, for those whose offsets leave it out.
    private let spaces: [PieceSpaces]

    init(_ components: TokenizerComponents) {
        self.components = components
        let vocabulary = components.model.vocabulary
        continuingPrefix = components.model.continuingPrefix.map { String(decoding: $0, as: UTF8.self) }
        maximumLength = components.maximumLength
        warnings = components.warnings
        let numbered = AddedToken.numbered(components.addedTokens, vocabulary)
        let unknown = components.unknownToken.flatMap { name in
            numbered.last { $0.token.content == name }.map { Int($0.id) } ?? vocabulary.id(of: name)
        }
        unknownID = unknown ?? components.model.unknownID.map(Int.init) ?? -1
        rawTokens = AddedTokens(numbered.filter { !$0.token.normalized }) { Array($0.utf8) }
        normalizedTokens = AddedTokens(numbered.filter(\.token.normalized)) { content in
            components.normalizer?.normalize(content) ?? Array(content.utf8)
        }
        tokensBeyondVocabulary = numbered.compactMap { token, id in
            guard vocabulary.bytes(of: Int(id)).isEmpty else { return nil }
            return TokenBeyondVocabulary(
                content: token.content, id: Int(id), isNamed: components.namedTokens.contains(token.content))
        }
        addedContents = Dictionary(numbered.map { (Int($0.id), $0.token.content) }, uniquingKeysWith: { $1 })
        spaces =
            components.postProcessor.trims.isEmpty
            ? [] : (0..<vocabulary.count).map { PieceSpaces(vocabulary.bytes(of: $0)) }
    }

    /// The pieces and their ids.
    public var vocabulary: Vocabulary { components.model.vocabulary }

    /// How many special tokens the template puts around one text.
    public var specialTokenCount: Int { Template.specialCount(components.postProcessor.template.single) }

    /// The piece, or added token, of an id.
    public func piece(_ id: Int) -> String? { vocabulary.piece(id) ?? addedContents[id] }

    /// Whether an id is that of an added token: of padding, a mask, or another that stands for no word.
    public func isAdded(_ id: Int) -> Bool { addedContents[id] != nil }

    /// Tokenises one text whole.
    public func encode(_ text: NoteText) -> Encoding { encoding(pieces(of: text)[...]) }

    /// Tokenises one text and cuts it off at `maximum` tokens, special ones included.
    public func encode(_ text: NoteText, truncatedTo maximum: Int) -> Encoding {
        encoding(pieces(of: text).prefix(max(0, maximum - specialTokenCount)))
    }

    /// Tokenises two texts; each keeps its own offsets.
    ///
    /// - Parameter maximum: where given, the longer text is shortened first until both fit (`longest_first`).
    public func encode(_ first: NoteText, pair second: NoteText, truncatedTo maximum: Int? = nil) -> Encoding {
        let one = pieces(of: first)
        let two = pieces(of: second)
        let items = components.postProcessor.template.pair
        var lengths = (one.count, two.count)
        if let maximum {
            let room = max(0, maximum - Template.specialCount(items))
            lengths = Self.longestFirst(one.count, two.count, room: room)
        }
        return components.postProcessor.build(
            items, spaces: spaces, first: one.prefix(lengths.0), second: two.prefix(lengths.1))
    }

    /// The share of the text's words that the vocabulary cannot spell, 0 to 1; 0 for a text without words.
    public func unknownShare(of text: NoteText) -> Double {
        let pieces = pieces(of: text)
        guard let last = pieces.last else { return 0 }
        let unknown = Set(pieces.lazy.filter { Int($0.id) == unknownID }.map(\.word))
        return Double(unknown.count) / Double(Int(last.word) + 1)
    }

    /// The encoding of a part of a text's pieces.
    func encoding(_ pieces: ArraySlice<Piece>) -> Encoding {
        components.postProcessor.build(components.postProcessor.template.single, spaces: spaces, first: pieces)
    }

    /// The pieces of a text, without special tokens.
    func pieces(of text: NoteText) -> [Piece] {
        var split = SplitText()
        text.utf8.withUnsafeBufferPointer { bytes in
            for stretch in rawTokens.split(bytes, 0..<bytes.count) {
                append(bytes, stretch, firstScalar: text.scalarOffset(of: UTF8Offset(stretch.range.lowerBound)), &split)
            }
        }
        components.preTokenizer?.apply(to: &split)
        return tokenize(&split)
    }

    /// Normalises a stretch of the note and appends it with the added tokens in it.
    private func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ stretch: AddedTokens.Stretch, firstScalar: ScalarOffset,
        _ split: inout SplitText
    ) {
        let start = split.text.count
        let source = UnsafeBufferPointer(rebasing: bytes[stretch.range])
        let first = Int32(clamping: firstScalar.value)
        if let id = stretch.id {
            split.text.append(source, firstScalar: first)
            split.splits.append(Split(start: start, end: split.text.count, token: id))
            return
        }
        if let normalizer = components.normalizer {
            var input = AlignedText()
            input.append(source, firstScalar: first)
            normalizer.normalize(input, 0..<input.count, into: &split.text)
        } else {
            split.text.append(source, firstScalar: first)
        }
        let end = split.text.count
        let stretches = split.text.bytes.withUnsafeBufferPointer { normalizedTokens.split($0, start..<end) }
        for inner in stretches {
            split.splits.append(Split(start: inner.range.lowerBound, end: inner.range.upperBound, token: inner.id))
        }
    }

    private func tokenize(_ split: inout SplitText) -> [Piece] {
        var worksOnBytes = false
        if split.isByteLevel {
            if case .bytePairs(let model) = components.model, model.spellsEveryByte {
                worksOnBytes = true
            } else {
                split.writeByteLevel()
            }
        }
        var pieces: [Piece] = []
        pieces.reserveCapacity(split.splits.count + split.splits.count / 2)
        for (index, part) in split.splits.enumerated() {
            let word = Int32(truncatingIfNeeded: index)
            if let id = part.token {
                var piece = Piece(id, split.text, part.range, word: word)
                piece.spaces = PieceSpaces(split.text.bytes[part.range])
                pieces.append(piece)
                continue
            }
            switch components.model {
            case .wordPiece(let model): model.tokenize(split.text, part.range, index: word, into: &pieces)
            case .unigram(let model): model.tokenize(split.text, part.range, index: word, into: &pieces)
            case .bytePairs(let model):
                if worksOnBytes {
                    model.tokenize(bytes: split.text, part.range, index: word, into: &pieces)
                } else {
                    model.tokenize(split.text, part.range, index: word, into: &pieces)
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
