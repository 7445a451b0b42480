import ClinicalText
import Glibc
import Storage

/// An annotator's journal, opened for a session.
public struct Journal: Sendable {
    /// Where it has the events of each note.
    public let index: JournalIndex
    /// What it held when it was opened; empty where the index made reading it needless.
    public let contents: JournalContents
    /// Appends to it; `nil` in a session that only reads.
    public let writer: JournalWriter?
    /// Why the session only reads, in words for the person; `nil` in one that writes.
    public let readOnlyReason: String?
    /// The file that a torn end was moved to, if there was one.
    public let setAside: String?

    /// Opens a journal to read and to write, making it where it is missing.
    ///
    /// A journal that another session holds, that a newer program wrote to, or that may not be written, opens to be read.
    /// A torn end is moved to `<path>.torn`.
    ///
    /// - Parameters:
    ///   - path: the journal's file; its folder must be there.
    ///   - annotator: whose it is.
    ///   - group: whether a new one can be read and written by the folder's group (0660 instead of 0600).
    ///   - index: what a project has for this journal; used if it still holds.
    ///   - onChange: told each new state, in order, from any thread; it must not call the writer.
    /// - Throws: ``BadInput`` with `file:line` for a bad line that is no torn end, or if the file cannot be made or read.
    public static func open(
        _ path: String, annotator: String, group: Bool = false, index: JournalIndex? = nil,
        onChange: @escaping @Sendable (SaveState) -> Void = { _ in }
    ) throws(BadInput) -> Journal {
        let file: JournalFile
        do {
            file = try JournalFile.open(path, mode: group ? PrivateFile.groupFileMode : PrivateFile.fileMode)
        } catch {
            // Something that is no journal of ours is not read, either: a link may lead to anything.
            if [ELOOP, EINVAL, EMLINK].contains(error.code) {
                throw BadInput(SourceLocation(path), "the journal cannot be opened (\(error))")
            }
            guard PrivateFile.exists(path) else {
                throw BadInput(
                    SourceLocation(path),
                    "the journal cannot be made (\(error)); choose another folder with --project DIR")
            }
            return try readOnly(path, because: "the journal cannot be written (\(error))", index: index)
        }
        let lock: JournalLock
        do {
            switch try JournalLock.take(file, annotator: annotator) {
            case .taken(let taken): lock = taken
            case .held(let holder):
                return try readOnly(path, because: "\(holder) is writing to \(path)", index: index)
            }
        } catch let error as SystemError {
            return try readOnly(path, because: "the journal cannot be locked (\(error))", index: index)
        } catch let error as BadInput {
            throw error
        } catch {
            throw BadInput(SourceLocation(path), "\(error)")
        }
        do {
            let known = index.flatMap { $0.mark?.holds(of: path) ?? false ? $0 : nil }
            let contents = known == nil ? try JournalReader.read(path) : JournalContents()
            if contents.isNewer {
                lock.release(keepingWord: lock.syncedBefore != nil)
                return try readOnly(
                    path,
                    because:
                        "the journal is in form \(contents.version), which a newer chartmark wrote; update to go on")
            }
            if let torn = contents.torn { try setAside(torn, of: file) }
            let writer = JournalWriter(
                file, lock: lock, annotator: annotator,
                nextSeq: (known?.mark?.lastSeq ?? contents.lines.last?.seq ?? 0) &+ 1, onChange: onChange)
            return Journal(
                index: known
                    ?? JournalIndex(contents, mark: JournalMark(contents, FileFingerprint(of: file.descriptor))),
                contents: contents, writer: writer, readOnlyReason: nil,
                setAside: contents.torn == nil ? nil : path + ".torn")
        } catch {
            lock.release(keepingWord: lock.syncedBefore != nil)
            throw error
        }
    }

    /// Opens a journal to be read.
    ///
    /// - Throws: ``BadInput`` with `file:line` for a bad line that is no torn end.
    public static func readOnly(
        _ path: String, because reason: String, index: JournalIndex? = nil
    ) throws(BadInput) -> Journal {
        if let index, index.mark?.holds(of: path) ?? false {
            return Journal(
                index: index, contents: JournalContents(), writer: nil, readOnlyReason: reason, setAside: nil)
        }
        let contents = try JournalReader.read(path)
        return Journal(
            index: JournalIndex(contents, mark: nil), contents: contents, writer: nil, readOnlyReason: reason,
            setAside: nil)
    }

    /// Who writes to the journal at `path` now, or `nil` if nobody does.
    public static func holder(of path: String) -> JournalHolder? { JournalLock.holder(of: path) }

    /// Moves a torn end to `<path>.torn`: first there, then away from here, so that a crash between the two loses nothing.
    private static func setAside(_ torn: JournalContents.TornTail, of file: JournalFile) throws(BadInput) {
        do {
            try PrivateFile.appendLines(
                torn.bytes + [UInt8(ascii: "\n")], to: file.path + ".torn", mode: file.mode, followsLink: false)
            try FileCalls.current.truncate(file.descriptor, torn.byte)
            try FileCalls.current.sync(file.descriptor)
        } catch {
            throw BadInput(
                SourceLocation(file.path, line: torn.line),
                "\(torn.description), and they cannot be set aside (\(error))")
        }
    }
}
