import Glibc

/// The system calls that change files; a test puts failing ones in their place.
///
/// Every function of this room takes ``current``, so that a fault reaches each place that writes:
///
///     FileCalls.$current.withValue(fullDisk) { try project.save(settings) }
package struct FileCalls: Sendable {
    /// Opens a file of a folder, given by its descriptor, with flags and the permissions of a new one.
    package var open: @Sendable (Int32, String, Int32, mode_t) throws(SystemError) -> Int32 = {
        (folder, name, flags, mode) throws(SystemError) in
        let file = Glibc.openat(folder, name, flags, mode)
        if file < 0 { throw SystemError.last }
        return file
    }
    /// Writes the bytes, or the first of them, and says how many.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) throws(SystemError) -> Int
    /// Cuts the file to so many bytes.
    package var truncate: @Sendable (Int32, Int) throws(SystemError) -> Void
    /// Returns when the file's bytes are on the disk.
    package var sync: @Sendable (Int32) throws(SystemError) -> Void
    /// Gives a file of a folder another name, in place of the file that has it.
    package var rename: @Sendable (Int32, String, String) throws(SystemError) -> Void = {
        (folder, old, new) throws(SystemError) in
        if Glibc.renameat(folder, old, folder, new) != 0 { throw SystemError.last }
    }

    /// Gives the calls on open files; the others are the system's.
    package init(
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) throws(SystemError) -> Int,
        truncate: @escaping @Sendable (Int32, Int) throws(SystemError) -> Void,
        sync: @escaping @Sendable (Int32) throws(SystemError) -> Void
    ) {
        self.write = write
        self.truncate = truncate
        self.sync = sync
    }

    /// The operating system's.
    package static let system = FileCalls(
        write: { (file, bytes) throws(SystemError) in
            let count = Glibc.write(file, bytes.baseAddress, bytes.count)
            if count < 0 { throw SystemError.last }
            return count
        },
        truncate: { (file, length) throws(SystemError) in
            if Glibc.ftruncate(file, length) != 0 { throw SystemError.last }
        },
        sync: { (file) throws(SystemError) in
            if Glibc.fdatasync(file) != 0 { throw SystemError.last }
        })

    /// Those of this task.
    @TaskLocal package static var current = FileCalls.system

    /// Carries out `body` with these calls.
    package func use<Value>(_ body: () throws(SystemError) -> Value) throws(SystemError) -> Value {
        try Self.$current.withValue(self) { Result { () throws(SystemError) in try body() } }.get()
    }

    /// Writes all of `bytes`, going on after a short write or a signal.
    package func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            do throws(SystemError) {
                let count = try write(file, rest)
                // A file system that takes nothing and says nothing would be asked for ever.
                guard count > 0 else { throw SystemError(EIO) }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } catch {
                if error.code != EINTR { throw error }
            }
        }
    }

    /// Writes all of `bytes`, going on after a short write or a signal.
    package func writeAll(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try writeAll(bytes, to: file) }
        }
        try result.get()
    }

    /// Writes `bytes` at a place of a file that is otherwise only appended to.
    ///
    /// For bytes that are there already and may not have reached the disk: Linux reports a write-back error once and takes
    /// the pages for clean then (P. Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so
    /// that only bytes that were written again are synced. What stands in the file stays the same all the while.
    package func writeAgain(_ bytes: [UInt8], at offset: Int, of file: Int32) throws(SystemError) {
        let flags = fcntl(file, F_GETFL)
        guard flags >= 0, fcntl(file, F_SETFL, flags & ~O_APPEND) == 0 else { throw SystemError.last }
        defer { _ = fcntl(file, F_SETFL, flags) }
        guard lseek(file, offset, SEEK_SET) == offset else { throw SystemError.last }
        try writeAll(bytes, to: file)
    }
}
