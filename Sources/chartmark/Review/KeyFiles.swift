import ClinicalText
import FoundationEssentials
import Journal
import ReviewUI

/// Where the keys of a session come from.
enum KeyFiles {
    /// The standard keys as the project's `keys.toml` and then the person's own change them.
    ///
    /// - Throws: ``BadInput`` with `file:line` for the first binding that cannot be.
    static func registry(of project: Project) throws(BadInput) -> CommandRegistry {
        try registry(
            [project.keysFile, personal].compactMap { $0 }.filter { FileManager.default.fileExists(atPath: $0) })
    }

    /// The standard keys as some files change them, later ones over earlier ones.
    static func registry(_ paths: [String]) throws(BadInput) -> CommandRegistry {
        var files: [KeyFile] = []
        for path in paths {
            let bytes = try NoteReader.bytes(of: path)
            guard let text = try? NoteText(bytes: bytes) else {
                throw BadInput(SourceLocation(path), "cannot be read as UTF-8 text")
            }
            files.append(try KeyFile(text.string, file: path))
        }
        return try CommandRegistry.standard.rebound(by: files)
    }

    /// `chartmark/keys.toml` in the XDG Base Directory Specification's folder of a person's configuration.
    private static var personal: String? {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/chartmark/keys.toml" }
        return environment["HOME"].map { $0 + "/.config/chartmark/keys.toml" }
    }
}
