import ClinicalText
import Glibc
import Storage

/// A file of `cache/` that says again, in a form that is quick to read, what other files hold.
///
/// Its content is believed only if its digest is right, only as long as the files that it is about are as they were
/// (``FileFingerprint``), and only if nobody but the user can have written it. Everything else is as if it were not there.
enum IndexFile {
    /// The version is part of it: an index of another version is none.
    private static let magic = Array("chartmark index 1\n".utf8)
    private static let digestLength = 64

    /// Entries for which room is made before they are read: a number in a file is no reason to take all the memory there is.
    static let reservedEntries = 100_000

    /// The file of an index.
    ///
    /// In a project that is shared each user has their own, since nobody believes another's.
    static func path(_ name: String, in project: Project) -> String {
        "\(project.cacheFolder)/\(name)\(project.isShared ? ".\(geteuid())" : "").index"
    }

    /// Reads an index.
    ///
    /// - Parameter body: reads what was written; `nil` for what is not understood.
    static func read<Value>(_ path: String, _ body: (inout ByteReader) -> Value?) -> Value? {
        guard let bytes = try? ownBytes(of: path), bytes.count >= magic.count + digestLength, bytes.starts(with: magic)
        else { return nil }
        return bytes.withUnsafeBytes { all in
            let payload = UnsafeRawBufferPointer(rebasing: all[(magic.count + digestLength)...])
            let stated = all[magic.count..<(magic.count + digestLength)]
            guard stated.elementsEqual(TextDigest(of: payload).hex.utf8) else { return nil }
            var reader = ByteReader(payload)
            guard let value = body(&reader), reader.isAtEnd else { return nil }
            return value
        }
    }

    /// The bytes of a file that is the user's own, and that nobody else may write.
    private static func ownBytes(of path: String) throws(SystemError) -> [UInt8]? {
        let (folder, name) = try Folder.of(path, followsLink: false)
        let file = try folder.read(name)
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else { return nil }
        return try PrivateFile.read(file)
    }

    /// Writes an index in the place of an old one; where that cannot be done there is none.
    static func write(_ payload: ByteWriter, to path: String) {
        let digest = Array(TextDigest(of: payload.bytes).hex.utf8)
        do {
            try PrivateFile.replace(path, with: magic + digest + payload.bytes, followsLink: false)
        } catch {
            guard let (folder, name) = try? Folder.of(path, followsLink: false), let old = folder.status(name) else {
                return
            }
            folder.remove(name, if: FileIdentity(old))
        }
    }
}
