import FoundationEssentials
import Glibc
import Storage

/// A folder of a test's own, gone with it.
final class ScratchFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: file(name)))
        chmod(file(name), mode)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: file(name))), as: UTF8.self)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: target)
    }

    /// The rights of a file itself, as `0o600`; 0 for none.
    func mode(_ name: String) -> mode_t { status(name).map { $0.st_mode & 0o7777 } ?? 0 }

    func status(_ name: String) -> stat? {
        var status = stat()
        return lstat(file(name), &status) == 0 ? status : nil
    }

    /// Whether the name leads to a file of this kind, as `S_IFLNK`.
    func isKind(_ kind: mode_t, _ name: String) -> Bool { (status(name)?.st_mode ?? 0) & S_IFMT == kind }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
