import Glibc

/// The folders that a command made, to be taken away again if nothing comes of it.
///
/// Nothing else is ever removed: a folder goes when it is the one that was made and is empty.
package struct MadeFolders: Sendable {
    private struct Made: Sendable {
        let path: String
        let mode: mode_t
        let identity: FileIdentity
    }

    private var made: [Made] = []

    /// None yet.
    package init() {}

    /// Whether nothing was made.
    package var isEmpty: Bool { made.isEmpty }

    /// Whether the folder at `path` was made by this command.
    package func contains(_ path: String) -> Bool { made.contains { $0.path == path } }

    /// Makes the folder and those above it where they are missing; the mode is that of the missing ones.
    ///
    /// - Parameter followsLink: whether the folder's path may be a link: not within a project.
    /// - Throws: ``SystemError``, also where a file is in the way.
    package mutating func make(
        _ path: String, mode: mode_t = PrivateFile.folderMode, followsLink: Bool = true
    ) throws(SystemError) {
        if PrivateFile.isFolder(path) {
            if !followsLink { _ = try Folder(path, followsLink: false) }
            return
        }
        let parent = FilePath.parent(of: path)
        if parent != path, !PrivateFile.exists(parent) { try make(parent, mode: mode) }
        guard mkdir(path, mode) == 0 else {
            let error = SystemError.last
            if error.code == EEXIST, PrivateFile.isFolder(path) { return }
            throw error
        }
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw SystemError.last }
        defer { Glibc.close(folder) }
        // The umask may have taken bits away, and mkdir does not set the one for the group.
        fchmod(folder, mode)
        made.append(Made(path: path, mode: mode, identity: try FileIdentity(of: folder)))
        try Folder(parent).sync()
    }

    /// Takes the folders away, unless anything is in them that this command did not make: then all stay.
    package func removeEmpty() {
        let paths = Set(made.map(\.path))
        let isUnused = made.allSatisfy { folder in
            guard FileIdentity(at: folder.path) == folder.identity, let names = try? Folder(folder.path).names else {
                return false
            }
            return names.allSatisfy { paths.contains("\(folder.path)/\($0)") }
        }
        guard isUnused else { return }
        var removed: [Made] = []
        for folder in made.reversed() {
            guard rmdir(folder.path) == 0 else {
                // Somebody begins to use the folder at this moment: they find it whole.
                for folder in removed.reversed() where mkdir(folder.path, folder.mode) == 0 {
                    chmod(folder.path, folder.mode)
                }
                return
            }
            removed.append(folder)
        }
    }
}

extension PrivateFile {
    /// Makes the folder and those above it where they are missing; the mode is that of the missing ones.
    ///
    /// - Throws: ``SystemError``, also where a file is in the way.
    package static func makeFolder(_ path: String, mode: mode_t = folderMode) throws(SystemError) {
        var made = MadeFolders()
        try made.make(path, mode: mode)
    }
}
