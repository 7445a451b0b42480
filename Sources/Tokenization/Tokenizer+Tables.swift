/// An added token that has an id past those of the vocabulary.
package struct TokenBeyondVocabulary: Sendable, Hashable {
    /// Its text.
    package let content: String
    /// Its id.
    package let id: Int
    /// Whether it is `[MASK]` or another token with a name, which a tokenizer adds by itself, wanted or not.
    package let isNamed: Bool
}

extension Tokenizer {
    /// The special ids and the types that every encoding of one text, or of two, has.
    package func template(ofPair isPair: Bool) -> (ids: [Int], types: Set<Int>) {
        let items = isPair ? components.postProcessor.template.pair : components.postProcessor.template.single
        var ids: [Int] = []
        var types: Set<Int> = []
        for item in items {
            switch item {
            case .special(let special, let type):
                ids += special.map(Int.init)
                types.insert(Int(type))
            case .text(_, let type): types.insert(Int(type))
            }
        }
        return (ids, types)
    }

    /// One more than the largest id that an encoding may have.
    package var idCount: Int { max(vocabulary.count, (tokensBeyondVocabulary.map(\.id).max() ?? -1) + 1) }
}
