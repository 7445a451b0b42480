import ClinicalText

/// Reads `vocab.json` and `merges.txt`, the files of RoBERTa's tokenizer before there was `tokenizer.json`.
enum VocabularyWithMerges {
    static func read(
        _ folder: String, _ configuration: TokenizerConfiguration
    ) throws(BadInput) -> TokenizerComponents {
        let file = "\(folder)/vocab.json"
        guard let component = try TokenizerConfiguration.object(file) else {
            throw BadInput(SourceLocation(file), "this file is missing")
        }
        let vocabulary = try Vocabulary(component.json.members ?? [], component)
        let model = try BytePairEncoding(
            vocabulary: vocabulary, merges: try merges("\(folder)/merges.txt"),
            Component(json: .object([]), path: "merges.txt", file: folder))
        let addsPrefixSpace = configuration.addsPrefixSpace ?? false
        var components = TokenizerComponents(model: .bytePairs(model))
        components.preTokenizer = .byteLevel(addsPrefixSpace: addsPrefixSpace, usesPattern: true)
        for (name, standard) in [
            ("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"), ("sep_token", "</s>"),
            ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>"),
        ] {
            let token = configuration.special(name, standard)
            if !components.addedTokens.contains(where: { $0.content == token.content }) {
                components.addedTokens.append(token)
            }
        }
        components.addedTokens += try VocabularyText.addedTokens(beside: file) { name in
            components.addedTokens.contains { $0.content == name }
        }
        components.addedTokens += configuration.addedTokens
        let numbered = AddedToken.numbered(components.addedTokens, vocabulary)
        func id(_ name: String, _ standard: String) throws(BadInput) -> Int32 {
            let content = configuration.special(name, standard).content
            guard let found = numbered.first(where: { $0.token.content == content }) else {
                throw BadInput(SourceLocation(file), "there is no '\(content)' (\(name))")
            }
            return found.id
        }
        components.postProcessor.template = .roberta(
            classification: try id("cls_token", "<s>"), separator: try id("sep_token", "</s>"))
        if configuration.trimsOffsets ?? true {
            components.postProcessor.trims = [
                PostProcessor.Trim(addsPrefixSpace: addsPrefixSpace)
            ]
        }
        components.unknownToken = configuration.special("unk_token", "<unk>").content
        components.maximumLength = configuration.maximumLength
        return components
    }

    private static func merges(_ file: String) throws(BadInput) -> [(left: String, right: String)] {
        var pairs: [(left: String, right: String)] = []
        let lines = try NoteReader.bytes(of: file).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.starts(with: "#version".utf8) { continue }
            guard let pair = BytePairEncoding.pair(String(decoding: line, as: UTF8.self)) else {
                throw BadInput(SourceLocation(file, line: index + 1), "a merge needs two pieces with a space between")
            }
            pairs.append(pair)
        }
        return pairs
    }
}
