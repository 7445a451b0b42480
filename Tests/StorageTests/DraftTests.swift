import FoundationEssentials
import Glibc
import Storage
import Support
import Testing

@Suite("A file that is written beside its place") struct DraftTests {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("appears whole, with its own rights, and leaves no draft")
    func whole() throws {
        try PrivateFile.replace(scratch.file("file"), with: Array("new".utf8), mode: 0o660)
        #expect(try scratch.text("file") == "new")
        #expect(scratch.mode("file") == 0o660)
        #expect(scratch.names == ["file"])
    }

    @Test("takes the place of a link, and what the link leads to stays")
    func link() throws {
        try scratch.write("theirs", to: "target")
        try scratch.link("file", to: scratch.file("target"))
        try PrivateFile.replace(scratch.file("file"), with: Array("mine".utf8))
        #expect(try scratch.text("target") == "theirs")
        #expect(try scratch.text("file") == "mine")
        #expect(scratch.isKind(S_IFREG, "file"))
    }

    @Test("has a name that nobody can guess, of which its target is known")
    func names() {
        let names = (0..<100).map { _ in DraftName.make(for: "labels.jsonl") }
        #expect(Set(names).count == 100)
        #expect(names.allSatisfy { DraftName.target(of: $0) == "labels.jsonl" })
        for other in [
            "labels.jsonl", "labels.jsonl.4711.new", "a.0123456789abcdeg.new", ".0123456789abcdef.new", "new",
        ] {
            #expect(DraftName.target(of: other) == nil)
        }
    }

    @Test("is removed when it is given up, and the old file stays")
    func givenUp() throws {
        try scratch.write("old", to: "file")
        do {
            var draft = try PrivateDraft(scratch.file("file"), mode: 0o600)
            try draft.append(Array("half".utf8))
            #expect(scratch.names.count == 2)
        }
        #expect(scratch.names == ["file"])
        #expect(try scratch.text("file") == "old")
    }

    @Test("of a process that died is removed by the next who writes the file; that of a living one is not")
    func leftBehind() throws {
        let dead = DraftName.make(for: "file")
        let other = DraftName.make(for: "another")
        try scratch.write("a note's words", to: dead)
        try scratch.write("a note's words", to: other)
        var living = try PrivateDraft(scratch.file("file"), mode: 0o600)
        #expect(!scratch.names.contains(dead))
        try PrivateFile.replace(scratch.file("file"), with: Array("second".utf8))
        try living.append(Array("first".utf8))
        try living.commit()
        #expect(try scratch.text("file") == "first")
        #expect(scratch.names == [other, "file"].sorted())
        try Folder(scratch.path).removeDrafts()
        #expect(scratch.names == ["file"])
    }

    @Test("leaves a link with a draft's name, and what it leads to, alone")
    func linkedDraft() throws {
        try scratch.write("theirs", to: "target")
        let name = DraftName.make(for: "file")
        try scratch.link(name, to: scratch.file("target"))
        try PrivateFile.replace(scratch.file("file"), with: [])
        #expect(scratch.names.contains(name))
        #expect(try scratch.text("target") == "theirs")
    }

    @Test("a fault of any call leaves the old file or the new one, and no draft")
    func faults() throws {
        var number = 0
        while true {
            try scratch.write("old", to: "file")
            let fault = Fault(at: number, code: EIO)
            let isWritten = FileCalls.$current.withValue(fault.calls) {
                (try? PrivateFile.replace(scratch.file("file"), with: Array("new".utf8))) != nil
            }
            #expect(try scratch.text("file") == (isWritten ? "new" : "old"), "fault \(number)")
            #expect(scratch.names == ["file"], "fault \(number)")
            guard fault.wasReached else { break }
            number += 1
        }
        // Making the draft, writing, syncing, renaming at least.
        #expect(number >= 4)
    }
}

@Suite("A file that a person named for results") struct OutputFileTests {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("is new and its owner's alone, or keeps the rights that it had")
    func modes() throws {
        try OutputFile.write(Array("one".utf8), to: scratch.file("new"))
        #expect(scratch.mode("new") == 0o600)
        try scratch.write("old", to: "shared", mode: 0o644)
        try OutputFile.write(Array("two".utf8), to: scratch.file("shared"))
        #expect(scratch.mode("shared") == 0o644)
        #expect(try scratch.text("shared") == "two")
    }

    @Test("is written where a link leads that the person gave, and the link stays", arguments: [true, false])
    func links(isAbsolute: Bool) throws {
        try scratch.write("old", to: "real", mode: 0o640)
        try scratch.link("link", to: isAbsolute ? scratch.file("real") : "real")
        try OutputFile.write(Array("new".utf8), to: scratch.file("link"))
        #expect(scratch.isKind(S_IFLNK, "link"))
        #expect(try scratch.text("real") == "new")
        #expect(scratch.mode("real") == 0o640)
    }

    @Test("is made where a link leads to nothing yet")
    func danglingLink() throws {
        try scratch.link("link", to: "later")
        try OutputFile.write(Array("new".utf8), to: scratch.file("link"))
        #expect(try scratch.text("later") == "new")
        #expect(scratch.isKind(S_IFLNK, "link"))
    }

    @Test("that is a pipe gets the bytes and stays a pipe")
    func pipe() throws {
        #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
        let reader = open(scratch.file("pipe"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try OutputFile.write(Array("through".utf8), to: scratch.file("pipe"))
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(reader, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "through")
        #expect(scratch.isKind(S_IFIFO, "pipe"))
    }

    @Test("that is a device is written to and stays what it is")
    func device() throws {
        #expect(throws: Never.self) { try OutputFile.write(Array("gone".utf8), to: "/dev/null") }
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test("cannot be a folder")
    func folder() throws {
        #expect(throws: SystemError(EISDIR)) { try OutputFile(scratch.path) }
    }

    @Test("is not replaced where it is another user's", .enabled(if: geteuid() == 0, "only root can make such a file"))
    func foreign() throws {
        try scratch.write("theirs", to: "file", mode: 0o666)
        #expect(chown(scratch.file("file"), 2001, 2001) == 0)
        let error = #expect(throws: SystemError.self) { try OutputFile.write([], to: scratch.file("file")) }
        #expect(error?.description.contains("another user") == true)
        #expect(try scratch.text("file") == "theirs")
    }

    @Test("a fault of any call leaves the old file or the new one")
    func faults() throws {
        var number = 0
        while true {
            try scratch.write("old", to: "file")
            let fault = Fault(at: number, code: ENOSPC)
            let isWritten = FileCalls.$current.withValue(fault.calls) {
                (try? OutputFile.write(Array("new".utf8), to: scratch.file("file"))) != nil
            }
            #expect(try scratch.text("file") == (isWritten ? "new" : "old"), "fault \(number)")
            #expect(scratch.names == ["file"], "fault \(number)")
            guard fault.wasReached else { break }
            number += 1
        }
        #expect(number >= 4)
    }
}
