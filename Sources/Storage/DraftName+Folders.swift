import FoundationEssentials
import Glibc

extension DraftName {
    /// More names than this are not taken by chance.
    private static let attempts = 8

    /// Makes a folder to write into, of a name that nobody can guess; those that dead processes of the same user left are
    /// removed.
    ///
    /// - Parameters:
    ///   - name: what it is a draft of.
    ///   - parent: the folder it stands in.
    /// - Returns: its path, and the descriptor that marks it as that of a living process as long as it is open.
    package static func makeFolder(
        for name: String, in parent: String
    ) throws(SystemError) -> (path: String, descriptor: Int32) {
        removeFolders(of: name, in: parent)
        for _ in 0..<attempts {
            let draft = "\(parent)/\(make(for: name))"
            guard mkdir(draft, PrivateFile.folderMode) == 0 else {
                if errno == EEXIST { continue }
                throw SystemError.last
            }
            let descriptor = Glibc.open(draft, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError.last }
            if claim(descriptor) { return (draft, descriptor) }
            Glibc.close(descriptor)
        }
        throw SystemError(EEXIST)
    }

    private static func removeFolders(of target: String, in parent: String) {
        guard let folder = try? Folder(parent) else { return }
        for name in folder.names where self.target(of: name) == target {
            guard let status = folder.status(name), status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid()
            else { continue }
            let draft = Glibc.open("\(parent)/\(name)", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard draft >= 0 else { continue }
            if isLeftBehind(draft) { try? FileManager.default.removeItem(atPath: "\(parent)/\(name)") }
            Glibc.close(draft)
        }
    }
}
