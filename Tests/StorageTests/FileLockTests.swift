import Glibc
import Storage
import Support
import Testing

@Suite("A lock") struct FileLockTests {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private var path: String { scratch.file("lock") }

    @Test("is one session's, within a process too, and says whose")
    func exclusive() throws {
        let lock = try #require(try FileLock.take(path, mode: 0o600, waits: false))
        lock.write(Array("kim".utf8))
        #expect(try FileLock.take(path, mode: 0o600, waits: false) == nil)
        #expect(FileLock.word(ofHolder: path) == Array("kim".utf8))
        withExtendedLifetime(lock) {}
    }

    @Test("ends with its holder, and what the file says afterwards is nobody's word")
    func released() throws {
        do {
            let lock = try #require(try FileLock.take(path, mode: 0o600, waits: false))
            lock.write(Array("kim".utf8))
        }
        #expect(FileLock.word(ofHolder: path) == nil)
        #expect(try FileLock.take(path, mode: 0o600, waits: false) != nil)
    }

    @Test("who asks whether somebody has it takes nothing that another could miss")
    func asking() throws {
        do { _ = try #require(try FileLock.take(path, mode: 0o600, waits: false)) }
        var refused = 0
        let asking = Worker { [path] in
            for _ in 0..<2_000 { _ = FileLock.word(ofHolder: path) }
        }
        for _ in 0..<2_000 where try FileLock.take(path, mode: 0o600, waits: false) == nil {
            refused += 1
        }
        asking.join()
        #expect(refused == 0)
    }

    @Test("what is read, changed and written under it is changed by everyone in turn")
    func turns() throws {
        let counter = scratch.file("number")
        try scratch.write("0", to: "number")
        let threads = (0..<8).map { _ in
            Worker { [path] in
                for _ in 0..<25 {
                    try? FileLock.with(path, mode: 0o600, orThrow: { $0 }) { () throws(SystemError) in
                        let text = String(decoding: try PrivateFile.read(counter), as: UTF8.self)
                        try PrivateFile.replace(counter, with: Array("\((Int(text) ?? 0) + 1)".utf8), isDurable: false)
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(try scratch.text("number") == "200")
        #expect(scratch.names == ["number"])
    }

    @Test("a link in its place is not followed, and its target keeps its rights")
    func link() throws {
        try scratch.write("key", to: "id_rsa", mode: 0o600)
        try scratch.link("lock", to: scratch.file("id_rsa"))
        #expect(throws: SystemError.self) { try FileLock.take(path, mode: 0o660, waits: true) }
        #expect(scratch.mode("id_rsa") == 0o600)
        #expect(FileLock.word(ofHolder: path) == nil)
    }
}
