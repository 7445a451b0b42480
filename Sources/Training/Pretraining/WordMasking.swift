import Tokenization

/// Hides whole words of a window from a model that is to find them: of each chosen word all pieces, 80 in 100 of which
/// become the mask, 10 another piece, and 10 stay as they are (Devlin and others 2019; whole words since their release of
/// 31 May 2019).
package struct WordMasking: Sendable {
    let mask: Int32
    /// Pieces that may stand in for another.
    private let pieces: [Int32]
    let seed: UInt64

    /// Of the pieces of a window, those that are hidden.
    static let share = 0.15
    /// Of those, the ones that become the mask, and the ones that become another piece.
    private static let masked = 0.8
    private static let replaced = 0.1

    /// - Parameters:
    ///   - rows: of the word table.
    ///   - seed: the same words are chosen for the same seed, window and epoch.
    /// - Returns: `nil` if the tokenizer has no mask, or one that the word table has no row for.
    package init?(_ tokenizer: Tokenizer, rows: Int, seed: UInt64) {
        guard let mask = tokenizer.maskID, (0..<rows).contains(Int(mask)) else { return nil }
        self.mask = mask
        self.seed = seed
        // Padding, masks and what the template adds stand for no word.
        pieces = (0..<tokenizer.vocabulary.count)
            .filter { !tokenizer.isAdded($0) && $0 != tokenizer.unknownID }.map { Int32(clamping: $0) }
    }

    /// A window with some of its words hidden, and what was there as targets.
    ///
    /// - Parameters:
    ///   - window: its number, and `epoch` that of the pass over the notes: each pass hides others (Liu and others 2019).
    package func hide(_ encoding: MaskableWindow, window: Int, epoch: Int) -> TrainingSequence {
        var generator = SplitMix(seed: seed, stream: SplitMix.mix(UInt64(window)) &+ UInt64(epoch))
        var ids = encoding.ids
        var targets: [TrainingSequence.Target] = []
        let wanted = max(1, Int((Self.share * Double(encoding.pieces)).rounded()))
        for word in encoding.words.shuffled(using: &generator) {
            if targets.count >= wanted { break }
            // A long word would hide too much of a short window, unless it is the only one.
            if !targets.isEmpty, targets.count + word.count > wanted { continue }
            for token in word {
                targets.append(.init(token: token, label: Int(ids[token])))
                let chance = Double.random(in: 0..<1, using: &generator)
                if chance < Self.masked {
                    ids[token] = mask
                } else if chance < Self.masked + Self.replaced {
                    ids[token] = pieces.randomElement(using: &generator) ?? ids[token]
                }
            }
        }
        return TrainingSequence(
            ids: ids, types: encoding.types, targets: targets.sorted { $0.token < $1.token })
    }
}

extension WordMasking {
    /// A window with a share of its words behind the mask and its targets as they are: a model that does not see them all
    /// learns from what stands around them, and less by heart (word dropout; Iyyer and others 2015, section 3.2).
    ///
    /// - Parameters:
    ///   - share: of the words, each by a draw of its own.
    ///   - window: its number, and `epoch` that of the pass over the notes: each pass hides others.
    package func cover(_ sequence: TrainingSequence, share: Double, window: Int, epoch: Int) -> TrainingSequence {
        var generator = SplitMix(seed: seed, stream: SplitMix.mix(UInt64(window)) &+ UInt64(epoch))
        var covered = sequence
        for word in sequence.words where Double.random(in: 0..<1, using: &generator) < share {
            for token in word { covered.ids[token] = mask }
        }
        return covered
    }
}

/// A window of a note and where its words are.
package struct MaskableWindow: Sendable {
    let ids: [Int32]
    let types: [Int32]
    /// The tokens of each word.
    package let words: [Range<Int>]

    /// How many of its tokens belong to words.
    var pieces: Int { words.reduce(0) { $0 + $1.count } }

    package init(_ encoding: Encoding) {
        ids = encoding.ids
        types = encoding.types
        var words: [Range<Int>] = []
        for index in 0..<encoding.count where !encoding.special[index] {
            guard let word = encoding.words[index] else { continue }
            if let last = words.last, last.upperBound == index, encoding.words[index - 1] == word {
                words[words.count - 1] = last.lowerBound..<index + 1
            } else {
                words.append(index..<index + 1)
            }
        }
        self.words = words
    }
}
