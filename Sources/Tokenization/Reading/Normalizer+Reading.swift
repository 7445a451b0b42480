import ClinicalText
import FoundationEssentials

extension Normalizer {
    private static let supported = [
        "BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Replace", "Prepend",
        "Nmt", "Precompiled", "ByteLevel", "Sequence",
    ]

    /// Reads `normalizer`.
    init(_ component: Component) throws(BadInput) {
        let type = try component.type()
        switch type {
        case "BertNormalizer":
            self = .bert(
                BertNormalizer(
                    cleanText: try component.bool("clean_text") ?? true,
                    handleChineseChars: try component.bool("handle_chinese_chars") ?? true,
                    stripAccents: try component.bool("strip_accents"),
                    lowercase: try component.bool("lowercase") ?? true))
        case "NFC": self = .unicode(.nfc)
        case "NFD": self = .unicode(.nfd)
        case "NFKC": self = .unicode(.nfkc)
        case "NFKD": self = .unicode(.nfkd)
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .stripAccents
        case "Strip":
            self = .strip(
                left: try component.bool("strip_left") ?? true, right: try component.bool("strip_right") ?? true)
        case "Replace":
            let content = try component.required("content", try component.string("content"))
            self = .replace(try Pattern(component), content.unicodeScalars.map(\.value))
        case "Prepend":
            let prefix = try component.required("prepend", try component.string("prepend"))
            self = .prepend(prefix.unicodeScalars.map(\.value))
        case "Nmt": self = .nmt
        case "Precompiled": self = .precompiled(try CharacterMap(component))
        case "ByteLevel": self = .byteLevel
        case "Sequence":
            var parts: [Normalizer] = []
            for part in try component.components("normalizers") { parts.append(try Normalizer(part)) }
            self = .sequence(parts)
        default: throw component.unsupported(type, Self.supported)
        }
    }

    /// The same without what a cased model was trained without: lower case, and the accents stripped with it.
    var cased: Normalizer {
        switch self {
        case .bert(let bert):
            .bert(
                BertNormalizer(
                    cleanText: bert.cleanText, handleChineseChars: bert.handleChineseChars, stripAccents: false,
                    lowercase: false))
        case .lowercase, .stripAccents: .sequence([])
        case .sequence(let parts): .sequence(parts.map(\.cased))
        default: self
        }
    }
}

extension CharacterMap {
    /// Reads the member `precompiled_charsmap`.
    init(_ component: Component) throws(BadInput) {
        let text = try component.required("precompiled_charsmap", try component.string("precompiled_charsmap"))
        guard let data = Data(base64Encoded: text), let map = CharacterMap(Array(data)) else {
            throw component.bad("'precompiled_charsmap' is not a character map of SentencePiece in base 64")
        }
        self = map
    }
}

extension Pattern {
    /// Reads the member `pattern`: `{"String": …}` or `{"Regex": …}`.
    init(_ component: Component) throws(BadInput) {
        guard let pattern = try component.component("pattern") else { throw component.bad("'pattern' is missing") }
        do throws(PatternError) {
            if let text = pattern.json["String"]?.string {
                try self.init(string: text)
                return
            }
            if let expression = pattern.json["Regex"]?.string {
                try self.init(expression: expression)
                return
            }
        } catch {
            throw pattern.bad("this pattern cannot be used: \(error.reason)")
        }
        throw pattern.bad("it is neither a String nor a Regex")
    }
}
