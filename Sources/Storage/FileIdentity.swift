import Glibc

/// Which file it is, whatever its name: two paths with the same identity lead to one file.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Takes what `stat` said.
    package init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Looks at an open file.
    package init(of file: Int32) throws(SystemError) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError.last }
        self.init(status)
    }

    /// Looks at what has a path itself, not at what a link there leads to; `nil` for nothing.
    package init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
