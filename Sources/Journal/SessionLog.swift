import Glibc
import Storage

/// What a session wrote to its journal, and how far it has come: into the file, and onto the disk.
///
/// The session's bytes stay in memory, so that they can be written again after the disk failed to take them, or to another
/// file after the journal was taken away.
struct SessionLog {
    /// A sync that is under way, and what is on the disk once it has succeeded.
    struct SyncStep {
        fileprivate let file: JournalFile
        fileprivate let written: Int
        fileprivate let length: Int
        fileprivate let calls: FileCalls

        /// Waits for the disk.
        func run() throws(SystemError) { try calls.sync(file.descriptor) }
    }

    private let calls: FileCalls
    private var file: JournalFile
    /// What was in the file before the first of the batches.
    private var lengthBefore: Int
    /// Each decision's bytes, oldest first.
    private var batches: [[UInt8]] = []
    /// So many of them are in the file.
    private var written = 0
    /// So many of them are on the disk.
    private var synced = 0
    /// The file's length with those that are written, and with those that are synced.
    private var length: Int
    private var syncedLength: Int
    /// Whether a write failed that may have left a part of a batch behind ``length``.
    private var hasPart = false
    /// Whether a sync is needed.
    private var isUnsynced: Bool
    /// Whether the last sync failed.
    private(set) var hasFailedSync = false
    /// Whether what that sync was to bring to the disk has not been written again yet.
    private var mustWriteAgain = false
    private var displacement: SaveState.Displacement?

    /// - Parameter syncedBefore: how much is on the disk for certain, where a sync of an earlier session failed.
    init(_ file: JournalFile, syncedBefore: Int?, calls: FileCalls) {
        self.file = file
        self.calls = calls
        lengthBefore = file.length
        length = lengthBefore
        isUnsynced = length > 0
        syncedLength = max(0, min(length, syncedBefore ?? 0))
        mustWriteAgain = syncedBefore != nil && length > 0
        hasFailedSync = mustWriteAgain
    }

    /// How much is on the disk for certain, where a sync has failed; `nil` where none has.
    var syncedAfterFailure: Int? { hasFailedSync ? syncedLength : nil }

    /// The file that is written to now.
    var path: String { file.path }

    /// Whether everything is on the disk.
    var isOnDisk: Bool { !isUnsynced && written == batches.count }

    /// What is shown when it is.
    var settled: SaveState { displacement.map { .elsewhere($0) } ?? .saved }

    /// Whether the file at the path is no longer the one that was written.
    var isDisplaced: Bool {
        !batches.isEmpty && file.change(expecting: length, mayBeLonger: hasPart) != nil
    }

    /// Adds a decision, to be written by ``write()``.
    mutating func add(_ batch: [UInt8]) { batches.append(batch) }

    /// Writes what is not written yet, each decision in one write.
    mutating func write() throws(SystemError) {
        if !batches.isEmpty, let change = file.change(expecting: length, mayBeLonger: hasPart) { try rescue(change) }
        try cut()
        if mustWriteAgain { try writeAgain() }
        while written < batches.count {
            hasPart = true
            do {
                try calls.writeAll(batches[written], to: file.descriptor)
            } catch {
                try? cut()
                throw error
            }
            hasPart = false
            length += batches[written].count
            written += 1
            isUnsynced = true
        }
    }

    /// Takes back what a failed write left.
    private mutating func cut() throws(SystemError) {
        guard hasPart else { return }
        try calls.truncate(file.descriptor, length)
        hasPart = false
    }

    /// Writes what a failed sync may have left in memory only, to the place where it stands.
    private mutating func writeAgain() throws(SystemError) {
        var bytes: [UInt8] = []
        if syncedLength < lengthBefore {
            guard let old = try file.bytes(upTo: lengthBefore), !old[syncedLength...].contains(0) else {
                throw SystemError(
                    EIO, "what was written before this session cannot be read back; restore it from a copy")
            }
            bytes += old[syncedLength...]
        }
        for batch in batches[synced..<written] { bytes += batch }
        try calls.writeAgain(bytes, at: syncedLength, of: file.descriptor)
        mustWriteAgain = false
        isUnsynced = true
    }

    /// Writes everything to a new file beside the journal, which is no longer what the session wrote.
    private mutating func rescue(_ change: String) throws(SystemError) {
        let old = (try? file.bytes(upTo: lengthBefore)) ?? nil
        let journal = displacement?.journal ?? file.path
        let mode = file.mode
        let new = try calls.use { () throws(SystemError) in
            try JournalFile.rescue(of: journal, mode: mode)
        }
        let bytes = (old ?? []) + batches[..<written].joined()
        do {
            try calls.writeAll(bytes, to: new.descriptor)
        } catch {
            // It is tried again, and then has another name.
            new.remove()
            throw error
        }
        new.syncName()
        let isWhole = old != nil && displacement?.isWhole ?? true
        displacement = .init(
            journal: journal, change: displacement?.change ?? change, file: new.path, isWhole: isWhole)
        // From here on it is one of the batches.
        if let old { batches.insert(old, at: 0) }
        written += old == nil ? 0 : 1
        lengthBefore = 0
        file = new
        synced = 0
        length = bytes.count
        syncedLength = 0
        hasPart = false
        mustWriteAgain = false
        isUnsynced = true
    }

    /// Writes what has to be written first and says what the sync is of; `nil` if none is needed.
    mutating func beginSync() throws(SystemError) -> SyncStep? {
        if mustWriteAgain { try write() }
        guard isUnsynced else { return nil }
        isUnsynced = false
        return SyncStep(file: file, written: written, length: length, calls: calls)
    }

    /// Takes note of a sync that succeeded.
    mutating func endSync(_ step: SyncStep) {
        guard step.file === file else { return }
        synced = step.written
        syncedLength = step.length
        hasFailedSync = false
    }

    /// Takes note of a sync that failed: what it was of may be lost to the disk, whatever a later one says.
    mutating func failSync(_ step: SyncStep) {
        guard step.file === file else { return }
        isUnsynced = true
        hasFailedSync = true
        mustWriteAgain = true
    }
}
