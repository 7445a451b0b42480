import ClinicalText
import FoundationEssentials

/// `tokenizer_config.json`, and what older checkpoints have in its place: what a vocabulary alone does not say.
///
/// Precedence as in transformers 5.24 (`PreTrainedTokenizerBase._from_pretrained`): where `tokenizer_config.json` has
/// `added_tokens_decoder`, `special_tokens_map.json` and `added_tokens.json` are not read; where it has none, the map's
/// special tokens replace its own.
struct TokenizerConfiguration {
    let tokenizerClass: TokenizerClass
    var lowercase: Bool?
    var stripAccents: Bool?
    var handleChineseChars: Bool?
    var addsPrefixSpace: Bool?
    var trimsOffsets: Bool?
    var splitsByPunctuation: Bool?
    var unknownID: Int?
    var maximumLength: Int?
    /// Whether `model_input_names`, the class's own where the file has none, has `token_type_ids`.
    private(set) var givesTypes: Bool
    /// `unk_token` and its like; `nil` under a name for one that is said not to be there.
    private(set) var specialTokens: [String: AddedToken?] = [:]
    /// What else is special: `extra_special_tokens`, `additional_special_tokens`, and members whose name ends in `_token`.
    private(set) var extraTokens: [AddedToken] = []
    /// `added_tokens_decoder`, else `added_tokens.json`, by id.
    private(set) var addedTokens: [(id: Int32, token: AddedToken)] = []
    /// Whether `added_tokens_decoder` is there: then the older files are not read.
    private(set) var statesAddedTokens = false

    /// Longer than any position table: the reference writes 1e30 for "no limit".
    private static let noLimit = 1_000_000
    private static let names = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// - Parameter modelType: `model_type` of the model where the folder has no `config.json` of its own.
    init(checkpoint folder: String, modelType: String? = nil) throws(BadInput) {
        let own = try Self.object("\(folder)/tokenizer_config.json")
        let model = try Self.object("\(folder)/config.json")
        tokenizerClass = TokenizerClass(
            named: own?.json["tokenizer_class"]?.string ?? model?.json["tokenizer_class"]?.string,
            modelType: model.map { $0.json["model_type"]?.string } ?? modelType)
        givesTypes = ![TokenizerClass.roberta, .xlmRoberta, .camembert].contains(tokenizerClass)
        if let own { try read(own) }
        guard !statesAddedTokens else { return }
        if let map = try Self.object("\(folder)/special_tokens_map.json") { try readTokens(map, isMap: true) }
        if let added = try Self.object("\(folder)/added_tokens.json") { try readAddedTokens(added) }
    }

    private mutating func read(_ component: Component) throws(BadInput) {
        lowercase = try component.bool("do_lower_case")
        stripAccents = try component.bool("strip_accents")
        handleChineseChars = try component.bool("tokenize_chinese_chars")
        addsPrefixSpace = try component.bool("add_prefix_space")
        trimsOffsets = try component.bool("trim_offsets")
        splitsByPunctuation = try component.bool("split_by_punct")
        unknownID = try component.int("unk_id")
        // The name that transformers 2 wrote counts where today's is not there.
        let length = component.json["model_max_length"] ?? component.json["max_len"]
        maximumLength = length?.int.flatMap { $0 > 0 && $0 < Self.noLimit ? $0 : nil }
        givesTypes =
            try component.elements("model_input_names")?.contains { $0.string == "token_type_ids" } ?? givesTypes
        try readTokens(component, isMap: false)
        guard let members = try component.members("added_tokens_decoder") else { return }
        statesAddedTokens = true
        for (id, token) in members {
            guard let id = Int32(id), token.members != nil else {
                throw component.bad("the key '\(id)' of added_tokens_decoder is not a token id with a token")
            }
            addedTokens.append(
                (id, try AddedToken(Component(json: token, path: "added_tokens_decoder", file: component.file))))
        }
        addedTokens.sort { $0.id < $1.id }
    }

