/// The parts that a checkpoint's files describe, of which a ``Tokenizer`` is made.
struct TokenizerComponents: Sendable {
    var normalizer: Normalizer?
    var preTokenizer: PreTokenizer?
    var model: Model
    var postProcessor = PostProcessor()
    var addedTokens: [AddedToken] = []
    /// The checkpoint's name for what it cannot spell, which byte-level models have beside the model.
    var unknownToken: String?
    var maximumLength: Int?
    /// Texts of the tokens that have a name, `[CLS]` and its like.
    var namedTokens: Set<String> = []
    /// Whether a model is told of which of two texts a token is.
    var givesTypes = true
    var warnings: [String] = []
}

extension AddedToken {
    /// Added tokens with their ids, which are those of pieces with the same content, else the next after the vocabulary's:
    /// the reference does not believe the numbers in the file either.
    ///
    /// Of tokens given twice the last one counts.
    static func numbered(_ tokens: [AddedToken], _ vocabulary: Vocabulary) -> [(token: AddedToken, id: Int32)] {
        var numbered: [(token: AddedToken, id: Int32)] = []
        var places: [[UInt8]: Int] = [:]
        var next = Int32(vocabulary.pieceCount)
        for token in tokens where !token.content.isEmpty {
            let bytes = Array(token.content.utf8)
            if let place = places[bytes] {
                numbered[place].token = token
                continue
            }
            let known = vocabulary.id(of: bytes)
            places[bytes] = numbered.count
            numbered.append((token, known ?? next))
            if known == nil { next += 1 }
        }
        return numbered
    }
}
