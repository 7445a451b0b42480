import Annotation
import ClinicalText
import FoundationEssentials
import Journal
import Support
import Testing

/// An index of a journal as somebody writes it who knows its form: the digest is right, the rest need not be.
private struct CraftedIndex {
    /// A note's entry.
    struct Entry {
        var id: [UInt8]
        /// Status, decisions, whether anything stands.
        var numbers: [UInt64]
        var digest: [UInt64]
        var runs: [[UInt64]]
    }

    private struct Truncated: Error {}

    private static let magic = Array("chartmark index 1\n".utf8)
    private static let digestLength = 64

    /// Inode, size, times, lines, last number.
    var mark: [UInt64] = []
    var entries: [Entry] = []

    /// Takes an index apart.
    init(_ bytes: [UInt8]) throws {
        var rest = bytes[(Self.magic.count + Self.digestLength)...]
        func byte() throws -> UInt8 {
            guard let byte = rest.popFirst() else { throw Truncated() }
            return byte
        }
        func number() throws -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = try byte()
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        func numbers(_ count: Int) throws -> [UInt64] { try (0..<count).map { _ in try number() } }
        mark = try numbers(6)
        for _ in 0..<(try number()) {
            let id = try (0..<(try number())).map { _ in try byte() }
            let state = try numbers(3)
            let digest = try number() == 1 ? numbers(4) : []
            let runs = try (0..<(try number())).map { _ in try numbers(3) }
            entries.append(Entry(id: id, numbers: state, digest: digest, runs: runs))
        }
        try #require(rest.isEmpty)
    }

    /// The file with these numbers, and the digest of them.
    var bytes: [UInt8] {
        var payload: [UInt8] = []
        func add(_ number: UInt64) {
            var number = number
            while number > 0x7F {
                payload.append(UInt8(truncatingIfNeeded: number) | 0x80)
                number >>= 7
            }
            payload.append(UInt8(number))
        }
        mark.forEach(add)
        add(UInt64(entries.count))
        for entry in entries {
            add(UInt64(entry.id.count))
            payload += entry.id
            entry.numbers.forEach(add)
            add(entry.digest.isEmpty ? 0 : 1)
            entry.digest.forEach(add)
            add(UInt64(entry.runs.count))
            entry.runs.joined().forEach(add)
        }
        return Self.file(payload)
    }

    static func file(_ payload: [UInt8]) -> [UInt8] { magic + Array(TextDigest(of: payload).hex.utf8) + payload }

    static func payload(_ bytes: [UInt8]) -> [UInt8] { Array(bytes[(magic.count + digestLength)...]) }
}

@Suite("An index that somebody crafted") struct CraftedIndexTests {
    let folder: TemporaryFolder
    let project: Project
    private let notes: [Note]

    init() throws {
        folder = try TemporaryFolder()
        project = Project(folder: folder.file("notes.chartmark"))
        try project.create()
        notes = (0..<3).map { Note(id: "n\($0)", text: NoteText("Denies chest pain \($0).")) }
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        for round in 0..<4 {
            for (index, note) in notes.enumerated() {
                let content = SpanContent(TextSpan(round * 2, round * 2 + 2), in: note.text, label: "Sign_symptom")
                try writer.append(
                    [IdentifiedEvent(id: EventID("E\(round)-\(index)"), event: .created(content))],
                    batch: EventID("B\(round)-\(index)"), note: note.id, digest: note.digest, at: 0)
            }
        }
        // A step in all notes: its lines say that they go on in another note's.
        try writer.append(
            notes.map {
                NoteEvents(
                    note: $0.id, digest: $0.digest,
                    events: [IdentifiedEvent(id: EventID("C-\($0.id)"), event: .completed)])
            }, batch: EventID("all"), at: 0)
        writer.close()
        try #require(JournalIndex.current(of: "kim", in: project)).keep(of: "kim", in: project)
    }

