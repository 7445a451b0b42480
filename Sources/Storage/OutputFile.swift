import Glibc

/// A file that a person named for results.
///
/// It is written beside its place and takes it when it is whole. A link that the person gave is followed and stays, and so do
/// the permissions of a file that was there. What is no regular file (a pipe, a terminal, `/dev/null`) is written to.
package final class OutputFile {
    private var draft: PrivateDraft?
    private let special: Int32
    private let calls = FileCalls.current

    /// What names an open file of this process, wherever that leads.
    private static let openFiles = ["/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/"]

    /// Begins to write to `path`.
    ///
    /// - Throws: ``SystemError``, for a folder too.
    package init(_ path: String) throws(SystemError) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        let kind = status.st_mode & S_IFMT
        if isThere, kind == S_IFDIR { throw SystemError(EISDIR) }
        if isThere, kind != S_IFREG || Self.openFiles.contains(where: path.hasPrefix) {
            // At the end, where standard output is a file that something was written to.
            special = Glibc.open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
            guard special >= 0 else { throw SystemError.last }
            return
        }
        special = -1
        let place = FilePath.followed(path)
        if isThere {
            // To be renamed over needs no right to the file itself.
            guard access(place, W_OK) == 0 else { throw SystemError.last }
            let (folder, name) = try Folder.of(place)
            guard folder.isOwn(name) else { throw Folder.foreign }
        }
        draft = try PrivateDraft(place, mode: isThere ? status.st_mode & 0o777 : PrivateFile.fileMode)
    }

    deinit { if special >= 0 { Glibc.close(special) } }

    /// Adds bytes at its end.
    package func append(_ bytes: [UInt8]) throws(SystemError) {
        if special >= 0 { try calls.writeAll(bytes, to: special) } else { try draft?.append(bytes) }
    }

    /// Puts it in its place.
    ///
    /// - Parameter replaces: whether a file that is there goes; else `EEXIST` is thrown.
    /// - Returns: which file it is; `nil` for one that was written to where it is.
    @discardableResult
    package func commit(replaces: Bool = true) throws(SystemError) -> FileIdentity? {
        let identity = try draft?.commit(replaces: replaces)
        draft = nil
        return identity
    }

    /// Removes what was written beside the file's place.
    package func discard() { draft = nil }

    /// Writes a whole file.
    package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let file = try OutputFile(path)
        try file.append(bytes)
        try file.commit()
    }
}
