import Glibc

/// Files and folders that hold patients' words: nobody but their owner, or a group that was asked for, may read them.
package enum PrivateFile {
    /// Read and written by the owner alone.
    package static let fileMode: mode_t = 0o600
    /// Entered by the owner alone.
    package static let folderMode: mode_t = 0o700
    /// Shared with the group.
    package static let groupFileMode: mode_t = 0o660
    /// Shared with the group, which new files inherit.
    package static let groupFolderMode: mode_t = 0o2770

    /// Whether something is at `path`.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether `path` is a folder.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether `path` is a folder whose files take its group.
    package static func isGroupFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_ISGID != 0
    }

    /// Makes sure that files can be made in a folder.
    package static func checkWritable(_ folder: String) throws(SystemError) {
        guard access(folder, W_OK | X_OK) == 0 else { throw SystemError.last }
    }

    /// Reads a file of a project: a regular one, through no link.
    ///
    /// - Parameter followsLink: whether the path of the file's folder may be a link.
    package static func read(_ path: String, followsLink: Bool = true) throws(SystemError) -> [UInt8] {
        let (folder, name) = try Folder.of(path, followsLink: followsLink)
        let file = try folder.read(name)
        defer { Glibc.close(file) }
        return try read(file)
    }

    /// Reads an open file from its present place to its end.
    package static func read(_ file: Int32) throws(SystemError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError.last }
        var bytes: [UInt8] = []
        // One more, to see the end of a file that has grown in no second call.
        var room = max(Int(status.st_size) + 1, pieceLength)
        while true {
            var failure: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let result = Glibc.read(file, buffer.baseAddress, buffer.count)
                if result < 0 { failure = errno }
                count = max(0, result)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw SystemError(failure) }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            guard !piece.isEmpty else { return bytes }
            room = pieceLength
        }
    }

    private static let pieceLength = 65_536
    private static let newline = UInt8(ascii: "\n")

    /// Writes a whole file so that a reader finds the old one or the new one, never a part: beside it, then renamed.
    ///
    /// - Parameters:
    ///   - path: the file; a link in its place is replaced, and what it leads to stays as it is.
    ///   - bytes: all that it is to hold.
    ///   - mode: who may read and write it.
    ///   - isDurable: whether it must survive a power cut.
    ///   - followsLink: whether the path of the file's folder may be a link.
    /// - Throws: ``SystemError``; the old file is then untouched.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t = fileMode, isDurable: Bool = true, followsLink: Bool = true
    ) throws(SystemError) {
        var draft = try PrivateDraft(path, mode: mode, followsLink: followsLink)
        try draft.append(bytes)
        try draft.commit(isDurable: isDurable)
    }

    /// Writes all of `bytes` to an open file, such as standard output.
    package static func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        try FileCalls.current.writeAll(bytes, to: file)
    }

    /// Adds whole lines at the end of a file and waits until they, and a new file's name, are on the disk.
    ///
    /// What cannot be written whole is taken away again. A line that was cut off before is ended first.
    ///
    /// - Parameter followsLink: whether the path of the file's folder may be a link.
    package static func appendLines(
        _ lines: [UInt8], to path: String, mode: mode_t, followsLink: Bool = true
    ) throws(SystemError) {
        let calls = FileCalls.current
        let (folder, name) = try Folder.of(path, followsLink: followsLink)
        let (file, isNew) = try folder.change(name, O_RDWR | O_APPEND, mode: mode)
        defer { Glibc.close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError.last }
        var last = newline
        if status.st_size > 0 { pread(file, &last, 1, status.st_size - 1) }
        do {
            try calls.writeAll(last == newline ? lines : [newline] + lines, to: file)
        } catch {
            try? calls.truncate(file, status.st_size)
            throw error
        }
        try calls.sync(file)
        if isNew { folder.sync() }
    }
}
