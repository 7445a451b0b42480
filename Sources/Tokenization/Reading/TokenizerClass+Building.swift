import ClinicalText

extension TokenizerClass {
    /// The tokenizer that the class builds of a model (the classes' `__init__` in transformers 5.24).
    ///
    /// - Parameters:
    ///   - model: what the files hold.
    ///   - tokens: the added tokens.
    ///   - map: the character map of SentencePiece, for the classes that use it.
    /// - Returns: `nil` if the class builds no tokenizer of such a model, whose file then says all.
    func components(
        of model: Model, tokens: [AddedToken], map: CharacterMap?, _ configuration: TokenizerConfiguration,
        _ file: String
    ) throws(BadInput) -> TokenizerComponents? {
        var components: TokenizerComponents
        switch (self, model) {
        case (.bert, .wordPiece(let model)): components = try Self.bert(model, configuration, file)
        case (.roberta, .bytePairs(let model)): components = Self.roberta(model, configuration)
        case (.xlmRoberta, .unigram(let model)), (.camembert, .unigram(let model)):
            components = try spacesKept(model, map, configuration, file)
        case (.debertaV2, .unigram(let model)): components = try Self.deberta(model, configuration, file)
        default: return nil
        }
        components.addedTokens = tokens
        components.postProcessor.template = try template(tokens, model.vocabulary, configuration, file)
        components.unknownToken = special("unk_token", configuration)
        components.maximumLength = configuration.maximumLength
        return components
    }

    /// The text of a named token.
    private func special(_ name: String, _ configuration: TokenizerConfiguration) -> String {
        configuration.special(name, standardTokens.first { $0.name == name }?.content ?? "").content
    }

    /// Where the class puts which tokens around texts.
    private func template(
        _ tokens: [AddedToken], _ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, _ file: String
    ) throws(BadInput) -> Template {
        let numbered = AddedToken.numbered(tokens, vocabulary)
        func id(_ name: String) throws(BadInput) -> Int32 {
            let content = special(name, configuration)
            guard let found = numbered.last(where: { $0.token.content.utf8.elementsEqual(content.utf8) }) else {
                throw BadInput(SourceLocation(file), "there is no '\(content)' (\(name) of tokenizer_config.json)")
            }
            return found.id
        }
        return switch self {
        case .bert, .debertaV2: .bert(classification: try id("cls_token"), separator: try id("sep_token"))
        case .roberta: .roberta(classification: try id("cls_token"), separator: try id("sep_token"))
        case .xlmRoberta, .camembert: .roberta(classification: try id("bos_token"), separator: try id("eos_token"))
        case .generic: .bare
        }
    }

    private static func bert(
        _ model: WordPiece, _ configuration: TokenizerConfiguration, _ file: String
    ) throws(BadInput) -> TokenizerComponents {
        let unknown = configuration.special("unk_token", "[UNK]").content
        guard let unknownID = model.vocabulary.id(of: Array(unknown.utf8)) else {
            throw BadInput(
                SourceLocation(file), "the vocabulary has no '\(unknown)' (unk_token of tokenizer_config.json)")
        }
        var components = TokenizerComponents(
            model: .wordPiece(
                WordPiece(
                    vocabulary: model.vocabulary, unknownID: unknownID, continuingPrefix: Array("##".utf8),
                    longestWord: 100)))
        components.normalizer = .bert(
            BertNormalizer(
                handleChineseChars: configuration.handleChineseChars ?? true, stripAccents: configuration.stripAccents,
                lowercase: configuration.lowercase ?? true))
        components.preTokenizer = .bert
        return components
    }

    private static func roberta(
        _ model: BytePairEncoding, _ configuration: TokenizerConfiguration
    ) -> TokenizerComponents {
        let addsPrefixSpace = configuration.addsPrefixSpace ?? false
        var components = TokenizerComponents(
            model: .bytePairs(
                BytePairEncoding(
                    vocabulary: model.vocabulary, merges: model.merges, unknownID: nil, continuingPrefix: [],
                    endOfWordSuffix: [], fusesUnknown: false, byteFallback: nil, ignoresMerges: false)))
        components.preTokenizer = .byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: true)
        if configuration.trimsOffsets ?? true {
            components.postProcessor.trims = [PostProcessor.Trim(addsPrefixSpace: addsPrefixSpace)]
        }
        return components
    }

    /// XLM-RoBERTa's and CamemBERT's: words at white space, each with SentencePiece's mark for a space before it.
    private func spacesKept(
        _ model: Unigram, _ map: CharacterMap?, _ configuration: TokenizerConfiguration, _ file: String
    ) throws(BadInput) -> TokenizerComponents {
        // XLM-RoBERTa's class counts on its own order of pieces, in which <unk> is the fourth.
        let unknown =
            self == .xlmRoberta ? 3 : model.vocabulary.id(of: Array(special("unk_token", configuration).utf8)) ?? 0
        var components = TokenizerComponents(model: .unigram(try Self.settled(model, unknown, file)))
        components.normalizer = map.map { .precompiled($0) }
        components.preTokenizer = .sequence([
            .whitespaceSplit,
            .metaspace(
                Metaspace(
                    replacement: Self.space, prepend: configuration.addsPrefixSpace ?? true ? .always : .never,
                    splits: true)),
        ])
        return components
    }

    private static func deberta(
        _ model: Unigram, _ configuration: TokenizerConfiguration, _ file: String
    ) throws(BadInput) -> TokenizerComponents {
        let named = model.vocabulary.id(of: Array(configuration.special("unk_token", "[UNK]").content.utf8))
        let unknown = named.flatMap { model.score(of: Int($0)) == 0 ? $0 : nil }
        var components = TokenizerComponents(
            model: .unigram(
                try settled(model, unknown ?? Int32(clamping: configuration.unknownID ?? 1), file)))
        do throws(PatternError) {
            components.normalizer = .sequence(
                (configuration.lowercase ?? false ? [.lowercase] : []) + [
                    .replace(try Pattern(expression: #"\s{2,}|[\n\r\t]"#), [0x20]), .unicode(.nfc),
                    .strip(left: false, right: true),
                ])
        } catch {
            throw BadInput(SourceLocation(file), "this tokenizer's own pattern cannot be used: \(error.reason)")
        }
        components.preTokenizer = .sequence(
            (configuration.splitsByPunctuation ?? false ? [.punctuation(.isolated)] : []) + [
                .metaspace(
                    Metaspace(
                        replacement: space, prepend: configuration.addsPrefixSpace ?? true ? .always : .first,
                        splits: true))
            ])
        return components
    }

    /// SentencePiece's mark for a space, `▁`.
    private static let space: UInt32 = 0x2581

    /// The model with the piece for unknown characters where the class expects it, and without pieces for bytes.
    private static func settled(_ model: Unigram, _ unknown: Int32, _ file: String) throws(BadInput) -> Unigram {
        guard (0..<model.vocabulary.count).contains(Int(unknown)) else {
            throw BadInput(
                SourceLocation(file),
                "the vocabulary of \(model.vocabulary.count) pieces has none of the id \(unknown), "
                    + "which is for unknown characters")
        }
        return model.settled(unknownID: unknown)
    }
}
