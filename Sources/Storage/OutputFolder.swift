import FoundationEssentials
import Glibc

/// A folder that a person named for results: written beside its place, under which it appears when all of it is there.
package final class OutputFolder {
    /// Where the files are written meanwhile.
    package let draft: String
    private let path: String
    private let descriptor: Int32
    private var made = MadeFolders()
    private var isDone = false

    /// Begins a folder at `path`, where nothing or an empty folder must be.
    ///
    /// - Throws: ``SystemError`` with `EEXIST` for anything else.
    package init(_ path: String) throws(SystemError) {
        self.path = FilePath.followed(path)
        if PrivateFile.exists(path) {
            guard PrivateFile.isFolder(path), try Folder(path).names.isEmpty else { throw SystemError(EEXIST) }
        }
        let parent = FilePath.parent(of: self.path)
        try made.make(parent)
        let name = self.path.split(separator: "/").last.map(String.init) ?? self.path
        (draft, descriptor) = try DraftName.makeFolder(for: name, in: parent)
    }

    deinit {
        if !isDone { discard() }
        Glibc.close(descriptor)
    }

    /// Puts it in its place; an empty folder that was there keeps its permissions.
    package func commit() throws(SystemError) {
        var status = stat()
        if stat(path, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
        guard rename(draft, path) == 0 else { throw SystemError.last }
        isDone = true
        if let parent = try? Folder(FilePath.parent(of: path)) { parent.sync() }
    }

    /// Removes what was written, and the folders that were made for it.
    package func discard() {
        guard !isDone else { return }
        isDone = true
        try? FileManager.default.removeItem(atPath: draft)
        made.removeEmpty()
    }
}
