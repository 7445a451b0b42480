import ClinicalText

extension Model {
    private static let supported = ["WordPiece", "BPE", "Unigram"]

    /// Reads `model`.
    init(_ component: Component, warnings: inout [String]) throws(BadInput) {
        // Files from before version 0.9 name no type.
        let guess =
            component.json["merges"] != nil
            ? "BPE" : component.json["vocab"]?.elements != nil ? "Unigram" : "WordPiece"
        let type = try component.string("type") ?? guess
        switch type {
        case "WordPiece": self = .wordPiece(try WordPiece(component))
        case "BPE": self = .bytePairs(try BytePairEncoding(component, warnings: &warnings))
        case "Unigram": self = .unigram(try Unigram(component))
        default: throw component.unsupported(type, Self.supported)
        }
    }
}

extension Vocabulary {
    /// Reads a vocabulary of pieces and their ids.
    init(_ members: [(key: String, value: OrderedJSON)], _ component: Component) throws(BadInput) {
        self.init(capacity: members.count)
        for (piece, value) in members {
            guard let id = value.int, Self.allows(id, pieces: members.count) else {
                throw component.bad("the piece '\(piece)' has no id that goes with so many pieces")
            }
            guard insert(piece.utf8, id: id) else { throw component.bad("the id \(id) is given to two pieces") }
        }
    }

    /// Ids of the pieces for single bytes.
    func byteFallback() -> [Int32?] {
        (UInt8(0)...255).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return id(of: Array("<0x\(digits.count == 1 ? "0" : "")\(digits)>".utf8))
        }
    }
}

extension WordPiece {
    init(_ component: Component) throws(BadInput) {
        let vocabulary = try Vocabulary(
            try component.required("vocab", try component.members("vocab")), component)
        let unknown = try component.string("unk_token") ?? "[UNK]"
        guard let unknownID = vocabulary.id(of: Array(unknown.utf8)) else {
            throw component.bad("the vocabulary has no '\(unknown)', the piece for unknown words")
        }
        let longestWord = try component.int("max_input_chars_per_word") ?? 100
        guard longestWord >= 0 else { throw component.bad("'max_input_chars_per_word' is negative") }
        let prefix = Array((try component.string("continuing_subword_prefix") ?? "##").utf8)
        guard prefix.count <= Self.longestPrefix else {
            throw component.bad("'continuing_subword_prefix' is longer than \(Self.longestPrefix) bytes")
        }
        self.init(
            vocabulary: vocabulary, unknownID: unknownID, continuingPrefix: prefix, longestWord: longestWord)
    }
}

extension BytePairEncoding {
    init(_ component: Component, warnings: inout [String]) throws(BadInput) {
        if let dropout = try component.number("dropout"), dropout != 0 {
            warnings.append(
                "tokenizer.json asks for a dropout of \(dropout), which is for training: merges are not left out here")
        }
        try self.init(
            vocabulary: try Vocabulary(
                try component.required("vocab", try component.members("vocab")), component),
            merges: try Self.pairs(component), component)
    }

    /// Makes the model of a vocabulary and its merges in order.
    ///
    /// - Parameter component: what else says how it works.
    init(
        vocabulary: Vocabulary, merges pairs: [(left: String, right: String)], _ component: Component
    ) throws(BadInput) {
        let prefix = Array((try component.string("continuing_subword_prefix") ?? "").utf8)
        var merges = PairTable(capacity: pairs.count)
        for (rank, (left, right)) in pairs.enumerated() {
            func id(_ piece: [UInt8]) throws(BadInput) -> Int32 {
                guard let id = vocabulary.id(of: piece) else {
                    throw component.bad(
                        "merge \(rank) needs '\(String(decoding: piece, as: UTF8.self))', which the vocabulary lacks")
                }
                return id
            }
            let (first, second) = (Array(left.utf8), Array(right.utf8))
            guard second.count >= prefix.count else { throw component.bad("merge \(rank) is shorter than the prefix") }
            merges.insert(
                try id(first), try id(second),
                PairTable.Merge(
                    rank: Int32(clamping: rank), id: try id(first + second.dropFirst(prefix.count))))
        }
        let unknown = try component.string("unk_token")
        let unknownID = unknown.flatMap { vocabulary.id(of: Array($0.utf8)) }
        self.init(
            vocabulary: vocabulary, merges: merges, unknownID: unknownID, continuingPrefix: prefix,
            endOfWordSuffix: Array((try component.string("end_of_word_suffix") ?? "").utf8),
            fusesUnknown: try component.bool("fuse_unk") ?? false,
            byteFallback: try component.bool("byte_fallback") ?? false ? vocabulary.byteFallback() : nil,
            ignoresMerges: try component.bool("ignore_merges") ?? false)
        if let unknown, unknownID == nil, !spellsEveryByte {
            throw component.bad("the vocabulary has no '\(unknown)', the piece for unknown characters")
        }
    }

