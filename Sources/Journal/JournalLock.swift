import ClinicalText
import FoundationEssentials
import Glibc
import Storage

/// Who writes to a journal now.
public struct JournalHolder: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The number of the process; `nil` if it left no word.
    public var pid: Int?
    /// The annotator it was started for.
    public var annotator: String?
    /// How much of the journal is on the disk for certain, where a sync has failed since; written only then.
    var synced: Int?

    /// As `process 4711 (kim)`.
    public var description: String {
        "\(pid.map { "process \($0)" } ?? "another process")\(annotator.map { " (\($0.printable))" } ?? "")"
    }
}

/// One writer a journal.
///
/// Two locks, both the kernel's: on `<journal>.lock`, which stays the same when the journal is replaced, and on the journal
/// itself, which stays the same when the other file is removed. Both end with their process, however that ends. The first one
/// also says who has it.
struct JournalLock {
    /// What became of the attempt to take it.
    enum Attempt {
        case taken(JournalLock)
        case held(JournalHolder)
    }

    private let word: FileLock
    private let file: JournalFile
    private let holder: JournalHolder
    /// What a session before this one knew to be on the disk when a sync failed, and did not mend; `nil` for none.
    ///
    /// Linux takes what a failed sync was of for clean, so that the next one, of this session, would succeed without it.
    let syncedBefore: Int?

    /// Locks the open journal.
    ///
    /// - Throws: ``SystemError`` where the file system has no locks.
    static func take(_ file: JournalFile, annotator: String) throws(SystemError) -> Attempt {
        guard let word = try FileLock.take(Self.path(of: file.path), mode: file.mode, waits: false, followsLink: false)
        else { return .held(holder(of: file.path) ?? JournalHolder()) }
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last
            if error.code == EWOULDBLOCK { return .held(JournalHolder()) }
            if error.code != EINTR { throw error }
        }
        let before = word.read().flatMap { try? JSONDecoder().decode(JournalHolder.self, from: Data($0)) }
        let lock = JournalLock(
            word: word, file: file,
            holder: JournalHolder(pid: Int(getpid()), annotator: annotator, synced: before?.synced),
            syncedBefore: before?.synced)
        lock.remember(synced: before?.synced)
        return .taken(lock)
    }

    /// Says who has it, and for the next session whether a sync failed.
    ///
    /// Without the word a second session still cannot write; it only does not learn who does.
    func remember(synced: Int?) {
        var holder = holder
        holder.synced = synced
        if let line = try? JSONValue.line(holder) { word.write(Array((line + "\n").utf8)) }
    }

    /// Gives the journal free, and removes the word unless the next session has to read it; the other lock goes with this
    /// value.
    func release(keepingWord: Bool = false) {
        if !keepingWord { word.removeFile() }
        _ = flock(file.descriptor, LOCK_UN)
    }

    /// Who writes to the journal at `path`, or `nil` if nobody does.
    ///
    /// Takes no lock, so that nobody is refused because of it.
    static func holder(of path: String) -> JournalHolder? {
        guard let word = FileLock.word(ofHolder: Self.path(of: path), followsLink: false) else { return nil }
        return (try? JSONDecoder().decode(JournalHolder.self, from: Data(word))) ?? JournalHolder()
    }

    private static func path(of journal: String) -> String { journal + ".lock" }
}
