import Annotation
import ClinicalText
import FoundationEssentials
import Glibc
import Journal
import Storage
import Support
import Testing

@Suite("A journal that is taken from under a session") struct TakenAwayTests {
    let folder: TemporaryFolder
    private var path: String { folder.file("journals/kim.jsonl") }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("journals"), withIntermediateDirectories: true)
    }

    enum Change: String, CaseIterable, CustomTestStringConvertible {
        case deleted, moved, replaced, emptied, cut, appended, folderMoved, folderDeleted

        var testDescription: String { rawValue }

        /// What the person reads.
        var words: String {
            switch self {
            case .deleted, .folderDeleted: "was deleted"
            case .moved, .folderMoved: "was moved away"
            case .replaced: "was replaced by another file"
            case .emptied: "was cut to 0 bytes"
            case .cut: "was cut to"
            case .appended: "was written to by another program"
            }
        }

        func make(_ path: String) throws {
            let parent = FilePath.parent(of: path)
            switch self {
            case .deleted: unlink(path)
            case .moved: rename(path, path + ".bak")
            case .replaced:
                let bytes = try Data(contentsOf: URL(filePath: path))
                try bytes.write(to: URL(filePath: path + ".x"))
                rename(path + ".x", path)
            case .emptied: truncate(path, 0)
            case .cut:
                var status = stat()
                stat(path, &status)
                truncate(path, status.st_size - 40)
            case .appended:
                let file = open(path, O_WRONLY | O_APPEND)
                write(file, "{}\n", 3)
                close(file)
            case .folderMoved: rename(parent, parent + ".moved")
            case .folderDeleted: try FileManager.default.removeItem(atPath: parent)
            }
        }
    }

    @Test("is noticed before anything is called saved; every decision goes to a new file", arguments: Change.allCases)
    func taken(_ change: Change) throws {
        let earlier = try #require(try Journal.open(path, annotator: "kim").writer)
        try earlier.add("B0", [created("E0", 0, 6)])
        earlier.close()
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        try writer.add("B1", [created("E1", 7, 12)])
        try change.make(path)
        let left = try? NoteReader.bytes(of: path)
        try writer.add("B2", [created("E2", 13, 17)])
        try writer.add("B3", [IdentifiedEvent(id: EventID("E3"), event: .completed)])
        guard case .elsewhere(let place) = writer.close() else {
            Issue.record("called saved after the journal \(change.words)")
            return
        }
        #expect(place.change.hasPrefix(change.words))
        #expect(place.journal == path)
        #expect(place.description.contains(place.file))
        let rescued = try IndependentFold(try NoteReader.bytes(of: place.file))
        #expect(rescued.torn == 0)
        // A file that was emptied has lost what was there before; the session's own events are all there.
        let hasAll = change != .emptied
        #expect(place.isWhole == hasAll)
        #expect(rescued.batches.suffix(3) == ["B1", "B2", "B3"])
        if hasAll { #expect(rescued.batches == ["B0", "B1", "B2", "B3"]) }
        // What is there now is somebody else's and stays as they left it.
        #expect((try? NoteReader.bytes(of: path)) == left)
        #expect(folder.mode(String(place.file.dropFirst(folder.path.count + 1))) == 0o600)
    }

    @Test("twice is rescued twice")
    func twice() throws {
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        try writer.add("B1", [created("E1", 0, 6)])
        unlink(path)
        try writer.add("B2", [created("E2", 7, 12)])
        unlink(path + ".1.rescued")
        try writer.add("B3", [created("E3", 13, 17)])
        guard case .elsewhere(let place) = writer.close() else {
            Issue.record("called saved")
            return
        }
        #expect(try IndependentFold(try NoteReader.bytes(of: place.file)).batches == ["B1", "B2", "B3"])
    }

    @Test("is no reason to let a second writer in", arguments: [Change.replaced, .moved, .deleted])
    func secondWriter(_ change: Change) throws {
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        try writer.add("B1", [created("E1", 0, 6)])
        try change.make(path)
        let second = try Journal.open(path, annotator: "kim")
        #expect(second.writer == nil)
        #expect(second.readOnlyReason?.contains("process \(getpid()) (kim)") == true)
        writer.close()
    }

    @Test("is no reason either where the lock's file is gone and the journal is not")
    func lockRemoved() throws {
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        unlink(path + ".lock")
        #expect(try Journal.open(path, annotator: "kim").writer == nil)
        writer.close()
        #expect(try Journal.open(path, annotator: "kim").writer != nil)
    }

    @Test("and put back as it was is the journal again", arguments: [Change.moved])
    func putBack(_ change: Change) throws {
        let writer = try #require(try Journal.open(path, annotator: "kim").writer)
        try writer.add("B1", [created("E1", 0, 6)])
        try change.make(path)
        rename(path + ".bak", path)
        try writer.add("B2", [created("E2", 7, 12)])
        #expect(writer.close() == .saved)
        #expect(try JournalReader.read(path).lines.map(\.id.value) == ["E1", "E2"])
    }
}

@Suite("A journal that is not what it should be") struct ForeignJournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a link in its place is refused, and what it leads to is neither read, emptied nor set aside")
    func link() throws {
        try folder.write("hunter2", to: "token")
        symlink(folder.file("token"), folder.file("kim.jsonl"))
        let error = #expect(throws: BadInput.self) { try Journal.open(folder.file("kim.jsonl"), annotator: "kim") }
        #expect(error?.description.contains("is a link") == true)
        #expect(error?.description.contains("hunter2") == false)
        #expect(try folder.text("token") == "hunter2")
        #expect(!PrivateFile.exists(folder.file("kim.jsonl.torn")))
    }

    @Test("a link in the place of its lock or of what is set aside is refused, too")
    func neighbours() throws {
        try folder.write("set nu", to: "vimrc")
        symlink(folder.file("vimrc"), folder.file("kim.jsonl.lock"))
        let journal = try Journal.open(folder.file("kim.jsonl"), annotator: "kim")
        #expect(journal.writer == nil)
        #expect(journal.readOnlyReason?.contains("is a link") == true)
        unlink(folder.file("kim.jsonl.lock"))
        try folder.write(#"{"v":1,"#, to: "kim.jsonl")
        symlink(folder.file("vimrc"), folder.file("kim.jsonl.torn"))
        #expect(throws: BadInput.self) { try Journal.open(folder.file("kim.jsonl"), annotator: "kim") }
        #expect(try folder.text("kim.jsonl") == #"{"v":1,"#)
        #expect(try folder.text("vimrc") == "set nu")
    }
}
