import ClinicalText

/// Reads `vocab.txt`: one piece a line, its id the line's index; a tokenizer of BERT's class whatever the files name.
enum VocabularyText {
    static func read(_ file: String, _ configuration: TokenizerConfiguration) throws(BadInput) -> TokenizerComponents {
        let vocabulary = try vocabulary(file)
        func id(_ name: String, _ standard: String) throws(BadInput) -> Int32 {
            let piece = configuration.special(name, standard).content
            guard let id = vocabulary.id(of: Array(piece.utf8)) else {
                throw BadInput(
                    SourceLocation(file), "the vocabulary has no '\(piece)' (\(name) of tokenizer_config.json)")
            }
            return id
        }
        _ = (try id("cls_token", "[CLS]"), try id("sep_token", "[SEP]"))
        let model = Model.wordPiece(
            WordPiece(
                vocabulary: vocabulary, unknownID: try id("unk_token", "[UNK]"), continuingPrefix: Array("##".utf8),
                longestWord: 100))
        let built = try TokenizerClass.bert.components(
            of: model, tokens: configuration.tokens(as: .bert), map: nil, configuration, file)
        var components = built ?? TokenizerComponents(model: model)
        components.warnings = CasedVocabulary.warnings(vocabulary, configuration, file)
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
}
