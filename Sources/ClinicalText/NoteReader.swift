import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Reads notes from folders of `.txt`, single files, JSON Lines, and standard input.
public enum NoteReader {
    /// The path that stands for standard input.
    public static let standardInput = "-"

    /// Reads every note of `paths`, in order.
    ///
    /// A folder is walked recursively for `.txt`, in order of path, hidden files left out; a note is named by its relative
    /// path without `.txt`. A file that ends in `.jsonl` holds a record `{"id","text",…}` a line; standard input likewise.
    ///
    /// - Parameter acceptsEmptyRecords: whether a record's text may be empty: a model has an answer to it, an annotator none.
    /// - Throws: ``BadInput`` naming the file, and line or byte: unreadable, empty, not UTF-8, or a name given twice.
    public static func read(_ paths: [String], acceptsEmptyRecords: Bool = false) throws(BadInput) -> [Note] {
        var notes: [Note] = []
        var places: [String: SourceLocation] = [:]
        for path in paths {
            for note in try readOne(path, acceptsEmptyRecords) {
                let place = note.location ?? SourceLocation(path)
                if let first = places[note.id] { throw givenTwice(note.id, at: place, first: first) }
                places[note.id] = place
                notes.append(note)
            }
        }
        return notes
    }

    static func givenTwice(_ id: String, at place: SourceLocation, first: SourceLocation) -> BadInput {
        BadInput(place, "the id '\(id)' was already given to the note of \(first); ids must be unique")
    }

    /// Reads all bytes of a file, or of standard input for `-`.
    ///
    /// - Throws: ``BadInput`` if there is no such file or it cannot be read.
    public static func bytes(of path: String) throws(BadInput) -> [UInt8] {
        if path == standardInput { return readStandardInput() }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw BadInput(SourceLocation(path), "no such file")
        }
        if isFolder { throw BadInput(SourceLocation(path), "is a folder, not a file") }
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw BadInput(SourceLocation(path), "cannot be read; check its permissions")
        }
    }

    private static func readOne(_ path: String, _ acceptsEmptyRecords: Bool) throws(BadInput) -> [Note] {
        var isFolder = false
        if path != standardInput, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
            return try readFolder(path)
        }
        let bytes = try bytes(of: path)
        if path == standardInput || path.hasSuffix(".jsonl") {
            return try records(
                bytes, file: path == standardInput ? "standard input" : path, acceptsEmpty: acceptsEmptyRecords)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return [try note(bytes, id: withoutTextSuffix(name), file: path)]
    }

    private static func readFolder(_ folder: String) throws(BadInput) -> [Note] {
        var result: [Note] = []
        for name in try textFiles(in: folder) {
            let file = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            result.append(try textNote(id: withoutTextSuffix(name), file: file))
        }
        return result
    }

    /// The text files of a folder and of those in it, hidden ones left out, in order of path.
    ///
    /// - Throws: ``BadInput`` if the folder cannot be read, or has none.
    package static func textFiles(in folder: String) throws(BadInput) -> [String] {
        guard let walk = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
            throw BadInput(SourceLocation(folder), "the folder cannot be read; check its permissions")
        }
        let names = walk.filter { name in
            name.hasSuffix(".txt") && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
        guard !names.isEmpty else { throw BadInput(SourceLocation(folder), "no .txt files in this folder") }
        return names
    }

    /// Reads the note of a text file.
    ///
    /// - Throws: ``BadInput`` for a file that cannot be read, is empty or not UTF-8.
    package static func textNote(id: String, file: String) throws(BadInput) -> Note {
        try note(bytes(of: file), id: id, file: file)
    }

    private static func note(_ bytes: [UInt8], id: String, file: String) throws(BadInput) -> Note {
        guard !bytes.isEmpty else { throw BadInput(SourceLocation(file), "the note is empty") }
        do {
            return Note(id: id, text: try NoteText(bytes: bytes), location: SourceLocation(file))
        } catch {
            throw BadInput(SourceLocation(file, byte: error.offset.value), error.description)
        }
    }

    private static func records(
        _ bytes: [UInt8], file: String, acceptsEmpty: Bool
    ) throws(BadInput) -> [Note] {
        var notes: [Note] = []
        for (line, value) in try JSONLines.values(bytes, file: file) {
            notes.append(try note(value, at: SourceLocation(file, line: line), acceptsEmpty: acceptsEmpty))
        }
        return notes
    }

    static func note(
        _ value: JSONValue, at location: SourceLocation, acceptsEmpty: Bool
    ) throws(BadInput) -> Note {
        guard var fields = value.objectValue else { throw BadInput(location, "a record must be a JSON object") }
        guard let text = fields.removeValue(forKey: "text")?.stringValue else {
            throw BadInput(location, "the record has no string 'text'")
        }
        guard acceptsEmpty || !text.isEmpty else { throw BadInput(location, "the note is empty") }
        return Note(
            id: try id(fields.removeValue(forKey: "id"), location), text: NoteText(text), fields: fields,
            location: location)
    }

    private static func id(_ value: JSONValue?, _ location: SourceLocation) throws(BadInput) -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let id) where !id.isEmpty: return id
        case .integer(let id): return String(id)
        case .number(let id): return String(id)
        default: throw BadInput(location, "'id' must be a string that is not empty, or a number")
        }
    }

    static func withoutTextSuffix(_ name: String) -> String {
        name.hasSuffix(".txt") ? String(name.dropLast(4)) : name
    }

    private static func readStandardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        // 64 KiB is what a Linux pipe holds: one read empties it.
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
