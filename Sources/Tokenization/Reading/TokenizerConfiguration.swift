import ClinicalText
import FoundationEssentials

/// `tokenizer_config.json`, and what older checkpoints have in its place: what a vocabulary alone does not say.
struct TokenizerConfiguration {
    var lowercase: Bool?
    var stripAccents: Bool?
    var handleChineseChars: Bool?
    var addsPrefixSpace: Bool?
    var trimsOffsets: Bool?
    var splitsByPunctuation: Bool?
    var maximumLength: Int?
    /// `unk_token` and its like; those of `special_tokens_map.json` where the configuration names none.
    var specialTokens: [String: AddedToken] = [:]
    /// `added_tokens_decoder`, by id.
    var addedTokens: [AddedToken] = []

    /// Longer than any position table: the reference writes 1e30 for "no limit".
    private static let noLimit = 1_000_000
    private static let names = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    init(checkpoint folder: String) throws(BadInput) {
        if let component = try Self.object("\(folder)/special_tokens_map.json") { try readTokens(component) }
        guard let component = try Self.object("\(folder)/tokenizer_config.json") else { return }
        lowercase = try component.bool("do_lower_case")
        stripAccents = try component.bool("strip_accents")
        handleChineseChars = try component.bool("tokenize_chinese_chars")
        addsPrefixSpace = try component.bool("add_prefix_space")
        trimsOffsets = try component.bool("trim_offsets")
        splitsByPunctuation = try component.bool("split_by_punct")
        maximumLength = component.json["model_max_length"]?.int.flatMap { $0 > 0 && $0 < Self.noLimit ? $0 : nil }
        try readTokens(component)
        var decoder: [(id: Int32, token: AddedToken)] = []
        for (id, token) in try component.members("added_tokens_decoder") ?? [] {
            guard let id = Int32(id), token.members != nil else {
                throw component.bad("the key '\(id)' of added_tokens_decoder is not a token id with a token")
            }
            decoder.append(
                (id, try AddedToken(Component(json: token, path: "added_tokens_decoder", file: component.file))))
        }
        addedTokens = decoder.sorted { $0.id < $1.id }.map(\.token)
    }

    /// The object in a file, or `nil` if there is no such file.
    static func object(_ file: String) throws(BadInput) -> Component? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        guard json.members != nil else { throw BadInput(SourceLocation(file), "this is not a JSON object") }
        return Component(json: json, path: "", file: file)
    }

    private mutating func readTokens(_ component: Component) throws(BadInput) {
        for name in Self.names {
            if let content = component.json[name]?.string {
                specialTokens[name] = AddedToken(content: content)
            } else if let token = try component.component(name) {
                specialTokens[name] = try AddedToken(token)
            }
        }
    }

    /// A named token, or the one that is standard.
    func special(_ name: String, _ standard: String) -> AddedToken {
        specialTokens[name] ?? AddedToken(content: standard)
    }

    /// The added tokens of `tokenizer.json` with those that only the configuration has; where both know a token, the
    /// configuration's flags count.
    func added(to tokens: [AddedToken]) -> [AddedToken] {
        func isSame(_ one: AddedToken, _ other: AddedToken) -> Bool {
            one.content.utf8.elementsEqual(other.content.utf8)
        }
        var all = tokens + addedTokens
        for name in Self.names {
            if let token = specialTokens[name], !all.contains(where: { isSame($0, token) }) { all.append(token) }
        }
        return all
    }
}
