import ClinicalText
import FoundationEssentials
import Testing

/// Checkpoints from public reports, beside the clone; tests that need them are skipped where they are not.
enum FieldFolder {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static let path: String? = {
        let folder = "\(root)/../shared/field/engine"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    static let absent: Comment = "../shared/field/engine is not beside this clone"

    /// Checkpoints whose ids transformers 4.57 and 5.24 agree on.
    static let withTexts = [
        "max-len-old-key", "special-additional-json", "tokconfig-chinese", "tokconfig-lowercase",
        "tokconfig-lowercase-default", "tokconfig-prefix-space",
    ]

    /// Texts and their ids.
    static func expected(_ name: String) throws -> [(text: String, ids: [Int32])] {
        let file = "\(path ?? "")/\(name)/expected.json"
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: file), file: file)
        return (json.elements ?? []).map { entry in
            (entry["text"]?.string ?? "", (entry["ids"]?.elements ?? []).map { Int32($0.int ?? -1) })
        }
    }
}
