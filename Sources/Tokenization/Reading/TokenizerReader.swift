import ClinicalText
import FoundationEssentials

extension Tokenizer {
    /// Reads a checkpoint's tokenizer: `tokenizer.json` if there is one, else `vocab.txt`, each with
    /// `tokenizer_config.json`.
    ///
    /// - Parameter folder: the checkpoint's folder.
    /// - Throws: ``BadInput`` naming the file: none of them there, not readable, of a kind that is not supported, or a
    ///   vocabulary without its unknown piece.
    public init(checkpoint folder: String) throws(BadInput) {
        let configuration = try TokenizerConfiguration(checkpoint: folder)
        let json = "\(folder)/tokenizer.json"
        let vocabulary = "\(folder)/vocab.txt"
        if FileManager.default.fileExists(atPath: json) {
            self = try TokenizerJSON.read(json, configuration)
        } else if FileManager.default.fileExists(atPath: vocabulary) {
            self = try VocabularyText.read(vocabulary, configuration)
        } else {
            throw BadInput(
                SourceLocation(folder), "no tokenizer: neither tokenizer.json nor vocab.txt is in this folder")
        }
    }
}

/// `tokenizer_config.json`: what a vocabulary alone does not say.
struct TokenizerConfiguration {
    var lowercase: Bool?
    var stripAccents: Bool?
    var handleChineseChars: Bool?
    var maximumLength: Int?
    var specialTokens: [String: String] = [:]
    var addedTokens: [AddedToken] = []

    /// Longer than any position table: the reference writes 1e30 for "no limit".
    private static let noLimit = 1_000_000

    init(checkpoint folder: String) throws(BadInput) {
        let file = "\(folder)/tokenizer_config.json"
        guard FileManager.default.fileExists(atPath: file) else { return }
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        lowercase = json["do_lower_case"]?.bool
        stripAccents = json["strip_accents"]?.bool
        handleChineseChars = json["tokenize_chinese_chars"]?.bool
        maximumLength = json["model_max_length"]?.int.flatMap { $0 > 0 && $0 < Self.noLimit ? $0 : nil }
        for name in ["unk_token", "cls_token", "sep_token", "pad_token", "mask_token"] {
            if let token = json[name]?.string ?? json[name]?["content"]?.string { specialTokens[name] = token }
        }
        for (id, token) in json["added_tokens_decoder"]?.members ?? [] {
            guard let id = Int32(id) else {
                throw BadInput(SourceLocation(file), "the key '\(id)' of added_tokens_decoder is not a token id")
            }
            addedTokens.append(try AddedToken(token, id: id, file: file))
        }
    }
}

extension AddedToken {
    /// Reads the form that `tokenizer.json` and `added_tokens_decoder` share.
    init(_ json: OrderedJSON, id: Int32?, file: String) throws(BadInput) {
        guard let content = json["content"]?.string, let id = id ?? json["id"]?.int.flatMap(Int32.init(exactly:)),
            id >= 0, id <= Vocabulary.largestID
        else { throw BadInput(SourceLocation(file), "an added token needs 'content' and an 'id' of its own") }
        self.init(
            id: id, content: content, singleWord: json["single_word"]?.bool ?? false,
            stripsLeft: json["lstrip"]?.bool ?? false, stripsRight: json["rstrip"]?.bool ?? false,
            normalized: json["normalized"]?.bool ?? !(json["special"]?.bool ?? false))
    }
}
