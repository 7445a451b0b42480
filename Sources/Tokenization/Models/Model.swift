/// What divides a stretch of text into pieces (`model` of `tokenizer.json`).
enum Model: Sendable {
    case wordPiece(WordPiece)
    case bytePairs(BytePairEncoding)
    case unigram(Unigram)

    var vocabulary: Vocabulary {
        switch self {
        case .wordPiece(let model): model.vocabulary
        case .bytePairs(let model): model.vocabulary
        case .unigram(let model): model.vocabulary
        }
    }

    /// The id of the piece for what the model cannot spell; `nil` if it spells everything or leaves it out.
    var unknownID: Int32? {
        switch self {
        case .wordPiece(let model): model.unknownID
        case .bytePairs(let model): model.unknownID
        case .unigram(let model): model.unknownID
        }
    }

    /// What a piece starts with that does not start a word.
    var continuingPrefix: [UInt8]? {
        switch self {
        case .wordPiece(let model): model.continuingPrefix
        case .bytePairs(let model): model.continuingPrefix.isEmpty ? nil : model.continuingPrefix
        case .unigram: nil
        }
    }
}
