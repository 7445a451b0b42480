import Glibc
import Storage

/// The folders that opening a project made.
public struct NewFolders: Sendable {
    private var made: MadeFolders
    /// What a person is to know of a folder that was found and is open to others; `nil` if there is nothing to say.
    public let warning: String?

    init(_ made: MadeFolders, isFound: Bool, in project: Project) {
        self.made = made
        var status = stat()
        let isOpen =
            isFound && !project.isShared && !PrivateFile.exists(project.settingsFile)
            && stat(project.folder, &status) == 0 && status.st_mode & 0o077 != 0
        warning =
            isOpen
            ? "the folder \(project.folder) was there before and is open to others (mode "
                + "\(String(status.st_mode & 0o7777, radix: 8))): it stays so, and what is put into it is its owner's "
                + "alone; chmod 700 closes it"
            : nil
    }

    /// Makes one more folder of the project.
    ///
    /// - Throws: ``SystemError`` if it cannot be made, or a link is in its place.
    package mutating func make(_ path: String) throws(SystemError) {
        try made.make(
            path,
            mode: PrivateFile.isGroupFolder(FilePath.parent(of: path))
                ? PrivateFile.groupFolderMode : PrivateFile.folderMode,
            followsLink: false)
    }

    /// Takes the folders away, unless anything is in them that this command did not make.
    public func removeEmpty() { made.removeEmpty() }
}
