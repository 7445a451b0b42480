import ClinicalText
import FoundationEssentials

extension Tokenizer {
    /// Reads a checkpoint's tokenizer: `tokenizer.json` if there is one, else `vocab.txt`, else `vocab.json` with
    /// `merges.txt`, each with `tokenizer_config.json`.
    ///
    /// - Parameters:
    ///   - folder: the checkpoint's folder.
    ///   - cased: whether letters keep their case and accents whatever the files say.
    /// - Throws: ``BadInput`` naming the file: none of them there, not readable, of a kind that is not supported, or a
    ///   vocabulary without its unknown piece.
    public init(checkpoint folder: String, cased: Bool = false) throws(BadInput) {
        let configuration = try TokenizerConfiguration(checkpoint: folder)
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
        var components: TokenizerComponents
        if has("tokenizer.json") {
            components = try TokenizerJSON.read("\(folder)/tokenizer.json", configuration)
        } else if has("vocab.txt") {
            components = try VocabularyText.read("\(folder)/vocab.txt", configuration, cased: cased)
        } else if has("vocab.json"), has("merges.txt") {
            components = try VocabularyWithMerges.read(folder, configuration)
        } else {
            let model = ["spm.model", "sentencepiece.bpe.model", "spiece.model"].first(where: has)
            throw BadInput(
                SourceLocation(folder),
                model.map { "\($0) alone cannot be read: save the tokenizer with its tokenizer.json" }
                    ?? "no tokenizer: neither tokenizer.json nor vocab.txt nor vocab.json with merges.txt is in this folder"
            )
        }
        if cased { components.normalizer = components.normalizer?.cased }
        self.init(components)
    }
}
