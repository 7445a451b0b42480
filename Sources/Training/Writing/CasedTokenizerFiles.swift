import ClinicalText

/// A tokenizer's files for a checkpoint that was trained on text with its case, so that whoever reads them keeps it, too:
/// `predict` without `--cased`, and transformers, whose `do_lower_case` stands above the normalizer of `tokenizer.json`.
struct CasedTokenizerFiles {
    private(set) var files: [(name: String, bytes: [UInt8])]

    /// - Parameter files: as the first checkpoint has them.
    /// - Throws: ``BadInput`` naming a file of `folder` that is no JSON object.
    init(_ files: [(name: String, bytes: [UInt8])], of folder: String) throws(BadInput) {
        self.files = files
        let configuration = "tokenizer_config.json"
        if !files.contains(where: { $0.name == configuration }) {
            self.files.append((configuration, Array("{}".utf8)))
        }
        try change(configuration, of: folder) {
            $0["do_lower_case"] = .bool(false)
            $0["strip_accents"] = .bool(false)
        }
        try change("tokenizer.json", of: folder) { $0["normalizer"] = $0["normalizer"].flatMap(Self.cased) ?? .null }
    }

    private mutating func change(
        _ name: String, of folder: String, _ change: (inout [String: JSONValue]) -> Void
    ) throws(BadInput) {
        guard let index = files.firstIndex(where: { $0.name == name }) else { return }
        let path = "\(folder)/\(name)"
        guard var members = try JSONValue.parse(files[index].bytes, file: path).objectValue else {
            throw BadInput(SourceLocation(path), "is no JSON object")
        }
        change(&members)
        do {
            files[index].bytes = Array((try JSONValue.line(members) + "\n").utf8)
        } catch {
            throw BadInput(SourceLocation(path), "cannot be written again: \(error)")
        }
    }

    /// A normalizer without lower case and the stripping of accents; `nil` if nothing else is in it.
    private static func cased(_ normalizer: JSONValue) -> JSONValue? {
        guard var members = normalizer.objectValue else { return nil }
        switch members["type"]?.stringValue {
        case "Lowercase", "StripAccents": return nil
        case "BertNormalizer":
            members["lowercase"] = .bool(false)
            members["strip_accents"] = .bool(false)
        case "Sequence": members["normalizers"] = .array((members["normalizers"]?.arrayValue ?? []).compactMap(cased))
        default: break
        }
        return .object(members)
    }
}