    /// The merges, each an array of two pieces, or a string with a space between them.
    private static func pairs(_ component: Component) throws(BadInput) -> [(left: String, right: String)] {
        let elements = try component.required("merges", try component.elements("merges"))
        var pairs: [(left: String, right: String)] = []
        pairs.reserveCapacity(elements.count)
        for element in elements {
            if let parts = element.elements, parts.count == 2, let left = parts[0].string, let right = parts[1].string {
                pairs.append((left, right))
            } else if let line = element.string {
                if line.hasPrefix("#version") { continue }
                guard let pair = Self.pair(line) else {
                    throw component.bad("the merge '\(line)' is not of two pieces")
                }
                pairs.append(pair)
            } else {
                throw component.bad("a merge is neither a string nor two")
            }
        }
        return pairs
    }

    /// The pieces of a line of `merges.txt`.
    static func pair(_ line: some StringProtocol) -> (left: String, right: String)? {
        let bytes = Array(line.utf8)
        guard let space = bytes.firstIndex(of: 0x20), !bytes[(space + 1)...].contains(0x20) else { return nil }
        return (
            String(decoding: bytes[..<space], as: UTF8.self), String(decoding: bytes[(space + 1)...], as: UTF8.self)
        )
    }
}

extension Unigram {
    init(_ component: Component) throws(BadInput) {
        let elements = try component.required("vocab", try component.elements("vocab"))
        var pieces: [(piece: String, score: Double)] = []
        pieces.reserveCapacity(elements.count)
        for element in elements {
            guard let pair = element.elements, pair.count == 2, let piece = pair[0].string,
                case .number(let digits) = pair[1], let score = Double(digits)
            else { throw component.bad("piece \(pieces.count) of 'vocab' is not a string and a score") }
            pieces.append((piece, score))
        }
        try self.init(
            pieces, unknownID: try component.int("unk_id"),
            fallsBackToBytes: try component.bool("byte_fallback") ?? false, component)
    }

    /// Makes the model of its pieces in the order of their ids.
    init(
        _ pieces: [(piece: String, score: Double)], unknownID: Int?, fallsBackToBytes: Bool, _ component: Component
    ) throws(BadInput) {
        guard let unknownID, pieces.indices.contains(unknownID) else {
            throw component.bad("'unk_id' names none of the \(pieces.count) pieces")
        }
        let length = pieces.reduce(0) { $0 + $1.piece.utf8.count }
        guard length <= PrefixTree.mostBytes, pieces.count <= Vocabulary.largestID else {
            throw component.bad("the pieces are \(length) bytes long together; \(PrefixTree.mostBytes) are possible")
        }
        var vocabulary = Vocabulary(capacity: pieces.count)
        var tree = PrefixTree(bytes: length)
        for (id, (piece, _)) in pieces.enumerated() {
            _ = vocabulary.insert(piece.utf8, id: id)
            tree.insert(piece.utf8, id: Int32(id))
        }
        self.init(
            vocabulary: vocabulary, tree: tree, scores: pieces.map(\.score), unknownID: Int32(unknownID),
            byteFallback: fallsBackToBytes ? vocabulary.byteFallback() : nil)
    }
}
