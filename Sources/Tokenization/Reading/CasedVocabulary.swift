import ClinicalText

/// Tells a cased vocabulary whose text is lower-cased because no file says otherwise.
enum CasedVocabulary {
    /// The warning that there is to give, if any.
    ///
    /// - Parameter file: the vocabulary's.
    static func warnings(
        _ vocabulary: Vocabulary, _ configuration: TokenizerConfiguration, _ file: String
    ) -> [String] {
        guard configuration.lowercase == nil, isCased(vocabulary) else { return [] }
        return [
            "\(file): \(reason): text is lower-cased, as transformers does; --cased keeps the case, as the model was trained"
        ]
    }

    private static let reason = "the vocabulary is cased, but no tokenizer_config.json says do_lower_case"

    /// Whether a warning is this one, which has no meaning where the case is kept.
    static func isWarning(_ warning: String) -> Bool { warning.contains(reason) }

    /// A vocabulary is cased if one piece in a hundred has a capital; uncased ones have them in `[CLS]` and its like alone.
    private static func isCased(_ vocabulary: Vocabulary) -> Bool {
        let capitals = (0..<vocabulary.count).count { id in
            let piece = vocabulary.bytes(of: id)
            return piece.first != UInt8(ascii: "[") && piece.contains { 0x41...0x5A ~= $0 }
        }
        return capitals > 0 && capitals * 100 >= vocabulary.count
    }
}
