/// Byte-pair encoding: characters, or bytes, merged in the order in which training merged them.
///
/// Sennrich, Haddow and Birch 2016; as in tokenizers 0.23, `models/bpe`.
struct BytePairEncoding: Sendable {
    let vocabulary: Vocabulary
    let merges: PairTable
    /// The id for a character that the vocabulary lacks; without one it is left out.
    let unknownID: Int32?
    /// What a character starts with that does not start a word.
    let continuingPrefix: [UInt8]
    /// What the last character of a word ends with.
    let endOfWordSuffix: [UInt8]
    /// Whether neighbouring unknown characters are one piece.
    let fusesUnknown: Bool
    /// Ids of `<0x00>` to `<0xFF>` for characters that the vocabulary lacks; `nil` for a model without them.
    let byteFallback: [Int32?]?
    /// Whether a word that is a piece is taken whole, without a look at the merges.
    let ignoresMerges: Bool
    /// For each byte the piece of its byte-level character; -1 for a byte without one.
    private let bytePieces: [Int32]
    /// Whether byte-level text can be worked on as bytes, each of which is a piece.
    let spellsEveryByte: Bool

    init(
        vocabulary: Vocabulary, merges: PairTable, unknownID: Int32?, continuingPrefix: [UInt8],
        endOfWordSuffix: [UInt8], fusesUnknown: Bool, byteFallback: [Int32?]?, ignoresMerges: Bool
    ) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.unknownID = unknownID
        self.continuingPrefix = continuingPrefix
        self.endOfWordSuffix = endOfWordSuffix
        self.fusesUnknown = fusesUnknown
        self.byteFallback = byteFallback
        self.ignoresMerges = ignoresMerges
        bytePieces = ByteAlphabet.characters.map { character in
            var text = AlignedText()
            text.append(character, Alignment(start: 0, end: 0))
            return vocabulary.id(of: Array(text.bytes[..<text.count])) ?? -1
        }
        spellsEveryByte =
            bytePieces.allSatisfy { $0 >= 0 } && continuingPrefix.isEmpty && endOfWordSuffix.isEmpty && !ignoresMerges
    }

    /// Appends the pieces of a word of byte-level text, of which ``spellsEveryByte`` is true.
    func tokenize(bytes text: AlignedText, _ word: Range<Int>, index: Int32, into pieces: inout [Piece]) {
        withSymbols(word.count) { symbols in
            text.bytes.withUnsafeBufferPointer { bytes in
                for place in word {
                    symbols[place - word.lowerBound] = Symbol(id: bytePieces[Int(bytes[place])], length: 1)
                }
            }
            let count = merge(symbols, count: word.count)
            append(symbols[..<count], text, word.lowerBound, index, &pieces)
        }
    }

    /// Appends the pieces of a word of characters.
    func tokenize(_ text: AlignedText, _ word: Range<Int>, index: Int32, into pieces: inout [Piece]) {
        if ignoresMerges, let id = text.bytes.withUnsafeBytes({ vocabulary.id(of: $0, word) }) {
            pieces.append(Piece(id, text, word, word: index))
            return
        }
        // A character becomes one symbol, or as many as it has bytes.
        withSymbols(word.count) { symbols in
            let spelled = spell(text, word, symbols)
            let count = merge(symbols, count: spelled)
            append(symbols[..<count], text, word.lowerBound, index, &pieces)
        }
    }

    private func append(
        _ symbols: UnsafeMutableBufferPointer<Symbol>.SubSequence, _ text: AlignedText, _ start: Int, _ word: Int32,
        _ pieces: inout [Piece]
    ) {
        // Characters that were left out leave no gap: the reference counts on from the piece before.
        var place = start
        for symbol in symbols {
            pieces.append(Piece(symbol.id, text, place..<place + Int(symbol.length), word: word))
            place += Int(symbol.length)
        }
    }

    private func spell(_ text: AlignedText, _ word: Range<Int>, _ symbols: UnsafeMutableBufferPointer<Symbol>) -> Int {
        var count = 0
        var unknown: Symbol?
        func add(_ symbol: Symbol) {
            symbols[count] = symbol
            count += 1
        }
        var place = word.lowerBound
        while place < word.upperBound {
            let length = text.scalar(at: place).length
            let character = text.bytes[place..<place + length]
            var key = place == word.lowerBound ? Array(character) : continuingPrefix + character
            if place + length == word.upperBound { key += endOfWordSuffix }
            place += length
            if let id = vocabulary.id(of: key) {
                if let known = unknown { add(known) }
                unknown = nil
                add(Symbol(id: id, length: Int32(length)))
                continue
            }
            if let byteFallback, continuingPrefix.isEmpty, endOfWordSuffix.isEmpty {
                let ids = key.compactMap { byteFallback[Int($0)] }
                if ids.count == key.count {
                    for id in ids { add(Symbol(id: id, length: 1)) }
                    continue
                }
            }
            guard let unknownID else { continue }
            if let known = unknown {
                if fusesUnknown {
                    unknown = Symbol(id: unknownID, length: known.length + Int32(length))
                    continue
                }
                add(known)
            }
            unknown = Symbol(id: unknownID, length: Int32(length))
        }
        if let unknown { add(unknown) }
        return count
    }
}
