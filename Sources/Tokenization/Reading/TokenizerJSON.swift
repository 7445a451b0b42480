import ClinicalText

/// Reads `tokenizer.json`, the fast tokenizers' own file.
///
/// Its `truncation` and `padding` are a caller's affair and ignored.
enum TokenizerJSON {
    static func read(_ file: String, _ configuration: TokenizerConfiguration) throws(BadInput) -> TokenizerComponents {
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        guard json.members != nil else { throw BadInput(SourceLocation(file), "this is not a JSON object") }
        let root = Component(json: json, path: "", file: file)
        guard let model = try root.component("model") else {
            throw BadInput(SourceLocation(file), "'model' is missing")
        }
        var warnings: [String] = []
        var components = TokenizerComponents(model: try Model(model, warnings: &warnings))
        components.normalizer = try root.component("normalizer").map { (part) throws(BadInput) in try Normalizer(part) }
        components.preTokenizer = try root.component("pre_tokenizer").map { (part) throws(BadInput) in
            try PreTokenizer(part)
        }
        if let post = try root.component("post_processor") { components.postProcessor = try PostProcessor(post) }
        for element in try root.elements("added_tokens") ?? [] {
            guard element.members != nil, Component.id(element["id"]) != nil else {
                throw BadInput(SourceLocation(file), "an added token needs 'content' and an 'id' of its own")
            }
            components.addedTokens.append(
                try AddedToken(Component(json: element, path: "added_tokens", file: file)))
        }
        components.addedTokens = configuration.added(to: components.addedTokens)
        for token in components.addedTokens where token.normalized && !token.content.isEmpty {
            guard components.normalizer?.normalize(token.content).isEmpty ?? false else { continue }
            throw BadInput(
                SourceLocation(file),
                "the normalizer leaves nothing of the added token '\(token.content)': say \"normalized\": false")
        }
        components.unknownToken = configuration.specialTokens["unk_token"]?.content
        components.maximumLength = configuration.maximumLength
        components.warnings = warnings
        return components
    }
}

extension AddedToken {
    /// Reads the form that `tokenizer.json`, `added_tokens_decoder` and the named tokens of `tokenizer_config.json` share.
    init(_ component: Component) throws(BadInput) {
        let isSpecial = try component.bool("special") ?? false
        self.init(
            content: try component.required("content", try component.string("content")),
            singleWord: try component.bool("single_word") ?? false,
            stripsLeft: try component.bool("lstrip") ?? false, stripsRight: try component.bool("rstrip") ?? false,
            normalized: try component.bool("normalized") ?? !isSpecial)
    }
}
