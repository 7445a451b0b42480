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
        let built = try TokenizerClass.roberta.components(
            of: .bytePairs(model), tokens: configuration.tokens(as: .roberta), map: nil, configuration, file)
        return built ?? TokenizerComponents(model: .bytePairs(model))
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
