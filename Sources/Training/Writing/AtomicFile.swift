import ClinicalText
import Glibc

/// Writes whole files so that a reader finds the old one or the new one, never a part: beside it, on the disk, then renamed.
package struct AtomicFile: Sendable {
    /// Writes the first of some bytes and says how many, or -1 with `errno`; a test puts a full disk in its place.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int

    package init(
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int = {
            Glibc.write($0, $1.baseAddress, $1.count)
        }
    ) {
        self.write = write
    }

    /// A model has read patients' words: what it learned is its owner's alone, as a project is.
    private static let fileMode: mode_t = 0o600
    private static let folderMode: mode_t = 0o700

    /// Replaces the file at `path`, or the link that is there; who may read and write it stays as it was.
    ///
    /// - Throws: ``BadInput`` naming the file; the old one is then as it was.
    package func replace(_ path: String, with parts: [UnsafeRawBufferPointer]) throws(BadInput) {
        var status = stat()
        let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : Self.fileMode
        let draft = "\(path).\(getpid()).new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw Self.failed(path) }
        // The umask may have taken bits away.
        fchmod(file, mode)
        do throws(BadInput) {
            defer { close(file) }
            for part in parts { try write(part, to: file, path) }
            guard fsync(file) == 0 else { throw Self.failed(path) }
        } catch {
            unlink(draft)
            throw error
        }
        try Self.move(draft, to: path)
    }

    /// Replaces the file at `path` by these bytes.
    package func replace(_ path: String, with bytes: [UInt8]) throws(BadInput) {
        var error: BadInput?
        bytes.withUnsafeBytes { bytes in
            do throws(BadInput) { try replace(path, with: [bytes]) } catch let failure { error = failure }
        }
        if let error { throw error }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, _ path: String) throws(BadInput) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(file, rest)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failed(path) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Renames a file, and makes the new name survive a power cut where the file system can.
    static func move(_ from: String, to path: String) throws(BadInput) {
        guard rename(from, path) == 0 else {
            let error = failed(path)
            unlink(from)
            throw error
        }
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = open(path[..<end].isEmpty ? "." : String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Makes a folder and those above it where they are missing.
    ///
    /// - Throws: ``BadInput`` naming it.
    package static func makeFolder(_ path: String) throws(BadInput) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, folderMode) == 0 || errno == EEXIST else { throw failed(path) }
    }

    private static func failed(_ path: String) -> BadInput {
        BadInput(SourceLocation(path), "cannot be written (\(String(cString: strerror(errno))))")
    }
}
