import ClinicalText
import FoundationEssentials

/// What is to be read: a file, a folder of files, or either in memory.
public struct Input {
    private enum Place {
        case file(String)
        case folder(String)
        case memory([String: [UInt8]])
    }

    /// What it is called in errors.
    public let name: String
    private let place: Place

    /// A file, a folder, or `-` for standard input.
    ///
    /// - Throws: ``BadInput`` if there is no such thing.
    public init(path: String) throws(BadInput) {
        name = path == NoteReader.standardInput ? "standard input" : path
        var isFolder = false
        if path != NoteReader.standardInput, !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            throw BadInput(SourceLocation(path), "no such file or folder")
        }
        place = isFolder ? .folder(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path) : .file(path)
    }

    /// Files by their path; one whose path is empty is a single file.
    public init(_ files: [String: [UInt8]], name: String) {
        self.name = name
        place = .memory(files)
    }

    /// Whether it is a folder.
    public var isFolder: Bool {
        switch place {
        case .file: false
        case .folder: true
        case .memory(let files): files[""] == nil
        }
    }

    /// The single file.
    ///
    /// - Throws: ``BadInput`` if it cannot be opened.
    public func open() throws(BadInput) -> ByteSource {
        switch place {
        case .file(let path): return try ByteSource(path: path)
        case .folder: throw BadInput(SourceLocation(name), "is a folder, not a file")
        case .memory(let files): return ByteSource(files[""] ?? [], name: name)
        }
    }

    /// The paths of the files in the folder, hidden ones left out, in alphabetical order.
    ///
    /// - Throws: ``BadInput`` if it cannot be read.
    func files(_ endings: String...) throws(BadInput) -> [String] {
        let all: [String]
        switch place {
        case .file: return []
        case .memory(let files): all = Array(files.keys)
        case .folder(let path):
            guard let walk = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
                throw BadInput(SourceLocation(path), "the folder cannot be read; check its permissions")
            }
            all = walk
        }
        return all.filter { file in
            endings.contains { file.hasSuffix($0) } && !file.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What a file of the folder is called in errors.
    func location(_ file: String) -> String { file.isEmpty ? name : "\(name)/\(file)" }

    /// A file of the folder, to be read a piece at a time; `nil` if it has none of this name.
    ///
    /// - Throws: ``BadInput`` if it cannot be opened.
    func open(_ file: String) throws(BadInput) -> ByteSource? {
        switch place {
        case .file: return file.isEmpty ? try open() : nil
        case .memory(let files): return files[file].map { ByteSource($0, name: location(file)) }
        case .folder(let path):
            guard FileManager.default.fileExists(atPath: "\(path)/\(file)") else { return nil }
            return try ByteSource(path: "\(path)/\(file)")
        }
    }

    /// The bytes of a file of the folder; `nil` if it has none of this name.
    ///
    /// - Throws: ``BadInput`` if it cannot be read.
    func bytes(_ file: String) throws(BadInput) -> [UInt8]? {
        try open(file)?.rest()
    }

    /// The text of a file of the folder.
    ///
    /// - Throws: ``BadInput`` if it is not there or not UTF-8.
    func text(_ file: String) throws(BadInput) -> NoteText {
        let location = location(file)
        guard let bytes = try bytes(file) else { throw BadInput(SourceLocation(location), "no such file") }
        do {
            return try NoteText(bytes: bytes)
        } catch {
            throw BadInput(SourceLocation(location, byte: error.offset.value), error.description)
        }
    }
}
