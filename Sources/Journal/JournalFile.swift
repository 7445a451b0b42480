import Glibc
import Storage

/// An open journal and what its path must lead to: so that nothing is called saved that nobody will find.
///
/// SQLite looks at its database in the same way (`SQLITE_READONLY_DBMOVED`).
final class JournalFile: Sendable {
    /// Where it was opened.
    let path: String
    let descriptor: Int32
    private let folder: Folder
    private let name: String
    private let identity: FileIdentity
    /// Whether the file system gives a file the same number under its name and open; some that reach over a network do not.
    private let hasStableNumbers: Bool

    /// Takes over an open file of a folder.
    init(_ descriptor: Int32, named name: String, in folder: Folder, path: String) throws(SystemError) {
        self.descriptor = descriptor
        self.folder = folder
        self.name = name
        self.path = path
        let identity = try FileIdentity(of: descriptor)
        self.identity = identity
        hasStableNumbers = folder.status(name).map { FileIdentity($0) == identity } ?? true
    }

    deinit { Glibc.close(descriptor) }

    /// Opens the journal at `path` to be written, making it where it is missing.
    ///
    /// - Parameter mode: the permissions of a new one.
    static func open(_ path: String, mode: mode_t) throws(SystemError) -> JournalFile {
        let (folder, name) = try Folder.of(path, followsLink: false)
        let (file, isNew) = try folder.change(name, O_RDWR | O_APPEND, mode: mode)
        if isNew { folder.sync() }
        return try JournalFile(file, named: name, in: folder, path: path)
    }

    /// Makes a file beside `path` for what a session decided whose journal is no longer there.
    static func rescue(of path: String, mode: mode_t) throws(SystemError) -> JournalFile {
        let parent = FilePath.parent(of: path)
        try PrivateFile.makeFolder(parent)
        let (folder, name) = try Folder.of(path, followsLink: false)
        for number in 1... {
            let rescue = "\(name).\(number)\(Self.rescueEnding)"
            do {
                let file = try folder.make(rescue, O_RDWR | O_APPEND, mode: mode)
                return try JournalFile(file, named: rescue, in: folder, path: "\(parent)/\(rescue)")
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        throw SystemError(EEXIST)
    }

    /// What the names of such files end in.
    static let rescueEnding = ".rescued"

    /// The names of such files in a folder.
    static func rescued(in folder: String) -> [String] {
        ((try? Folder(folder, followsLink: false))?.names ?? []).filter { $0.hasSuffix(rescueEnding) }.sorted()
    }

    /// What happened to the file under the session, in words; `nil` if it is the one that is there, as it was written.
    ///
    /// - Parameters:
    ///   - length: how much was written to it.
    ///   - mayBeLonger: whether a write that failed may have left more.
    func change(expecting length: Int, mayBeLonger: Bool) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return "cannot be looked at" }
        guard let there = folder.status(name), PrivateFile.exists(path) else {
            return status.st_nlink == 0 ? "was deleted" : "was moved away"
        }
        if hasStableNumbers, FileIdentity(there) != identity || FileIdentity(at: path) != identity {
            return "was replaced by another file"
        }
        if status.st_size < length { return "was cut to \(status.st_size) bytes" }
        if status.st_size > length, !mayBeLonger { return "was written to by another program" }
        return nil
    }

    /// Its first bytes; `nil` if it is shorter.
    func bytes(upTo length: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: length)
        var done = 0
        while done < length {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, done)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw SystemError.last }
            if count == 0 { return nil }
            done += count
        }
        return bytes
    }

    /// Its length now.
    var length: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The permissions of files beside it: its owner's alone, or the group's where the journal is.
    var mode: mode_t {
        var status = stat()
        let isShared = fstat(descriptor, &status) == 0 && status.st_mode & 0o060 == 0o060
        return isShared ? PrivateFile.groupFileMode : PrivateFile.fileMode
    }

    /// Removes the file, if its name still leads to it.
    func remove() { folder.remove(name, if: identity) }

    /// Makes the file's name survive a power cut.
    func syncName() { folder.sync() }
}
