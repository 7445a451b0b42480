import ClinicalText
import FoundationEssentials

extension Tokenizer {
    /// Reads a checkpoint's tokenizer: `tokenizer.json` if there is one, else `vocab.txt`, else `vocab.json` with
    /// `merges.txt`, else SentencePiece's own file, each with `tokenizer_config.json`.
    ///
    /// Ids and offsets are those of transformers 5.24 with tokenizers 0.23.
    ///
    /// - Parameters:
    ///   - folder: the checkpoint's folder.
    ///   - cased: whether letters keep their case and accents whatever the files say.
    ///   - modelType: `model_type` of the model, for a folder without `config.json`, as an adapter's is.
    /// - Throws: ``BadInput`` naming the file: none of them there, not readable, of a kind that is not supported, or a
    ///   vocabulary without its unknown piece.
    public init(checkpoint folder: String, cased: Bool = false, modelType: String? = nil) throws(BadInput) {
        let configuration = try TokenizerConfiguration(checkpoint: folder, modelType: modelType)
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
        var components: TokenizerComponents
        if has("tokenizer.json") {
            components = try TokenizerJSON.read("\(folder)/tokenizer.json", configuration)
        } else if has("vocab.txt") {
            components = try VocabularyText.read("\(folder)/vocab.txt", configuration)
        } else if has("vocab.json"), has("merges.txt") {
            components = try VocabularyWithMerges.read(folder, configuration)
        } else {
            components = try Self.sentencePiece(folder, configuration)
        }
        components.namedTokens = configuration.namedTokens(configuration.tokenizerClass)
        components.givesTypes = configuration.givesTypes
        if cased {
            components.normalizer = components.normalizer?.cased
            components.warnings.removeAll { CasedVocabulary.isWarning($0) }
        }
        self.init(components)
    }

    /// SentencePiece's files: the one that the tokenizer's class reads, else any.
    private static func sentencePiece(
        _ folder: String, _ configuration: TokenizerConfiguration
    ) throws(BadInput) -> TokenizerComponents {
        let kind = configuration.tokenizerClass
        let names = [kind.sentencePieceFile].compactMap { $0 } + sentencePieceFiles
        guard let name = names.first(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }) else {
            throw BadInput(
                SourceLocation(folder),
                "no tokenizer: neither tokenizer.json nor vocab.txt nor vocab.json with merges.txt nor a model of "
                    + "SentencePiece is in this folder")
        }
        guard kind.sentencePieceFile != nil else {
            throw BadInput(
                SourceLocation(folder),
                "\(name) alone is read for the tokenizers of XLM-RoBERTa, CamemBERT and DeBERTa (tokenizer_class, or "
                    + "model_type of config.json); save this one with its tokenizer.json")
        }
        return try SentencePieceModel("\(folder)/\(name)").components(as: kind, configuration)
    }

    private static let sentencePieceFiles = ["spm.model", "sentencepiece.bpe.model", "spiece.model"]
}
