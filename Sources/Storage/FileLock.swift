import Glibc

/// A lock that ends with its process, however that ends; held by a file that is there for it alone.
///
/// The kernel's lock on the open file, not on the process (`F_OFD_SETLK`, `fcntl_locking(2)`): two sessions of one process
/// exclude each other, too, and who only asks for it takes nothing that another could miss.
package final class FileLock: Sendable {
    private let folder: Folder
    private let name: String
    private let file: Int32
    private let identity: FileIdentity

    // Of <fcntl.h>, which names them with _GNU_SOURCE only; they are the same on every architecture.
    private static let ask: Int32 = 36
    private static let take: Int32 = 37
    private static let wait: Int32 = 38

    private init(_ folder: Folder, _ name: String, _ file: Int32, _ identity: FileIdentity) {
        self.folder = folder
        self.name = name
        self.file = file
        self.identity = identity
    }

    deinit { Glibc.close(file) }

    /// Takes the lock that the file at `path` stands for, making it where it is missing.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - mode: the permissions of a new one.
    ///   - waits: whether to wait for who has it.
    ///   - followsLink: whether the path of the file's folder may be a link.
    /// - Returns: `nil` where another has it and it is not waited for.
    /// - Throws: ``SystemError``, also where the file system has no locks.
    package static func take(
        _ path: String, mode: mode_t, waits: Bool, followsLink: Bool = true
    ) throws(SystemError) -> FileLock? {
        let (folder, name) = try Folder.of(path, followsLink: followsLink)
        while true {
            let file = try folder.change(name, O_RDWR, mode: mode).file
            var wanted = wholeFile
            while fcntl(file, waits ? wait : take, &wanted) != 0 {
                let error = SystemError.last
                if error.code == EINTR { continue }
                Glibc.close(file)
                if error.code == EAGAIN || error.code == EACCES { return nil }
                throw error
            }
            // Who had it before may have removed the file while this one was opened: it is no longer anybody's lock.
            if let status = folder.status(name), let identity = try? FileIdentity(of: file),
                FileIdentity(status) == identity
            {
                return FileLock(folder, name, file, identity)
            }
            Glibc.close(file)
        }
    }

    /// Runs `body` while no other process has the lock at `path`; the file is gone afterwards.
    package static func with<Value, Failure: Error>(
        _ path: String, mode: mode_t, orThrow failure: (SystemError) -> Failure, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let lock: FileLock?
        do { lock = try take(path, mode: mode, waits: true) } catch { throw failure(error) }
        defer { lock?.removeFile() }
        return try body()
    }

    /// What the holder of the lock at `path` wrote about itself; `nil` if nobody has it.
    package static func word(ofHolder path: String, followsLink: Bool = true) -> [UInt8]? {
        guard let (folder, name) = try? Folder.of(path, followsLink: followsLink), let file = try? folder.read(name)
        else { return nil }
        defer { Glibc.close(file) }
        var asked = wholeFile
        guard fcntl(file, ask, &asked) == 0, asked.l_type != Int16(F_UNLCK) else { return nil }
        return (try? PrivateFile.read(file)) ?? []
    }

    private static var wholeFile: flock {
        var lock = Glibc.flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    /// What was written about itself by who had it before, and did not remove it.
    package func read() -> [UInt8]? {
        guard lseek(file, 0, SEEK_SET) == 0 else { return nil }
        return try? PrivateFile.read(file)
    }

    /// Says who has it, for those who are refused.
    package func write(_ word: [UInt8]) {
        guard ftruncate(file, 0) == 0 else { return }
        _ = word.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    /// Removes the file, which would only say who had the lock; the lock itself goes with this value.
    package func removeFile() { folder.remove(name, if: identity) }
}
