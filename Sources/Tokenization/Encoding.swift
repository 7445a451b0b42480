import ClinicalText

/// What a model is given for a text: token ids, and where each token stands in the note.
public struct Encoding: Sendable, Hashable {
    /// Token ids, special ones included.
    public var ids: [Int32] = []
    /// Which of two texts a token belongs to, 0 or 1.
    public var types: [Int32] = []
    /// Code points of the text each token stands for; `[0, 0)` for special ones.
    public var offsets: [TextSpan] = []
    /// The word each token belongs to, counted from 0; `nil` for special ones.
    public var words: [Int?] = []
    /// Whether the token was put there by the template, not by the text.
    public var special: [Bool] = []

    /// How many tokens there are.
    public var count: Int { ids.count }

    /// An encoding without tokens.
    public init() {}

    /// Token ids without a text, for measurements.
    public init(ids: [Int32]) {
        self.ids = ids
        types = Array(repeating: 0, count: ids.count)
        offsets = Array(repeating: TextSpan(0, 0), count: ids.count)
        words = Array(repeating: nil, count: ids.count)
        special = Array(repeating: false, count: ids.count)
    }

    mutating func reserve(_ count: Int) {
        ids.reserveCapacity(count)
        types.reserveCapacity(count)
        offsets.reserveCapacity(count)
        words.reserveCapacity(count)
        special.reserveCapacity(count)
    }

    mutating func appendSpecial(_ id: Int32, type: Int32) {
        ids.append(id)
        types.append(type)
        offsets.append(TextSpan(0, 0))
        words.append(nil)
        special.append(true)
    }

    mutating func append(_ pieces: some Sequence<Piece>, type: Int32) {
        for piece in pieces {
            ids.append(piece.id)
            types.append(type)
            offsets.append(TextSpan(Int(piece.start), Int(piece.end)))
            words.append(Int(piece.word))
            special.append(false)
        }
    }
}
