import ClinicalText
import FoundationEssentials

/// Reads `vocab.txt`: one piece a line, its id the line's index.
enum VocabularyText {
    static func read(
        _ file: String, _ configuration: TokenizerConfiguration, cased: Bool
    ) throws(BadInput) -> TokenizerComponents {
        let vocabulary = try vocabulary(file)
        func id(_ name: String, _ standard: String) throws(BadInput) -> Int32 {
            let piece = configuration.special(name, standard).content
            guard let id = vocabulary.id(of: Array(piece.utf8)) else {
                throw BadInput(
                    SourceLocation(file), "the vocabulary has no '\(piece)' (\(name) of tokenizer_config.json)")
            }
            return id
        }
        var components = TokenizerComponents(
            model: .wordPiece(
                WordPiece(
                    vocabulary: vocabulary, unknownID: try id("unk_token", "[UNK]"),
                    continuingPrefix: Array("##".utf8), longestWord: 100)))
        components.normalizer = .bert(
            BertNormalizer(
                handleChineseChars: configuration.handleChineseChars ?? true, stripAccents: configuration.stripAccents,
                lowercase: configuration.lowercase ?? true))
        components.preTokenizer = .bert
        components.postProcessor.template = .bert(
            classification: try id("cls_token", "[CLS]"), separator: try id("sep_token", "[SEP]"))
        for (name, standard) in [
            ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"),
            ("mask_token", "[MASK]"),
        ] {
            let token = configuration.special(name, standard)
            if vocabulary.id(of: Array(token.content.utf8)) != nil { components.addedTokens.append(token) }
        }
        components.addedTokens += try addedTokens(beside: file) { name in
            components.addedTokens.contains { $0.content == name }
        }
        components.addedTokens += configuration.addedTokens
        components.maximumLength = configuration.maximumLength
        if configuration.lowercase == nil, !cased, isCased(vocabulary) {
            components.warnings = [
                "\(file): the vocabulary is cased, but no tokenizer_config.json says do_lower_case: text is lower-cased, "
                    + "as transformers does; --cased keeps the case, as the model was trained"
            ]
        }
        return components
    }

    private static func vocabulary(_ file: String) throws(BadInput) -> Vocabulary {
        let bytes = try NoteReader.bytes(of: file)
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        guard lines.count <= Vocabulary.largestID else {
            throw BadInput(SourceLocation(file), "more than \(Vocabulary.largestID) pieces")
        }
        var vocabulary = Vocabulary(capacity: lines.count)
        for (id, line) in lines.enumerated() {
            _ = vocabulary.insert(line.last == UInt8(ascii: "\r") ? line.dropLast() : line, id: id)
        }
        return vocabulary
    }

    /// A vocabulary is cased if one piece in a hundred has a capital; uncased ones have them in `[CLS]` and its like alone.
    private static func isCased(_ vocabulary: Vocabulary) -> Bool {
        let capitals = (0..<vocabulary.count).count { id in
            let piece = vocabulary.bytes(of: id)
            return piece.first != UInt8(ascii: "[") && piece.contains { 0x41...0x5A ~= $0 }
        }
        return capitals > 0 && capitals * 100 >= vocabulary.count
    }

    /// `added_tokens.json`, which older checkpoints have: `{"[entity]": 28996}`.
    static func addedTokens(
        beside file: String, except isKnown: (String) -> Bool
    ) throws(BadInput) -> [AddedToken] {
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard let component = try TokenizerConfiguration.object("\(folder)/added_tokens.json") else { return [] }
        var tokens: [(id: Int32, token: AddedToken)] = []
        for (content, id) in component.json.members ?? [] {
            guard let id = Component.id(id) else { throw component.bad("'\(content)' has no token id") }
            if !isKnown(content) { tokens.append((id, AddedToken(content: content, normalized: true))) }
        }
        return tokens.sorted { $0.id < $1.id }.map(\.token)
    }
}
