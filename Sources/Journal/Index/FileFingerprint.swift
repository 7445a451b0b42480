import Glibc

/// What changes when a file does: its place on the disk, its length, and when its content and its entry were last changed.
///
/// The time of the entry's change (`ctime`) cannot be set back by a program, unlike the content's.
struct FileFingerprint: Hashable, Sendable {
    let inode: UInt64
    let size: Int
    let modified: Int
    let changed: Int

    init(_ status: stat) {
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    /// Looks at the file at `path`; `nil` if there is none.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at an open file.
    init?(of file: Int32) {
        var status = stat()
        guard fstat(file, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(from reader: inout ByteReader) {
        guard let inode = reader.unsigned(), let size = reader.number(), let modified = reader.number(),
            let changed = reader.number()
        else { return nil }
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    func write(to writer: inout ByteWriter) {
        writer.add(inode)
        writer.add(size)
        writer.add(modified)
        writer.add(changed)
    }

    private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
}
