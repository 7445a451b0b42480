import Glibc

/// A file that is written beside its place and takes it when it is whole.
///
/// A reader finds the old one or the new one, never a part. What was not finished is removed: at once, or, if the process is
/// killed, by the next one that writes this file.
///
///     var draft = try PrivateDraft("labels.jsonl", mode: 0o600)
///     try draft.append(bytes)
///     try draft.commit()
package struct PrivateDraft: ~Copyable {
    private let folder: Folder
    private let name: String
    private let draft: String
    private let file: Int32
    private let identity: FileIdentity
    private let calls = FileCalls.current
    private var buffer: [UInt8] = []
    private var isDone = false

    /// Few system calls, and little memory.
    private static let bufferLength = 262_144
    /// More names than this are not taken by chance.
    private static let attempts = 8

    /// Begins to write a file.
    ///
    /// - Parameters:
    ///   - path: the file's place; a link that is there is replaced.
    ///   - mode: who may read and write it.
    ///   - followsLink: whether the path of the file's folder may be a link.
    package init(_ path: String, mode: mode_t, followsLink: Bool = true) throws(SystemError) {
        let (folder, name) = try Folder.of(path, followsLink: followsLink)
        folder.removeDrafts(of: name)
        let made = try Self.make(for: name, in: folder, mode: mode)
        self.folder = folder
        self.name = name
        draft = made.name
        file = made.file
        identity = made.identity
    }

    /// Makes a draft that no other process has touched.
    private static func make(
        for name: String, in folder: Folder, mode: mode_t
    ) throws(SystemError) -> (name: String, file: Int32, identity: FileIdentity) {
        for _ in 0..<attempts {
            let draft = DraftName.make(for: name)
            let file: Int32
            do {
                file = try folder.make(draft, O_WRONLY, mode: mode)
            } catch {
                if error.code == EEXIST { continue }
                throw error
            }
            if DraftName.claim(file) { return (draft, file, try FileIdentity(of: file)) }
            Glibc.close(file)
        }
        throw SystemError(EEXIST)
    }

    deinit {
        if !isDone { folder.remove(draft, if: identity) }
        Glibc.close(file)
    }

    /// Adds many bytes at its end, without a copy of them.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        try flush()
        try calls.writeAll(bytes, to: file)
    }

    /// Adds bytes at its end.
    package mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        buffer += bytes
        guard buffer.count >= Self.bufferLength else { return }
        try flush()
    }

    /// Puts it in its place.
    ///
    /// - Parameters:
    ///   - isDurable: whether it must survive a power cut.
    ///   - replaces: whether a file that is there goes; else `EEXIST` is thrown.
    /// - Returns: which file it is.
    @discardableResult
    package mutating func commit(isDurable: Bool = true, replaces: Bool = true) throws(SystemError) -> FileIdentity {
        try flush()
        if isDurable { try calls.sync(file) }
        if replaces { try folder.rename(draft, to: name) } else { try folder.renameExclusively(draft, to: name) }
        isDone = true
        if isDurable { folder.sync() }
        return identity
    }

    private mutating func flush() throws(SystemError) {
        try calls.writeAll(buffer, to: file)
        buffer = []
    }
}
