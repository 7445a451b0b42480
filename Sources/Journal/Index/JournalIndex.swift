import Annotation
import ClinicalText
import Glibc

/// Where in a journal each note's events stand, and what they come to: so that a session reads the events of the notes it
/// opens, and not all of them.
///
/// Kept as `cache/journal-<annotator>.index`. It holds as long as the journal is, to the last event, the file it was made
/// from.
public struct JournalIndex: Sendable {
    /// A note that the annotator decided on.
    public struct Entry: Sendable {
        /// Whether it is finished.
        public var status: Document.Status
        /// Spans that stand, and suggestions that were rejected.
        public var decisions: Int
        /// Whether anything was decided that was not undone.
        public var hasDecisions: Bool
        /// The digest that all its events name; `nil` where they name several.
        var digest: RawDigest?
        var runs: [Run]
    }

    /// Lines of one note that stand together.
    struct Run: Sendable {
        var bytes: Range<Int>
        /// The first one's number, counted from 1.
        var line: Int
    }

    /// The notes by id.
    public internal(set) var entries: [String: Entry] = [:]
    /// The state of the journal that it is about; `nil` for one without a file.
    var mark: JournalMark?
    /// What the entries were made from, if that was just done and is little: so that it need not be done again.
    private var folded: [String: Document] = [:]

    /// Up to so many events are kept folded, which takes some 30 MB.
    private static let foldedEvents = 50_000

    /// Indexes a journal that was read whole; without a torn end its last line is the file's last.
    init(_ contents: JournalContents, mark: JournalMark?) {
        self.mark = mark
        let places = Dictionary(grouping: contents.lines.indices) { contents.lines[$0].note }
        for (note, places) in places {
            let document = Document(
                note: note, text: NoteText(""), events: places.map { contents.lines[$0].recorded })
            if contents.lines.count <= Self.foldedEvents { folded[note] = document }
            var entry = Entry(document, digests: Set(places.map { contents.lines[$0].digest }))
            for place in places { entry.add(contents.places[place], line: contents.lineNumbers[place]) }
            entries[note] = entry
        }
    }

    private init(mark: JournalMark) { self.mark = mark }

    /// The events of a note.
    ///
    /// - Parameters:
    ///   - note: the note.
    ///   - path: the journal's file.
    /// - Throws: ``BadInput`` with `file:line` if the journal is not what it was, or the note changed since.
    public func document(of note: Note, in path: String) throws(BadInput) -> Document {
        if let known = folded[note.id], entries[note.id]?.digest == RawDigest(note.digest) {
            return Document(known, on: note.text)
        }
        var events: [RecordedEvent] = []
        for (line, number) in try lines(of: note.id, in: path) {
            guard line.digest == note.digest else { throw ProjectState.changed(note, path: path, line: number) }
            events.append(line.recorded)
        }
        return Document(note: note.id, text: note.text, events: events)
    }

    /// The lines of a note with their numbers: those that the index names if they are of this note, else what the journal
    /// says when it is read whole.
    private func lines(of note: String, in path: String) throws(BadInput) -> [(JournalLine, Int)] {
        let runs = entries[note]?.runs ?? []
        if let lines = try? Self.lines(runs, path), lines.allSatisfy({ $0.0.note == note }) { return lines }
        let contents = try JournalReader.read(path)
        return zip(contents.lines, contents.lineNumbers).filter { $0.0.note == note }
    }

    private static func lines(_ runs: [Run], _ path: String) throws(BadInput) -> [(JournalLine, Int)] {
        var lines: [(JournalLine, Int)] = []
        for run in runs {
            let contents = try JournalReader.parse(
                try FileStretch.read(path, run.bytes, isOfProject: true), file: path, firstLine: run.line,
                isStretch: true)
            guard contents.torn == nil else {
                throw BadInput(SourceLocation(path, line: run.line), "the journal is not as it was")
            }
            lines += zip(contents.lines, contents.lineNumbers)
        }
        return lines
    }

    /// Whether a note's events were decided on this text.
    public func fits(_ entry: NoteCatalog.Entry) -> Bool {
        guard let known = entries[entry.id] else { return true }
        return known.digest == entry.digest
    }
}

extension JournalIndex.Entry {
    /// What the events of a note come to, and the digests that they name.
    init(_ document: Document, digests: Set<TextDigest>) {
        self.init(
            status: document.status, decisions: document.spans.count + document.rejected.count,
            hasDecisions: document.hasDecisions, digest: digests.count == 1 ? digests.first.map { RawDigest($0) } : nil,
            runs: [])
    }

    /// Adds a line behind those that are there.
    mutating func add(_ bytes: Range<Int>, line: Int) {
        if let last = runs.last, last.bytes.upperBound == bytes.lowerBound {
            runs[runs.count - 1].bytes = last.bytes.lowerBound..<bytes.upperBound
        } else {
            runs.append(JournalIndex.Run(bytes: bytes, line: line))
        }
    }
}

