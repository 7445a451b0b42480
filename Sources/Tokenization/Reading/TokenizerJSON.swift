import ClinicalText

/// Reads `tokenizer.json`, the fast tokenizers' own file.
///
/// A class that builds its tokenizer itself takes the model and the added tokens of it, see ``TokenizerClass``; for every
/// other checkpoint the file says all. Its `truncation` and `padding` are a caller's affair and ignored.
enum TokenizerJSON {
    static func read(_ file: String, _ configuration: TokenizerConfiguration) throws(BadInput) -> TokenizerComponents {
        let json = try OrderedJSON.parse(python: try NoteReader.bytes(of: file), file: file)
        guard json.members != nil else { throw BadInput(SourceLocation(file), "this is not a JSON object") }
        let root = Component(json: json, path: "", file: file)
        guard let part = try root.component("model") else {
            throw BadInput(SourceLocation(file), "'model' is missing")
        }
        var warnings: [String] = []
        let model = try Model(part, warnings: &warnings)
        let tokens = try addedTokens(root)
        let normalizer = try root.component("normalizer")
        let kind = configuration.tokenizerClass
        let built = try kind.components(
            of: model, tokens: configuration.tokens(of: tokens, as: kind),
            map: try normalizer.map { (part) throws(BadInput) in try CharacterMap(firstIn: part) } ?? nil,
            configuration, file)
        if var built {
            if kind == .bert { warnings += CasedVocabulary.warnings(model.vocabulary, configuration, file) }
            built.warnings = warnings
            return built
        }
        var components = TokenizerComponents(model: model)
        components.normalizer = try normalizer.map { (part) throws(BadInput) in try Normalizer(part) }
        components.preTokenizer = try root.component("pre_tokenizer").map { (part) throws(BadInput) in
            try PreTokenizer(part)
        }
        if let post = try root.component("post_processor") { components.postProcessor = try PostProcessor(post) }
        components.addedTokens = configuration.tokens(of: tokens, as: .generic)
        components.unknownToken = (configuration.specialTokens["unk_token"] ?? nil)?.content
        components.maximumLength = configuration.maximumLength
        components.warnings = warnings
        return components
    }

    private static func addedTokens(_ root: Component) throws(BadInput) -> [(id: Int32, token: AddedToken)] {
        var tokens: [(id: Int32, token: AddedToken)] = []
        for element in try root.elements("added_tokens") ?? [] {
            guard element.members != nil, let id = Component.id(element["id"]) else {
                throw BadInput(SourceLocation(root.file), "an added token needs 'content' and an 'id' of its own")
            }
            tokens.append((id, try AddedToken(Component(json: element, path: "added_tokens", file: root.file))))
        }
        return tokens
    }
}

extension CharacterMap {
    /// The first `Precompiled` among the normalizers of a component, which may be a sequence of them.
    fileprivate init?(firstIn component: Component) throws(BadInput) {
        let isSequence = try component.type() == "Sequence"
        for part in isSequence ? try component.components("normalizers") : [component]
        where try part.type() == "Precompiled" {
            self = try CharacterMap(part)
            return
        }
        return nil
    }
}

extension AddedToken {
    /// Reads the form that `tokenizer.json`, `added_tokens_decoder` and the named tokens of `tokenizer_config.json` share.
    ///
    /// - Parameter isSpecial: whether it is special whatever it says itself.
    init(_ component: Component, isSpecial: Bool = false) throws(BadInput) {
        let isSpecial = try component.bool("special") ?? false || isSpecial
        self.init(
            content: try component.required("content", try component.string("content")),
            singleWord: try component.bool("single_word") ?? false,
            stripsLeft: try component.bool("lstrip") ?? false, stripsRight: try component.bool("rstrip") ?? false,
            normalized: try component.bool("normalized") ?? !isSpecial)
    }
}
