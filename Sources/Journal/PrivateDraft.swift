import Glibc

/// A file that is written beside its place and takes it when it is whole.
///
/// A reader finds the old one or the new one, never a part. What was not finished is removed.
struct PrivateDraft: ~Copyable {
    private let path: String
    private let draft: String
    private let file: Int32
    private var buffer: [UInt8] = []
    private var isDone = false

    /// Few system calls, and little memory.
    private static let bufferLength = 262_144

    /// - Parameter mode: who may read and write it.
    init(_ path: String, mode: mode_t) throws(SystemError) {
        // Through a link, the file it leads to is replaced and not the link.
        self.path = Self.resolved(path)
        draft = "\(self.path).\(getpid()).new"
        file = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError.last }
        fchmod(file, mode)
    }

    deinit {
        if file >= 0 { Glibc.close(file) }
        if !isDone, file >= 0 { unlink(draft) }
    }

    mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        buffer += bytes
        guard buffer.count >= Self.bufferLength else { return }
        try flush()
    }

    /// Puts it in its place.
    ///
    /// - Parameter isDurable: whether it must survive a power cut.
    mutating func commit(isDurable: Bool = true) throws(SystemError) {
        try flush()
        if isDurable { try FileCalls.system.sync(file) }
        guard rename(draft, path) == 0 else { throw SystemError.last }
        isDone = true
        if isDurable { PrivateFile.syncFolder(of: path) }
    }

    private mutating func flush() throws(SystemError) {
        try FileCalls.system.writeAll(buffer, to: file)
        buffer = []
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
