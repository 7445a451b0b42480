import Glibc

/// A system call that failed, in the system's words, or a file that is not what it must be.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    package let code: Int32
    /// What stands in place of the system's words; `nil` for those.
    private let reason: String?

    /// Names the error of this number.
    ///
    /// - Parameter reason: what is wrong and what to do, where the system's words would not say it.
    package init(_ code: Int32, _ reason: String? = nil) {
        self.code = code
        self.reason = reason
    }

    /// The error of the call that has just failed on this thread.
    package static var last: SystemError { SystemError(errno) }

    /// As `No space left on device`.
    package var description: String { reason ?? String(cString: strerror(code)) }
}