    /// The object in a file, or `nil` if there is no such file.
    static func object(_ file: String) throws(BadInput) -> Component? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let json = try OrderedJSON.parse(python: try NoteReader.bytes(of: file), file: file)
        guard json.members != nil else { throw BadInput(SourceLocation(file), "this is not a JSON object") }
        return Component(json: json, path: "", file: file)
    }

    /// Reads the named tokens and those that are special beside them.
    ///
    /// - Parameter isMap: whether this is `special_tokens_map.json`, all of whose tokens are special.
    private mutating func readTokens(_ component: Component, isMap: Bool) throws(BadInput) {
        for name in Self.names {
            guard let value = component.json[name] else { continue }
            specialTokens[name] = .some(try Self.token(value, name, component, isSpecial: isMap))
        }
        var extra: [AddedToken] = []
        for (name, value) in component.json.members ?? []
        where name.hasSuffix("_token") && !Self.names.contains(name) {
            if value.string != nil || value["content"]?.string != nil,
                let token = try Self.token(value, name, component, isSpecial: true)
            {
                extra.append(token)
            }
        }
        // Version 5 renamed the list; where both are there, the new one counts.
        let lists = ["extra_special_tokens", "additional_special_tokens"]
        let list = lists.lazy.compactMap { component.json[$0] }.first { value in
            !(value.elements?.isEmpty ?? value.members?.isEmpty ?? true)
        }
        for value in list?.elements ?? list?.members?.map(\.value) ?? [] {
            if let token = try Self.token(value, "extra_special_tokens", component, isSpecial: true) {
                extra.append(token)
            }
        }
        for token in extra where !extraTokens.contains(where: { $0.isSame(as: token) }) { extraTokens.append(token) }
    }

    /// A token that is given as its text or with its flags; `nil` for `null`.
    private static func token(
        _ value: OrderedJSON, _ name: String, _ component: Component, isSpecial: Bool
    ) throws(BadInput) -> AddedToken? {
        if case .null = value { return nil }
        if let content = value.string { return AddedToken(content: content) }
        guard value.members != nil else { throw component.bad("'\(name)' is neither a token's text nor a token") }
        return try AddedToken(Component(json: value, path: name, file: component.file), isSpecial: isSpecial)
    }

    /// `added_tokens.json`, which older checkpoints have: `{"[entity]": 28996}`.
    private mutating func readAddedTokens(_ component: Component) throws(BadInput) {
        let special = specialTokens.values.compactMap { $0?.content } + extraTokens.map(\.content)
        for (content, id) in component.json.members ?? [] {
            guard let id = Component.id(id) else { throw component.bad("'\(content)' has no token id") }
            addedTokens.append((id, AddedToken(content: content, normalized: !special.contains(content))))
        }
        addedTokens.sort { $0.id < $1.id }
    }

    /// A named token, or the one that is standard.
    func special(_ name: String, _ standard: String) -> AddedToken {
        (specialTokens[name] ?? nil) ?? AddedToken(content: standard)
    }

    /// Texts of the named tokens.
    func namedTokens(_ kind: TokenizerClass) -> Set<String> {
        Set(specialTokens.values.compactMap { $0?.content } + kind.standardTokens.map(\.content))
    }

    /// All tokens to look for, in the order in which those that no vocabulary has are numbered.
    ///
    /// - Parameters:
    ///   - file: those of `tokenizer.json`, by id.
    ///   - kind: the class that reads the tokenizer; a class of its own starts without the file's tokens where the
    ///     configuration states them.
    ///   - extra: what is special beside the named tokens where the configuration says nothing of it.
    func tokens(
        of file: [(id: Int32, token: AddedToken)] = [], as kind: TokenizerClass, extra: [AddedToken] = []
    ) -> [AddedToken] {
        var all: [AddedToken]
        if kind == .generic {
            all = file.map(\.token) + addedTokens.map(\.token)
        } else if statesAddedTokens {
            all = addedTokens.map(\.token)
        } else {
            let older = addedTokens.filter { entry in !file.contains { $0.id == entry.id } }
            all = (older + file).sorted { $0.id < $1.id }.map(\.token)
        }
        func add(_ token: AddedToken) {
            if !all.contains(where: { $0.isSame(as: token) }) { all.append(token) }
        }
        for name in Self.names {
            if let stated = specialTokens[name] {
                // CamemBERT's class takes the space before a mask along wherever the mask is given as text alone.
                let isPlain = stated == AddedToken(content: stated?.content ?? "")
                if var stated {
                    if kind == .camembert, name == "mask_token", isPlain { stated.stripsLeft = true }
                    add(stated)
                }
            } else if let standard = kind.standardTokens.first(where: { $0.name == name }) {
                add(AddedToken(content: standard.content, stripsLeft: kind == .camembert && name == "mask_token"))
            }
        }
        for token in extraTokens.isEmpty ? extra : extraTokens { add(token) }
        return all
    }
}

extension AddedToken {
    /// Whether both are the same text, byte by byte.
    fileprivate func isSame(as other: AddedToken) -> Bool { content.utf8.elementsEqual(other.content.utf8) }
}
