import ClinicalText
import Glibc

/// Files and folders that hold patients' words: nobody but their owner, or a group that was asked for, may read them.
public enum PrivateFile {
    /// Read and written by the owner alone.
    public static let fileMode: mode_t = 0o600
    /// Entered by the owner alone.
    public static let folderMode: mode_t = 0o700
    /// Shared with the group.
    static let groupFileMode: mode_t = 0o660
    /// Shared with the group, which new files inherit.
    static let groupFolderMode: mode_t = 0o2770

    /// Whether something is at `path`.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether `path` is a folder.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether `path` is a folder whose files take its group.
    static func isGroupFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_ISGID != 0
    }

    /// Makes the folder and those above it where they are missing; the mode is that of the missing ones.
    ///
    /// - Throws: ``SystemError``, also where a file is in the way.
    public static func makeFolder(_ path: String, mode: mode_t = folderMode) throws(SystemError) {
        if isFolder(path) { return }
        let parent = parent(of: path)
        if parent != path, !exists(parent) { try makeFolder(parent, mode: mode) }
        guard mkdir(path, mode) == 0 else {
            let error = SystemError.last
            if error.code == EEXIST, isFolder(path) { return }
            throw error
        }
        // The umask may have taken bits away, and mkdir does not set the one for the group.
        chmod(path, mode)
    }

    /// Takes a folder's rights from everybody but its owner; one that belongs to somebody else stays as it is.
    static func close(_ folder: String) { chmod(folder, folderMode) }

    /// Makes sure that files can be made in a folder.
    static func checkWritable(_ folder: String) throws(SystemError) {
        guard access(folder, W_OK | X_OK) == 0 else { throw SystemError.last }
    }

    /// Writes a whole file so that a reader finds the old one or the new one, never a part: beside it, then renamed.
    ///
    /// What is not a regular file (a pipe, `/dev/stdout`) is written to as it is.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - bytes: all that it is to hold.
    ///   - mode: who may read and write it.
    ///   - isDurable: whether it must survive a power cut.
    /// - Throws: ``SystemError``; the old file is then untouched.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t = fileMode, isDurable: Bool = true
    ) throws(SystemError) {
        var status = stat()
        let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        if isSpecial {
            let file = Glibc.open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw SystemError.last }
            defer { Glibc.close(file) }
            return try FileCalls.system.writeAll(bytes, to: file)
        }
        var draft = try PrivateDraft(path, mode: mode)
        try draft.append(bytes)
        try draft.commit(isDurable: isDurable)
    }

    /// Writes all of `bytes` to an open file, such as standard output.
    ///
    /// - Throws: ``SystemError``.
    public static func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        try FileCalls.system.writeAll(bytes, to: file)
    }

    /// Adds `bytes` at the end of a file and waits until they are on the disk.
    static func append(_ bytes: [UInt8], to path: String, mode: mode_t) throws(SystemError) {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError.last }
        defer { Glibc.close(file) }
        try FileCalls.system.writeAll(bytes, to: file)
        try FileCalls.system.sync(file)
    }

    /// Makes a new name in the folder of `path` survive a power cut.
    ///
    /// Some file systems cannot; the file is whole anyway.
    static func syncFolder(of path: String) {
        let folder = Glibc.open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        Glibc.close(folder)
    }

    /// The path without its last part.
    static func parent(of path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let isAbsolute = path.hasPrefix("/")
        if !parts.isEmpty { parts.removeLast() }
        let joined = parts.joined(separator: "/")
        if isAbsolute { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }
}
