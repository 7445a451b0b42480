import ClinicalText
import Glibc
import Storage

/// Which notes there are and where each is read from, so that a session opens with one note in memory and not with all.
///
/// Kept as `cache/notes.index`. It holds as long as every file it was made from is as it was; otherwise the notes are read
/// and checked again. A note is checked against its digest each time it is opened.
public struct NoteCatalog: Sendable {
    /// A note that can be opened.
    public struct Entry: Sendable {
        /// The note's id.
        public let id: String
        let digest: RawDigest
        /// Which of the paths it comes from.
        let source: Int
        /// Its line in a file of records, counted from 1; 0 for a text file.
        let line: Int
        /// Its bytes in a file of records.
        let bytes: Range<Int>
    }

    /// The notes, in the order of ``NoteReader/read(_:acceptsEmptyRecords:)``.
    public private(set) var entries: [Entry]
    let paths: [String]
    /// Whether the index held, and nothing was read but it.
    package let isFromIndex: Bool

    /// Finds the notes of `paths`: from the index where it holds, else by reading them, which makes a new index.
    ///
    /// - Parameters:
    ///   - paths: folders, `.txt` and `.jsonl` files.
    ///   - project: whose cache has the index; where its folder is not there yet, none is written.
    ///   - onProgress: told the share that is read, 0 to 1, every thousand notes: some tens of milliseconds.
    /// - Throws: ``BadInput`` as ``NoteReader/read(_:acceptsEmptyRecords:)`` does.
    public init(
        _ paths: [String], of project: Project, onProgress: (Double) -> Void = { _ in }
    ) throws(BadInput) {
        let file = IndexFile.path("notes", in: project)
        // Looked at before anything is read, so that what changes meanwhile makes the index stale.
        let sources = paths.map { NoteSource($0) }
        if let known = Self.read(file, sources) {
            entries = known
            self.paths = paths
            isFromIndex = true
            return
        }
        entries = try Self.scan(paths, onProgress)
        isFromIndex = false
        self.paths = paths
        if PrivateFile.isFolder(project.cacheFolder) { write(file, sources) }
    }

    /// Brings the notes into a random order.
    public mutating func shuffle() { entries.shuffle() }

    /// Leaves the notes at these positions, in this order.
    public mutating func select(_ positions: [Int]) { entries = positions.map { entries[$0] } }

    /// Reads a note.
    ///
    /// - Throws: ``BadInput`` if it cannot be read or is no longer what it was when the session began.
    public func note(at index: Int) throws(BadInput) -> Note {
        let entry = entries[index]
        let path = paths[entry.source]
        let note: Note
        if entry.line > 0 {
            let bytes = try FileStretch.read(path, entry.bytes, isOfProject: false)
            note = try NoteReader.record(bytes, at: SourceLocation(path, line: entry.line))
        } else {
            let isFolder = PrivateFile.isFolder(path)
            let file = isFolder ? (path.hasSuffix("/") ? path : path + "/") + entry.id + ".txt" : path
            note = try NoteReader.textNote(id: entry.id, file: file)
        }
        guard note.id == entry.id, RawDigest(note.digest) == entry.digest else {
            throw BadInput(
                note.location ?? SourceLocation(path),
                "the note '\(entry.id)' changed while the project was open; leave and open it again")
        }
        return note
    }

    private static let notesAReport = 1_000

    private static func scan(_ paths: [String], _ onProgress: (Double) -> Void) throws(BadInput) -> [Entry] {
        var entries: [Entry] = []
        for (source, path) in paths.enumerated() {
            try NoteReader.forEachNote(of: path) { note, bytes, share in
                if entries.count % notesAReport == notesAReport - 1 {
                    onProgress((Double(source) + share) / Double(paths.count))
                }
                let line = note.location?.line ?? 0
                entries.append(
                    Entry(id: note.id, digest: RawDigest(note.digest), source: source, line: line, bytes: bytes))
            }
        }
        try NoteReader.checkUnique(entries.map(\.id)) { index in
            let entry = entries[index]
            return entry.line > 0
                ? SourceLocation(paths[entry.source], line: entry.line) : SourceLocation(paths[entry.source])
        }
        return entries
    }

    private static func read(_ file: String, _ sources: [NoteSource]) -> [Entry]? {
        IndexFile.read(file) { reader in
            guard reader.count() == sources.count else { return nil }
            for source in sources {
                guard source.isThere, NoteSource(from: &reader) == source else { return nil }
            }
            guard let count = reader.count() else { return nil }
            var entries: [Entry] = []
            entries.reserveCapacity(min(count, IndexFile.reservedEntries))
            for _ in 0..<count {
                guard let id = reader.string(), let digest = RawDigest(from: &reader), let source = reader.number(),
                    sources.indices.contains(source), let line = reader.number(), let start = reader.number(),
                    let length = reader.number(), line >= 0, start >= 0, length >= 0,
                    start <= sources[source].size, length <= sources[source].size - start
                else { return nil }
                let bytes = start..<(start + length)
                entries.append(Entry(id: id, digest: digest, source: source, line: line, bytes: bytes))
            }
            return entries
        }
    }

    private func write(_ file: String, _ sources: [NoteSource]) {
        var writer = ByteWriter()
        writer.add(sources.count)
        for source in sources { source.write(to: &writer) }
        writer.add(entries.count)
        for entry in entries {
            writer.add(entry.id)
            entry.digest.write(to: &writer)
            writer.add(entry.source)
            writer.add(entry.line)
            writer.add(entry.bytes.lowerBound)
            writer.add(entry.bytes.count)
        }
        IndexFile.write(writer, to: file)
    }
}
