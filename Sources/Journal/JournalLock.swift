import ClinicalText
import FoundationEssentials
import Glibc

/// Who writes to a journal now.
public struct JournalHolder: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The number of the process; `nil` if it left no word.
    public var pid: Int?
    /// The annotator it was started for.
    public var annotator: String?

    /// As `process 4711 (kim)`.
    public var description: String {
        "\(pid.map { "process \($0)" } ?? "another process")\(annotator.map { " (\($0))" } ?? "")"
    }
}

/// One writer a journal.
///
/// The lock is the kernel's (`flock` on the journal itself), so that it ends with its process, however that ends. The file
/// `<journal>.lock` only says who holds it, and means nothing while nobody does.
enum JournalLock {
    /// Locks the open journal.
    ///
    /// - Returns: `nil`, or who holds it already.
    /// - Throws: ``SystemError`` where the file system has no locks.
    static func take(_ file: Int32, path: String, annotator: String, mode: mode_t) throws(SystemError) -> JournalHolder?
    {
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last
            if error.code == EWOULDBLOCK { return holder(ofLocked: path) }
            if error.code != EINTR { throw error }
        }
        let word = JournalHolder(pid: Int(getpid()), annotator: annotator)
        // Without the word a second session still cannot write; it only does not learn who does.
        if let line = try? JSONValue.line(word) {
            try? PrivateFile.replace(path + ".lock", with: Array((line + "\n").utf8), mode: mode, isDurable: false)
        }
        return nil
    }

    /// Removes the word; the lock goes when the journal is closed.
    static func release(path: String) { unlink(path + ".lock") }

    /// Who writes to the journal at `path`, or `nil` if nobody does.
    static func holder(of path: String) -> JournalHolder? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { Glibc.close(file) }
        if flock(file, LOCK_SH | LOCK_NB) == 0 { return nil }
        return SystemError.last.code == EWOULDBLOCK ? holder(ofLocked: path) : nil
    }

    private static func holder(ofLocked path: String) -> JournalHolder {
        let word = (try? NoteReader.bytes(of: path + ".lock")) ?? []
        return (try? JSONDecoder().decode(JournalHolder.self, from: Data(word))) ?? JournalHolder()
    }
}
