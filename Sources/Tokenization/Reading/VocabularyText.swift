import ClinicalText
import FoundationEssentials

/// Reads `vocab.txt`: one piece a line, its id the line's index.
enum VocabularyText {
    static func read(_ file: String, _ configuration: TokenizerConfiguration) throws(BadInput) -> Tokenizer {
        let bytes = try NoteReader.bytes(of: file)
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        guard lines.count <= Vocabulary.largestID else {
            throw BadInput(SourceLocation(file), "more than \(Vocabulary.largestID) pieces")
        }
        let vocabulary = Vocabulary(
            lines.enumerated().map { index, line in
                (bytes: Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line), id: index)
            })
        func id(_ name: String, _ standard: String) throws(BadInput) -> Int32 {
            let piece = configuration.specialTokens[name] ?? standard
            guard let id = vocabulary.id(of: piece) else {
                throw BadInput(
                    SourceLocation(file), "the vocabulary has no '\(piece)' (\(name) of tokenizer_config.json)")
            }
            return Int32(id)
        }
        let unknown = try id("unk_token", "[UNK]")
        let classification = try id("cls_token", "[CLS]")
        let separator = try id("sep_token", "[SEP]")
        var special: [AddedToken] = []
        for (name, standard) in [
            ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"),
            ("mask_token", "[MASK]"),
        ] {
            let content = configuration.specialTokens[name] ?? standard
            if let id = vocabulary.id(of: content) { special.append(AddedToken(id: Int32(id), content: content)) }
        }
        let added = try addedTokens(beside: file) + configuration.addedTokens
        return Tokenizer(
            normalizer: BertNormalizer(
                handleChineseChars: configuration.handleChineseChars ?? true, stripAccents: configuration.stripAccents,
                lowercase: configuration.lowercase ?? true),
            wordPiece: WordPiece(
                vocabulary: vocabulary, unknownID: unknown, continuingPrefix: Array("##".utf8), longestWord: 100),
            template: .bert(classification: classification, separator: separator),
            addedTokens: special + added.filter { token in !special.contains { $0.content == token.content } },
            maximumLength: configuration.maximumLength)
    }

    /// `added_tokens.json`, which older checkpoints have: `{"[entity]": 28996}`.
    private static func addedTokens(beside file: String) throws(BadInput) -> [AddedToken] {
        let path = String(file.dropLast("vocab.txt".count)) + "added_tokens.json"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var tokens: [AddedToken] = []
        for (content, id) in try OrderedJSON.parse(try NoteReader.bytes(of: path), file: path).members ?? [] {
            guard let id = id.int, id >= 0, id <= Vocabulary.largestID else {
                throw BadInput(SourceLocation(path), "'\(content)' has no token id")
            }
            tokens.append(AddedToken(id: Int32(id), content: content, normalized: true))
        }
        return tokens
    }
}
