import Annotation
import ClinicalText
import Glibc
import Journal
import Storage
import Synchronization
import Testing

/// A disk behind a page cache as Linux has it: a sync that fails is reported once, and what it was of counts as clean from then
/// on, so that the next sync succeeds without it.
private final class ForgettingDisk: Sendable {
    private struct State {
        /// Bytes that the cache holds and the next sync would bring to the disk.
        var dirty: Set<Int> = []
        /// Bytes that a failed sync has left in the cache only.
        var forgotten: Set<Int> = []
        var failures: Int
        var syncs = 0
    }

    private let state: Mutex<State>

    /// - Parameter failures: how many of the next syncs fail.
    init(failures: Int) { state = Mutex(State(failures: failures)) }

    /// How many bytes a power cut would take, whatever was said.
    var lost: Int { state.withLock { $0.forgotten.count + $0.dirty.count } }
    var syncs: Int { state.withLock { $0.syncs } }

    var calls: FileCalls {
        var calls = FileCalls.system
        calls.write = { [self] (file, bytes) throws(SystemError) in
            var status = stat()
            fstat(file, &status)
            let start = fcntl(file, F_GETFL) & O_APPEND != 0 ? Int(status.st_size) : lseek(file, 0, SEEK_CUR)
            let count = try FileCalls.system.write(file, bytes)
            state.withLock { state in
                state.dirty.formUnion(start..<start + count)
                state.forgotten.subtract(start..<start + count)
            }
            return count
        }
        calls.sync = { [self] (_) throws(SystemError) in
            let fails = state.withLock { state in
                state.syncs += 1
                defer { state.dirty = [] }
                guard state.failures > 0 else { return false }
                state.failures -= 1
                state.forgotten.formUnion(state.dirty)
                return true
            }
            if fails { throw SystemError(EIO) }
        }
        return calls
    }
}

@Suite("A sync that fails") struct FailedSyncTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ disk: ForgettingDisk) throws -> JournalWriter {
        try FileCalls.$current.withValue(disk.calls) {
            try #require(try Journal.open(folder.file("kim.jsonl"), annotator: "kim").writer)
        }
    }

    @Test("is not forgiven: what it was of is written again before anything is called saved", arguments: 1...4)
    func writtenAgain(failures: Int) throws {
        let disk = ForgettingDisk(failures: failures)
        let writer = try open(disk)
        try writer.add("B1", [created("E1", 0, 6), created("E2", 7, 12)])
        try writer.add("B2", [created("E3", 13, 17)])
        let before = try folder.text("kim.jsonl")
        var state = writer.close()
        // Closing is one try; the next session, which learns of the failure, is the next.
        for _ in 0..<failures where state != .saved { state = try open(disk).close() }
        #expect(state == .saved)
        #expect(disk.lost == 0)
        #expect(try folder.text("kim.jsonl") == before)
    }

    @Test("in the middle of a session leaves it NOT SAVED until all of it is on the disk")
    func middle() throws {
        let disk = ForgettingDisk(failures: 1)
        let writer = try open(disk)
        try writer.add("B1", [created("E1", 0, 6)])
        // In its own time, or now: the first sync is the one that fails.
        while disk.syncs == 0 { sched_yield() }
        try writer.add("B2", [created("E2", 7, 12)])
        #expect(writer.close() == .saved)
        #expect(disk.lost == 0)
        #expect(try JournalReader.read(folder.file("kim.jsonl")).lines.map(\.id.value) == ["E1", "E2"])
    }

    @Test("of a disk that stays broken is never called saved")
    func broken() throws {
        let disk = ForgettingDisk(failures: .max)
        let writer = try open(disk)
        try writer.add("B1", [created("E1", 0, 6)])
        guard case .failed(let reason) = writer.close() else {
            Issue.record("a broken disk was called saved")
            return
        }
        #expect(reason.contains("Input/output error"))
    }

    @Test("what an earlier session wrote is brought to the disk before this one calls anything saved")
    func earlierSession() throws {
        let writer = try open(ForgettingDisk(failures: 0))
        try writer.add("B1", [created("E1", 0, 6)])
        writer.close()
        let isOpen = Mutex(false)
        let seen = Mutex<[SaveState]>([])
        var calls = FileCalls.system
        calls.sync = { (file) throws(SystemError) in
            while !isOpen.withLock({ $0 }) { sched_yield() }
            try FileCalls.system.sync(file)
        }
        let second = try FileCalls.$current.withValue(calls) {
            try #require(
                try Journal.open(folder.file("kim.jsonl"), annotator: "kim") { state in
                    seen.withLock { $0.append(state) }
                }.writer)
        }
        #expect(second.saveState == .saving)
        isOpen.withLock { $0 = true }
        #expect(second.close() == .saved)
        #expect(seen.withLock { $0 } == [.saved])
    }

    @Test("an earlier session's bytes that read as nothing are not written again as such")
    func holes() throws {
        let writer = try open(ForgettingDisk(failures: 0))
        try writer.add("B1", [created("E1", 0, 6)])
        writer.close()
        let disk = ForgettingDisk(failures: 1)
        let second = try open(disk)
        while disk.syncs == 0 { sched_yield() }
        // What a disk gives back for a block that it never wrote.
        let file = Glibc.open(folder.file("kim.jsonl"), O_WRONLY)
        #expect(pwrite(file, [0, 0, 0, 0], 4, 8) == 4)
        close(file)
        try second.add("B2", [created("E2", 7, 12)])
        guard case .failed(let reason) = second.close() else {
            Issue.record("a hole was called saved")
            return
        }
        #expect(reason.contains("restore it from a copy"))
    }
}
