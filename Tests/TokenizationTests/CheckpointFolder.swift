import FoundationEssentials

/// A folder of files that is removed with the value.
final class CheckpointFolder {
    let path: String

    init(_ files: [String: String]) throws {
        path = "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, content) in files { try Data(content.utf8).write(to: URL(filePath: "\(path)/\(name)")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Bytes as JSON holds them.
    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// A vocabulary whose ids are easy to count: the five special pieces are 0 to 4.
    static let vocabulary = """
        [PAD]
        [UNK]
        [CLS]
        [SEP]
        [MASK]
        chest
        pain
        no
        ##ful
        .
        cafe
        ab
        a
        心
        é
        """
}
