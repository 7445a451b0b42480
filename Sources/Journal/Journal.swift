import ClinicalText
import Glibc

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
        try open(path, annotator: annotator, group: group, index: index, calls: .system, onChange: onChange)
    }

    /// Opens a journal whose writes go through `calls`.
    package static func open(
        _ path: String, annotator: String, group: Bool = false, index: JournalIndex? = nil, calls: FileCalls,
        onChange: @escaping @Sendable (SaveState) -> Void
    ) throws(BadInput) -> Journal {
        let file: Int32
        do {
            file = try openFile(path, group: group)
        } catch {
            guard PrivateFile.exists(path) else {
                throw BadInput(
                    SourceLocation(path),
                    "the journal cannot be made (\(error)); choose another folder with --project DIR")
            }
            return try readOnly(path, because: "the journal cannot be written (\(error))", index: index)
        }
        do {
            if let refusal = try lock(file, path: path, annotator: annotator) {
                Glibc.close(file)
                return try readOnly(path, because: refusal, index: index)
            }
            let known = index.flatMap { $0.mark?.holds(of: path) ?? false ? $0 : nil }
            let contents = known == nil ? try JournalReader.read(path) : JournalContents()
            if contents.isNewer {
                JournalLock.release(path: path)
                Glibc.close(file)
                return try readOnly(
                    path,
                    because:
                        "the journal is in form \(contents.version), which a newer chartmark wrote; update to go on")
            }
            if let torn = contents.torn { try setAside(torn, of: file, path: path) }
            let writer = JournalWriter(
                file: file, path: path, annotator: annotator,
                nextSeq: (known?.mark?.lastSeq ?? contents.lines.last?.seq ?? 0) &+ 1, calls: calls,
                onChange: onChange)
            return Journal(
                index: known ?? JournalIndex(contents, mark: JournalMark(contents, FileFingerprint(of: file))),
                contents: contents, writer: writer, readOnlyReason: nil,
                setAside: contents.torn == nil ? nil : path + ".torn")
        } catch {
            JournalLock.release(path: path)
            Glibc.close(file)
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

    private static func openFile(_ path: String, group: Bool) throws(SystemError) -> Int32 {
        let flags = O_RDWR | O_APPEND | O_CLOEXEC
        let mode = group ? PrivateFile.groupFileMode : PrivateFile.fileMode
        let new = Glibc.open(path, flags | O_CREAT | O_EXCL, mode)
        if new >= 0 {
            // The umask may have taken the group's bits away.
            fchmod(new, mode)
            PrivateFile.syncFolder(of: path)
            return new
        }
        guard errno == EEXIST else { throw SystemError.last }
        let old = Glibc.open(path, flags)
        guard old >= 0 else { throw SystemError.last }
        return old
    }

    /// Locks the journal, or says why it is only read.
    private static func lock(_ file: Int32, path: String, annotator: String) throws(BadInput) -> String? {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw BadInput(SourceLocation(path), "the journal is not a regular file; move it away")
        }
        do {
            return try JournalLock.take(file, path: path, annotator: annotator, mode: status.st_mode & 0o660)
                .map { "\($0) is writing to \(path)" }
        } catch {
            return "the journal cannot be locked (\(error))"
        }
    }

    /// Moves a torn end to `<path>.torn`: first there, then away from here, so that a crash between the two loses nothing.
    private static func setAside(_ torn: JournalContents.TornTail, of file: Int32, path: String) throws(BadInput) {
        do {
            try PrivateFile.append(torn.bytes + [UInt8(ascii: "\n")], to: path + ".torn", mode: PrivateFile.fileMode)
            try FileCalls.system.truncate(file, torn.byte)
            try FileCalls.system.sync(file)
        } catch {
            throw BadInput(
                SourceLocation(path, line: torn.line), "\(torn.description), and they cannot be set aside (\(error))")
        }
    }
}
