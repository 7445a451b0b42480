import Glibc

/// An open folder, through which its files are reached: what is put in the place of its path later changes nothing.
///
/// No link in it is followed. Who shares a folder could otherwise let others write to their own files.
package final class Folder: Sendable {
    /// Where it was found.
    package let path: String
    private let descriptor: Int32
    /// The group that the folder is shared with; `nil` for one of its owner alone.
    private let group: gid_t?

    /// Opens a folder.
    ///
    /// - Parameter followsLink: whether the path may be a link: only where the person gave it.
    package init(_ path: String, followsLink: Bool = true) throws(SystemError) {
        self.path = path
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else {
            let error = SystemError.last
            throw Self.isLink(path) && !followsLink ? Self.linked(path) : error
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = SystemError.last
            Glibc.close(descriptor)
            throw error
        }
        group = status.st_mode & S_ISGID != 0 ? status.st_gid : nil
    }

    deinit { Glibc.close(descriptor) }

    /// Opens the folder of a file.
    ///
    /// - Returns: the folder, and the file's name in it.
    package static func of(_ path: String, followsLink: Bool = true) throws(SystemError) -> (Folder, String) {
        guard let name = path.split(separator: "/").last else { throw SystemError(EISDIR) }
        return (try Folder(FilePath.parent(of: path), followsLink: followsLink), String(name))
    }

    /// Opens a file to be read; it must be a regular one.
    package func read(_ name: String) throws(SystemError) -> Int32 {
        let file = try open(name, O_RDONLY)
        do {
            try check(file, name, isChanged: false)
        } catch {
            Glibc.close(file)
            throw error
        }
        return file
    }

    /// Opens a file to be changed: a regular one with this name only, the user's own or, in a folder shared with a group,
    /// the group's.
    ///
    /// - Parameters:
    ///   - flags: as of `open(2)`.
    ///   - mode: the permissions of a new one, whatever the umask says.
    package func change(_ name: String, _ flags: Int32, mode: mode_t) throws(SystemError) -> (file: Int32, isNew: Bool)
    {
        while true {
            do {
                return (try make(name, flags, mode: mode), true)
            } catch {
                guard error.code == EEXIST else { throw error }
            }
            do {
                return (try change(name, flags), false)
            } catch {
                // Who had it has removed it meanwhile, as locks are when they are given free.
                guard error.code == ENOENT else { throw error }
            }
        }
    }

    /// Makes a file, where there is none yet.
    ///
    /// - Throws: ``SystemError`` with `EEXIST` for a name that anything has.
    package func make(_ name: String, _ flags: Int32, mode: mode_t) throws(SystemError) -> Int32 {
        let file = try open(name, flags | O_CREAT | O_EXCL, mode)
        fchmod(file, mode)
        return file
    }

    /// Opens a file that is there to be changed, as ``change(_:_:mode:)`` does.
    package func change(_ name: String, _ flags: Int32) throws(SystemError) -> Int32 {
        let file = try open(name, flags)
        do {
            try check(file, name, isChanged: true)
        } catch {
            Glibc.close(file)
            throw error
        }
        return file
    }

    private func open(_ name: String, _ flags: Int32, _ mode: mode_t = 0) throws(SystemError) -> Int32 {
        do {
            // O_NONBLOCK: a pipe would hold the program up before it can be seen that it is one.
            return try FileCalls.current.open(
                descriptor, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode)
        } catch {
            throw error.code == ELOOP ? Self.linked("\(path)/\(name)") : error
        }
    }

    private func check(_ file: Int32, _ name: String, isChanged: Bool) throws(SystemError) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError.last }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(EINVAL, "it is not a regular file; move it away")
        }
        guard isChanged else { return }
        guard status.st_nlink <= 1 else {
            throw SystemError(EMLINK, "the file has another name elsewhere, too; put a copy in its place")
        }
        guard isOwn(status) || geteuid() == 0 else { throw Self.foreign }
    }

    /// Whether a file is the user's own or, in a folder shared with a group, the group's; nobody else's is ever replaced.
    package func isOwn(_ name: String) -> Bool { status(name).map(isOwn) ?? false }

    private func isOwn(_ status: stat) -> Bool {
        status.st_uid == geteuid() || (group != nil && status.st_gid == group)
    }

    /// What is said of a file that is another user's.
    package static let foreign = SystemError(
        EPERM, "the file belongs to another user; move it away or take another name")

    /// What has a name in the folder; `nil` for nothing.
    package func status(_ name: String) -> stat? {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// Gives a file another name, in place of the file that has it.
    package func rename(_ old: String, to new: String) throws(SystemError) {
        try FileCalls.current.rename(descriptor, old, new)
    }

    /// Gives a file another name, which no file may have.
    ///
    /// - Throws: ``SystemError`` with `EEXIST` for one that has.
    package func renameExclusively(_ old: String, to new: String) throws(SystemError) {
        if linkat(descriptor, old, descriptor, new, 0) == 0 {
            unlinkat(descriptor, old, 0)
            return
        }
        let error = SystemError.last
        // File systems without hard links: the name is taken first.
        guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.code) else { throw error }
        Glibc.close(try open(new, O_WRONLY | O_CREAT | O_EXCL, 0o600))
        try rename(old, to: new)
    }

    /// Removes a file, if it is the one that is known.
    package func remove(_ name: String, if identity: FileIdentity) {
        guard let status = status(name), FileIdentity(status) == identity else { return }
        unlinkat(descriptor, name, 0)
    }

    /// The names in the folder.
    package var names: [String] {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return [] }
        guard let entries = fdopendir(copy) else {
            Glibc.close(copy)
            return []
        }
        defer { closedir(entries) }
        rewinddir(entries)
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes the names in the folder survive a power cut; some file systems cannot, and their files are whole anyway.
    package func sync() { fsync(descriptor) }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func linked(_ path: String) -> SystemError {
        SystemError(ELOOP, "\(path) is a link, which is not followed in a project; put the thing itself there")
    }
}
