import Annotation
import ClinicalText
import Glibc
import Journal
import Storage
import Synchronization
import Testing

/// A disk that can be filled and emptied again, writes few bytes at a time, and is interrupted by signals.
private final class Disk: Sendable {
    private let room: Mutex<Int>
    private let interruptions = Mutex(0)
    private let writes = Mutex(0)

    init(room: Int) { self.room = Mutex(room) }

    func empty() { room.withLock { $0 = Int.max } }

    var writeCount: Int { writes.withLock { $0 } }

    /// - Parameter step: bytes that one write takes at most.
    func calls(step: Int = Int.max) -> FileCalls {
        FileCalls(
            write: { [self] (file, bytes) throws(SystemError) in
                let count = interruptions.withLock { count in
                    count += 1
                    return count
                }
                if step < Int.max, count.isMultiple(of: 3) { throw SystemError(EINTR) }
                let take = room.withLock { room in
                    let take = min(room, bytes.count, step)
                    room -= take
                    return take
                }
                if take == 0 { throw SystemError(ENOSPC) }
                writes.withLock { $0 += 1 }
                return try FileCalls.system.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(take)))
            },
            truncate: FileCalls.system.truncate, sync: FileCalls.system.sync)
    }
}

@Suite("Journal on a full disk") struct FullDiskTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ calls: FileCalls, _ seen: @escaping @Sendable (SaveState) -> Void = { _ in }) throws
        -> JournalWriter
    {
        try FileCalls.$current.withValue(calls) {
            try #require(try Journal.open(folder.file("kim.jsonl"), annotator: "kim", onChange: seen).writer)
        }
    }

    @Test("nothing half written stays, the events wait, and are written once there is room")
    func fillAndEmpty() throws {
        let disk = Disk(room: 500)
        let seen = Mutex<[SaveState]>([])
        let writer = try open(disk.calls()) { state in seen.withLock { $0.append(state) } }
        try writer.add("B1", [created("E1", 0, 6)])
        let before = try folder.text("kim.jsonl")
        try writer.add("B2", [created("E2", 7, 12), created("E3", 13, 17)])
        try writer.add("B3", [created("E4", 7, 17)])
        #expect(try folder.text("kim.jsonl") == before)
        #expect(writer.saveState == .failed(reason: "\(folder.file("kim.jsonl")): No space left on device"))
        disk.empty()
        writer.retry()
        let contents = try JournalReader.read(folder.file("kim.jsonl"))
        #expect(contents.lines.map(\.id.value) == ["E1", "E2", "E3", "E4"])
        #expect(contents.lines.map(\.seq) == [1, 2, 3, 4])
        #expect(writer.close() == .saved)
        #expect(seen.withLock { $0.last } == .saved)
    }

    @Test("a session that ends on a full disk is told that not everything is saved")
    func closeUnsaved() throws {
        let writer = try open(Disk(room: 100).calls())
        try writer.add("B1", [created("E1", 0, 6)])
        guard case .failed = writer.close() else {
            Issue.record("close must say that the events are not saved")
            return
        }
        #expect(try folder.text("kim.jsonl").isEmpty)
    }

    @Test("goes on after short writes and signals")
    func shortWrites() throws {
        let writer = try open(Disk(room: Int.max).calls(step: 7))
        try writer.add("B1", [created("E1", 0, 6), created("E2", 7, 12)])
        #expect(try JournalReader.read(folder.file("kim.jsonl")).lines.map(\.id.value) == ["E1", "E2"])
        #expect(writer.close() == .saved)
    }

    @Test("a batch is one write")
    func oneWrite() throws {
        let disk = Disk(room: Int.max)
        let writer = try open(disk.calls())
        try writer.add("B1", [created("E1", 0, 6), created("E2", 7, 12), created("E3", 13, 17)])
        #expect(disk.writeCount == 1)
    }

    @Test("a step in several notes is one write, and each note has its part of it")
    func oneWriteForSeveralNotes() throws {
        let disk = Disk(room: Int.max)
        let writer = try open(disk.calls())
        let other = Note(id: "note-18", text: NoteText("chest pain"))
        try writer.append(
            [
                NoteEvents(note: note.id, digest: note.digest, events: [created("E1", 7, 17), created("E2", 0, 6)]),
                NoteEvents(
                    note: other.id, digest: other.digest,
                    events: [IdentifiedEvent(id: EventID("E3"), event: .completed)]),
            ], batch: EventID("B1"), at: 0)
        #expect(disk.writeCount == 1)
        #expect(writer.close() == .saved)
        let whole = try folder.text("kim.jsonl")
        #expect(whole.split(separator: "\n").map { $0.hasSuffix(" ") } == [true, true, false])
        // Cut anywhere, nothing of the step is left.
        for length in 1..<whole.utf8.count {
            let contents = try JournalReader.parse(Array(whole.utf8.prefix(length)), file: "kim.jsonl")
            #expect(contents.lines.isEmpty && contents.torn?.byte == 0)
        }
    }

    @Test("a disk that does not sync shows as failed, not as saved")
    func syncFails() throws {
        var calls = FileCalls.system
        calls.sync = { (_) throws(SystemError) in throw SystemError(EIO) }
        let writer = try open(calls)
        try writer.add("B1", [created("E1", 0, 6)])
        #expect(writer.close() == .failed(reason: "\(folder.file("kim.jsonl")): Input/output error"))
    }
}
