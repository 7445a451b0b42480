import ClinicalText
import Glibc
import Storage

/// Writes whole files so that a reader finds the old one or the new one, never a part: beside it, on the disk, then renamed.
package struct AtomicFile: Sendable {
    private let calls: FileCalls

    /// Writes by these system calls.
    package init(_ calls: FileCalls = .current) { self.calls = calls }

    /// Replaces the file at `path`, or the link that is there; who may read and write it stays as it was.
    ///
    /// A model has read patients' words: a new file is its owner's alone, as a project's is.
    ///
    /// - Throws: ``BadInput`` naming the file; the old one is then as it was.
    package func replace(_ path: String, with parts: [UnsafeRawBufferPointer]) throws(BadInput) {
        var status = stat()
        let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : PrivateFile.fileMode
        do {
            try calls.use { () throws(SystemError) in
                var draft = try PrivateDraft(path, mode: mode)
                for part in parts { try draft.append(part) }
                try draft.commit()
            }
        } catch {
            throw Self.failed(path, error)
        }
    }

    /// Replaces the file at `path` by these bytes.
    package func replace(_ path: String, with bytes: [UInt8]) throws(BadInput) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(BadInput) in try replace(path, with: [bytes]) }
        }
        try result.get()
    }

    /// Renames a file within its file system, and makes the new name survive a power cut where the file system can.
    static func move(_ from: String, to path: String) throws(BadInput) {
        guard rename(from, path) == 0 else {
            let error = SystemError.last
            unlink(from)
            throw failed(path, error)
        }
        if let folder = try? Folder(FilePath.parent(of: path)) { folder.sync() }
    }

    /// Makes a folder and those above it where they are missing.
    ///
    /// - Throws: ``BadInput`` naming it.
    package static func makeFolder(_ path: String) throws(BadInput) {
        do { try PrivateFile.makeFolder(path) } catch { throw failed(path, error) }
    }

    private static func failed(_ path: String, _ error: SystemError) -> BadInput {
        BadInput(SourceLocation(path), "cannot be written (\(error))")
    }
}