extension JournalIndex {
    /// Reads the index that a project has of an annotator's journal, whether or not it still holds.
    public static func read(of annotator: String, in project: Project) -> JournalIndex? {
        IndexFile.read(project.indexFile(of: annotator)) { reader in
            guard let mark = JournalMark(from: &reader), let count = reader.count() else { return nil }
            var index = JournalIndex(mark: mark)
            index.entries.reserveCapacity(min(count, IndexFile.reservedEntries))
            for _ in 0..<count {
                guard let id = reader.string(), let entry = Entry(from: &reader, mark),
                    index.entries.updateValue(entry, forKey: id) == nil
                else { return nil }
            }
            return index.isWhole ? index : nil
        }
    }

    /// The index of an annotator's journal as it is now: the project's where it holds, else made by reading the journal.
    ///
    /// - Returns: `nil` where there is no journal, or where opening it has something to say or to mend.
    public static func current(of annotator: String, in project: Project) -> JournalIndex? {
        let path = project.journalFile(of: annotator)
        if let kept = read(of: annotator, in: project), kept.mark?.holds(of: path) ?? false { return kept }
        // Looked at before it is read, so that what is written meanwhile makes the index stale.
        guard let file = FileFingerprint(of: path), let contents = try? JournalReader.read(path), contents.torn == nil,
            !contents.isNewer
        else { return nil }
        return JournalIndex(contents, mark: JournalMark(contents, file))
    }

    /// Keeps the index with the project, brought up to the journal's present end; called when the journal is closed.
    ///
    /// Only what was appended since is read. Where the journal has a torn end or changes meanwhile, nothing is kept.
    public func keep(of annotator: String, in project: Project) {
        let path = project.journalFile(of: annotator)
        guard let old = mark, let now = FileFingerprint(of: path), now.inode == old.file.inode,
            now.size >= old.file.size,
            let bytes = try? FileStretch.read(path, old.file.size..<now.size, isOfProject: true),
            let added = try? JournalReader.parse(bytes, file: path, firstLine: old.lines + 1), added.torn == nil,
            !added.isNewer
        else { return }
        var new = self
        for (place, line) in added.lines.enumerated() {
            let bytes = added.places[place]
            let moved = (bytes.lowerBound + old.file.size)..<(bytes.upperBound + old.file.size)
            var entry =
                new.entries[line.note]
                ?? Entry(status: .pending, decisions: 0, hasDecisions: false, digest: RawDigest(line.digest), runs: [])
            entry.add(moved, line: added.lineNumbers[place])
            new.entries[line.note] = entry
        }
        for id in Set(added.lines.map(\.note)) {
            guard let runs = new.entries[id]?.runs, let lines = try? Self.lines(runs, path) else { return }
            let document = Document(note: id, text: NoteText(""), events: lines.map(\.0.recorded))
            new.entries[id] = Entry(document, digests: Set(lines.map(\.0.digest)))
            new.entries[id]?.runs = runs
        }
        let lines = added.lineNumbers.last ?? old.lines
        new.mark = JournalMark(file: now, lines: lines, lastSeq: added.lines.last?.seq ?? old.lastSeq)
        // What was read is what is there.
        guard FileFingerprint(of: path) == now else { return }
        new.write(to: project.indexFile(of: annotator))
    }

    /// Whether the runs are the whole journal, each line once: otherwise it holds decisions that nobody would see.
    private var isWhole: Bool {
        guard let mark else { return false }
        var end = 0
        for bytes in entries.values.flatMap({ $0.runs.map(\.bytes) }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard bytes.lowerBound == end, !bytes.isEmpty else { return false }
            end = bytes.upperBound
        }
        return end == mark.file.size
    }

    private func write(to path: String) {
        guard let mark, isWhole else { return }
        var writer = ByteWriter()
        mark.write(to: &writer)
        writer.add(entries.count)
        for (id, entry) in entries {
            writer.add(id)
            entry.write(to: &writer)
        }
        IndexFile.write(writer, to: path)
    }
}

extension JournalIndex.Entry {
    private static let statuses: [Document.Status] = [.pending, .completed, .skipped]

    init?(from reader: inout ByteReader, _ mark: JournalMark) {
        guard let status = reader.number(), Self.statuses.indices.contains(status), let decisions = reader.number(),
            (0...mark.lines).contains(decisions), let hasDecisions = reader.number(), let hasDigest = reader.number()
        else { return nil }
        self.status = Self.statuses[status]
        self.decisions = decisions
        self.hasDecisions = hasDecisions == 1
        digest = nil
        if hasDigest == 1 {
            guard let known = RawDigest(from: &reader) else { return nil }
            digest = known
        }
        guard let count = reader.count() else { return nil }
        runs = []
        for _ in 0..<count {
            guard let start = reader.number(), let length = reader.number(), let line = reader.number(),
                (0...mark.file.size).contains(start), (0...mark.file.size - start).contains(length),
                1 <= line, line <= mark.lines
            else { return nil }
            runs.append(JournalIndex.Run(bytes: start..<(start + length), line: line))
        }
    }

    func write(to writer: inout ByteWriter) {
        writer.add(Self.statuses.firstIndex(of: status) ?? 0)
        writer.add(decisions)
        writer.add(hasDecisions ? 1 : 0)
        writer.add(digest == nil ? 0 : 1)
        digest?.write(to: &writer)
        writer.add(runs.count)
        for run in runs {
            writer.add(run.bytes.lowerBound)
            writer.add(run.bytes.count)
            writer.add(run.line)
        }
    }
}
