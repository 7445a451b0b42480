import ClinicalText
import FoundationEssentials
import Testing

/// Golden values of the reference implementation, beside the clone; tests that need them are skipped where they are not.
enum ParityFolder {
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static let path: String? = {
        let folder = "\(root)/../shared/parity"
        return FileManager.default.fileExists(atPath: "\(folder)/training/training.json") ? folder : nil
    }()

    static let absent: Comment = "../shared/parity is not beside this clone"
}
