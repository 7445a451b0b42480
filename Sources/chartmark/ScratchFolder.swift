import ClinicalText
import FoundationEssentials
import Glibc
import Storage

/// A folder of a name that nobody can guess, for weights that are needed for a while.
///
/// One that a killed process left is removed by the next that needs one.
struct ScratchFolder {
    let path: String
    private let descriptor: Int32

    /// - Throws: ``BadInput`` if there is no room for it.
    init() throws(BadInput) {
        let parent = FileManager.default.temporaryDirectory.path
        do {
            (path, descriptor) = try DraftName.makeFolder(for: "chartmark", in: parent)
        } catch {
            throw BadInput(SourceLocation(parent), "no folder can be made in it (\(error))")
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        close(descriptor)
    }
}
