import ClinicalText
import FoundationEssentials
import Glibc
import Journal

/// A folder of a name that nobody can guess, for weights that are needed for a while.
struct ScratchFolder {
    let path: String

    /// - Throws: ``BadInput`` if there is no room for it.
    init() throws(BadInput) {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/chartmark-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BadInput(
                SourceLocation(FileManager.default.temporaryDirectory.path),
                "no folder can be made in it (\(SystemError(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
