import ClinicalText
import FoundationEssentials
import Testing

/// Golden values of the reference implementation, beside the clone; tests that need them are skipped where they are not.
enum ParityFolder {
    static let path: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = "/\(root)/../shared/parity"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    static let absent: Comment = "../shared/parity is not beside this clone"

    /// `expected.json` of one architecture.
    static func expected(_ architecture: String) throws -> JSONValue {
        let file = "\(path ?? "")/\(architecture)/expected.json"
        return try JSONValue.parse(try NoteReader.bytes(of: file), file: file)
    }
}
