import ClinicalText
import Glibc
import Storage

/// Reads the files of a project: regular ones, through no link, since in a shared project anybody may have put one there.
enum ProjectFile {
    /// All bytes of a file.
    ///
    /// - Parameter followsLink: whether the path of the file's folder may be a link: only where that is the project itself.
    /// - Throws: ``BadInput`` if there is no such file or it cannot be read.
    static func bytes(of path: String, followsLink: Bool = false) throws(BadInput) -> [UInt8] {
        do {
            return try PrivateFile.read(path, followsLink: followsLink)
        } catch {
            throw refused(path, error)
        }
    }

    /// What a person is told of a file that cannot be read.
    static func refused(_ path: String, _ error: SystemError) -> BadInput {
        let reason =
            switch error.code {
            case ENOENT where !PrivateFile.exists(path): "no such file"
            case EACCES: "cannot be read; check its permissions"
            case EINVAL where PrivateFile.isFolder(path): "is a folder, not a file"
            default: "cannot be read (\(error))"
            }
        return BadInput(SourceLocation(path), reason)
    }
}
