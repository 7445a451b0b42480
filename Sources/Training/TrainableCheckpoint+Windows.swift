import ClinicalBERT
import ClinicalText
import Tokenization

extension TrainableCheckpoint {
    /// The checkpoint's tokenizer.
    ///
    /// - Parameter cased: whether text keeps its case whatever the tokenizer's files say.
    /// - Throws: ``BadInput`` if it cannot be read or is of another checkpoint.
    func tokenizer(cased: Bool = false) throws(BadInput) -> Tokenizer {
        let tokenizer = try Tokenizer(checkpoint: folder, cased: cased)
        guard tokenizer.vocabulary.count <= vocabularySize else {
            throw BadInput(SourceLocation(folder), "the tokenizer has more pieces than the weights have rows for")
        }
        return tokenizer
    }

    /// - Throws: ``BadInput`` for windows that are longer than the model takes.
    func check(_ windows: ModelConfiguration.Windows) throws(BadInput) {
        guard windows.window <= positions else {
            throw BadInput(SourceLocation("--window"), "the model takes at most \(positions) tokens at once")
        }
    }
}
