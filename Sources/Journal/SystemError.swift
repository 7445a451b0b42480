import Glibc

/// A system call that failed, in the system's words.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    public let code: Int32

    /// Names the error of this number.
    public init(_ code: Int32) { self.code = code }

    /// The error of the call that has just failed on this thread.
    static var last: SystemError { SystemError(errno) }

    /// As `No space left on device`.
    public var description: String { String(cString: strerror(code)) }
}

/// The calls of a journal that may fail when a disk is full or goes away; tests put failing ones in their place.
package struct FileCalls: Sendable {
    /// Writes the bytes, or the first of them, and says how many.
    package var write: @Sendable (Int32, ArraySlice<UInt8>) throws(SystemError) -> Int
    /// Cuts the file to so many bytes.
    package var truncate: @Sendable (Int32, Int) throws(SystemError) -> Void
    /// Returns when the file's bytes are on the disk.
    package var sync: @Sendable (Int32) throws(SystemError) -> Void

    /// Gives each call.
    package init(
        write: @escaping @Sendable (Int32, ArraySlice<UInt8>) throws(SystemError) -> Int,
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
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 { throw SystemError.last }
            return count
        },
        truncate: { (file, length) throws(SystemError) in
            if Glibc.ftruncate(file, length) != 0 { throw SystemError.last }
        },
        sync: { (file) throws(SystemError) in
            if Glibc.fdatasync(file) != 0 { throw SystemError.last }
        })

    /// Writes all of `bytes`, going on after a short write or a signal.
    func writeAll(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            do {
                done += try write(file, bytes[done...])
            } catch {
                if error.code != EINTR { throw error }
            }
        }
    }
}
