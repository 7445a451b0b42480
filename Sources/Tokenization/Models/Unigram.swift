/// The unigram language model (Kudo 2018): of all ways to divide a stretch the one whose pieces' scores add up to most
/// (tokenizers 0.23, `models/unigram`, after sentencepiece's `EncodeOptimized`).
struct Unigram: Sendable {
    let vocabulary: Vocabulary
    /// Log-probabilities, by id.
    private let scores: [Double]
    /// The id for a character that no piece covers.
    let unknownID: Int32
    /// Ids of `<0x00>` to `<0xFF>` for what the vocabulary lacks; `nil` for a model without them.
    private let byteFallback: [Int32?]?
    private let tree: PrefixTree
    private let unknownScore: Double

    /// How much worse than the worst piece an unknown character is (`kUnkPenalty`).
    private static let unknownPenalty = 10.0

    init(vocabulary: Vocabulary, tree: PrefixTree, scores: [Double], unknownID: Int32, byteFallback: [Int32?]?) {
        self.vocabulary = vocabulary
        self.tree = tree
        self.scores = scores
        self.unknownID = unknownID
        self.byteFallback = byteFallback
        unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    }

    /// The score of an id; `nil` if no piece has it.
    func score(of id: Int) -> Double? { scores.indices.contains(id) ? scores[id] : nil }

    /// The same pieces with another one for unknown characters, and without those for bytes.
    func settled(unknownID: Int32) -> Unigram {
        Unigram(vocabulary: vocabulary, tree: tree, scores: scores, unknownID: unknownID, byteFallback: nil)
    }

    /// The best way to the end of a prefix.
    private struct Step {
        var score: Double
        /// Where its last piece starts; -1 before there is a way.
        var start: Int32
        var id: Int32
    }

    /// Appends the pieces of `text[word]`.
    func tokenize(_ text: AlignedText, _ word: Range<Int>, index: Int32, into pieces: inout [Piece]) {
        withUnsafeTemporaryAllocation(of: Step.self, capacity: word.count + 1) { steps in
            steps.initialize(repeating: Step(score: 0, start: -1, id: 0))
            text.bytes.withUnsafeBufferPointer { findWay(UnsafeBufferPointer(rebasing: $0[word]), steps) }
            // Backwards over the best way; neighbouring unknown pieces are one.
            let first = pieces.count
            var end = word.count
            while end > 0 {
                var start = Int(steps[end].start)
                let id = steps[end].id
                if id == unknownID {
                    while start > 0, steps[start].id == unknownID { start = Int(steps[start].start) }
                    appendUnknown(text, word.lowerBound + start..<word.lowerBound + end, index, &pieces)
                } else {
                    pieces.append(Piece(id, text, word.lowerBound + start..<word.lowerBound + end, word: index))
                }
                end = start
            }
            pieces[first...].reverse()
        }
    }

    private func findWay(_ bytes: UnsafeBufferPointer<UInt8>, _ steps: UnsafeMutableBufferPointer<Step>) {
        var start = 0
        while start < bytes.count {
            let length = UTF8Scalar.decode(bytes, at: start).length
            let score = steps[start].score
            var isCovered = false
            var node = PrefixTree.root
            var end = start
            while end < bytes.count, let child = tree.child(of: node, bytes[end]) {
                node = child
                end += 1
                let id = tree.pieces[Int(node)]
                guard id >= 0 else { continue }
                offer(scores[Int(id)] + score, from: start, id, &steps[end])
                isCovered = isCovered || end - start == length
            }
            if !isCovered { offer(unknownScore + score, from: start, unknownID, &steps[start + length]) }
            start += length
        }
    }

    @inline(__always)
    private func offer(_ score: Double, from start: Int, _ id: Int32, _ step: inout Step) {
        if step.start < 0 || score > step.score { step = Step(score: score, start: Int32(start), id: id) }
    }

    /// Appends, last first, what stands for a stretch that is spelled by no pieces.
    private func appendUnknown(_ text: AlignedText, _ range: Range<Int>, _ word: Int32, _ pieces: inout [Piece]) {
        // Unknown characters next to each other may be a piece together.
        if let id = text.bytes.withUnsafeBytes({ vocabulary.id(of: $0, range) }) {
            pieces.append(Piece(id, text, range, word: word))
            return
        }
        if let byteFallback {
            let ids = text.bytes[range].compactMap { byteFallback[Int($0)] }
            if ids.count == range.count {
                for id in ids.reversed() { pieces.append(Piece(id, text, range, word: word)) }
                return
            }
        }
        var piece = Piece(unknownID, text, range, word: word)
        // Its white space is that of the text: the name of the unknown piece has none.
        piece.spaces = PieceSpaces(text.bytes[range])
        pieces.append(piece)
    }
}
