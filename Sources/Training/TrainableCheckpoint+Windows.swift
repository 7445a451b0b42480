import ClinicalBERT
import ClinicalText
import Tokenization

extension TrainableCheckpoint {
    /// The checkpoint's tokenizer.
    ///
    /// - Parameter cased: whether text keeps its case whatever the tokenizer's files say.
    /// - Throws: ``BadInput`` if it cannot be read.
    func tokenizer(cased: Bool = false) throws(BadInput) -> Tokenizer {
        try Tokenizer(checkpoint: folder, cased: cased)
    }

    /// Makes sure that the tables have a row for every token of a window, as a tokenizer of another checkpoint, or one with
    /// tokens that were added and never learned, may have more.
    ///
    /// - Throws: ``BadInput`` naming the token.
    func check(ids: [Int32], types: [Int32], of note: String) throws(BadInput) {
        func refuse(_ what: String) -> BadInput {
            BadInput(
                SourceLocation(folder),
                "the tokenizer gives the note '\(note.printable)' \(what): tokenizer and weights are not of one checkpoint"
            )
        }
        guard ids.count <= positions else {
            throw refuse("\(ids.count) tokens at once, and the model takes \(positions)")
        }
        if let id = ids.first(where: { !(0..<vocabularySize).contains(Int($0)) }) {
            throw refuse("a token of number \(id), and the word table has \(vocabularySize) rows")
        }
        // DistilBERT has no type table and reads no types.
        if self.types > 0, let type = types.first(where: { !(0..<self.types).contains(Int($0)) }) {
            throw refuse("a token of type \(type), and there are \(self.types) types")
        }
    }

    /// Windows of this length, or as long as the model takes, a quarter of which is shared in predictions.
    package func windows(of length: Int) -> ModelConfiguration.Windows {
        let window = min(length, positions)
        return .init(window: window, stride: window / 4)
    }

    /// - Throws: ``BadInput`` for windows that are longer than the model takes.
    func check(_ windows: ModelConfiguration.Windows) throws(BadInput) {
        guard windows.window <= positions else {
            throw BadInput(SourceLocation("--window"), "the model takes at most \(positions) tokens at once")
        }
    }
}
