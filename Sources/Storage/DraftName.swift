import Glibc

/// The names of drafts: what is written beside its place, until it is whole.
///
/// Nobody can guess one and put a file or a link there beforehand. A draft is locked as long as its process lives, whatever
/// number that has; what can be locked by another was left behind.
package enum DraftName {
    private static let ending = ".new"
    private static let digits = 16

    /// A new name for a draft of `name`.
    package static func make(for name: String) -> String {
        let random = String(UInt64.random(in: 0 ... .max), radix: 16)
        return "\(name).\(String(repeating: "0", count: digits - random.count))\(random)\(ending)"
    }

    /// What a draft is of; `nil` for the name of something else.
    package static func target(of name: String) -> String? {
        guard name.hasSuffix(ending) else { return nil }
        let rest = name.dropLast(ending.count)
        let random = rest.suffix(digits)
        guard random.count == digits, random.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
        let target = rest.dropLast(digits)
        return target.last == "." && target.count > 1 ? String(target.dropLast()) : nil
    }

    /// Marks an open draft as that of a living process.
    ///
    /// - Returns: whether it is still there: a process that tidies up may have come first.
    package static func claim(_ draft: Int32) -> Bool {
        // Who has the lock is about to remove it. Where there are no locks nobody tidies up, either.
        if flock(draft, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return false }
        var status = stat()
        return fstat(draft, &status) == 0 && status.st_nlink > 0
    }

    /// Whether an open draft's process has ended; then it is this one's, until it is closed.
    package static func isLeftBehind(_ draft: Int32) -> Bool { flock(draft, LOCK_EX | LOCK_NB) == 0 }
}

extension Folder {
    /// Removes the drafts of files that dead processes left in the folder.
    ///
    /// - Parameter target: what they are drafts of; `nil` for anything, in a folder that has only our files.
    package func removeDrafts(of target: String? = nil) {
        for name in names {
            guard let found = DraftName.target(of: name), target == nil || found == target, isOwn(name),
                let draft = try? change(name, O_RDWR)
            else { continue }
            if DraftName.isLeftBehind(draft), let identity = try? FileIdentity(of: draft) {
                remove(name, if: identity)
            }
            Glibc.close(draft)
        }
    }
}