    private var path: String { project.journalFile(of: "kim") }
    private var indexFile: String { project.cacheFolder + "/journal-kim.index" }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: indexFile)) }

    /// What a session sees of each note, by the index that is there.
    private func decisions() throws -> [Int] {
        let journal = try Journal.open(path, annotator: "kim", index: JournalIndex.read(of: "kim", in: project))
        defer {
            journal.writer?.close()
            journal.index.keep(of: "kim", in: project)
        }
        return try notes.map { try journal.index.document(of: $0, in: path).spans.count }
    }

    @Test("is used where it is honest, steps in several notes included")
    func honest() throws {
        let index = try CraftedIndex(try NoteReader.bytes(of: indexFile))
        #expect(index.bytes == (try NoteReader.bytes(of: indexFile)))
        let journal = try Journal.open(path, annotator: "kim", index: JournalIndex.read(of: "kim", in: project))
        journal.writer?.close()
        #expect(journal.contents.lines.isEmpty)
        #expect(try decisions() == [4, 4, 4])
        #expect(try notes.allSatisfy { try journal.index.document(of: $0, in: path).status == .completed })
    }

    @Test("hides no decision by leaving out runs, or notes, or the journal's end")
    func hidden() throws {
        let whole = try CraftedIndex(try NoteReader.bytes(of: indexFile))
        var noRuns = whole
        for place in noRuns.entries.indices { noRuns.entries[place].runs = [] }
        var noNotes = whole
        noNotes.entries = []
        var oneNote = whole
        oneNote.entries.removeLast()
        var twice = whole
        twice.entries[0].runs += twice.entries[0].runs
        var overlap = whole
        overlap.entries[0].runs[0][1] += 1
        for crafted in [noRuns, noNotes, oneNote, twice, overlap] {
            try write(crafted.bytes)
            #expect(JournalIndex.read(of: "kim", in: project) == nil)
            #expect(try decisions() == [4, 4, 4])
        }
    }

    @Test("that gives one note's lines to another is seen through when the note is opened")
    func exchanged() throws {
        var crafted = try CraftedIndex(try NoteReader.bytes(of: indexFile))
        let runs = crafted.entries.map(\.runs)
        for place in runs.indices { crafted.entries[place].runs = runs[(place + 1) % runs.count] }
        try write(crafted.bytes)
        #expect(try decisions() == [4, 4, 4])
    }

    @Test("with numbers beyond all bounds traps nothing, and hides nothing")
    func numbers() throws {
        let whole = try CraftedIndex(try NoteReader.bytes(of: indexFile))
        let extremes: [UInt64] = [0, 1, 2, 5_000, 1 << 31, 1 << 63 - 1, 1 << 63, .max - 1, .max]
        for extreme in extremes {
            for place in whole.mark.indices {
                var crafted = whole
                crafted.mark[place] = extreme
                try write(crafted.bytes)
                #expect(try decisions() == [4, 4, 4])
            }
            for place in 0..<3 {
                var crafted = whole
                crafted.entries[1].runs[0][place] = extreme
                try write(crafted.bytes)
                #expect(try decisions() == [4, 4, 4])
                crafted = whole
                crafted.entries[1].numbers[place] = extreme
                try write(crafted.bytes)
                #expect(try decisions() == [4, 4, 4])
            }
        }
    }

    @Test("of random bytes under a right digest traps nothing, and makes nothing up")
    func random() throws {
        var random = SeededRandom(Amount.seed)
        let whole = CraftedIndex.payload(try NoteReader.bytes(of: indexFile))
        for round in 0..<Amount.of("CHARTMARK_MUTATIONS", usual: 500) {
            try write(CraftedIndex.file(Mutation.of(whole, using: &random)))
            // It may give a note's lines to a note that is not there: who can write it can write the journal, too.
            #expect(try decisions().allSatisfy { [0, 4].contains($0) }, "round \(round)")
        }
    }
}
