import Glibc
import Storage
import Testing

@Suite("A folder's files") struct FolderTests {
    let scratch: ScratchFolder
    let folder: Folder

    init() throws {
        scratch = try ScratchFolder()
        folder = try Folder(scratch.path)
        try scratch.write("theirs", to: "target", mode: 0o640)
    }

    private func refusal(_ body: () throws(SystemError) -> Void) -> SystemError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("through a link nothing is read or changed, and the message says that it is one")
    func links() throws {
        try scratch.link("link", to: scratch.file("target"))
        let read = refusal { () throws(SystemError) in _ = try folder.read("link") }
        let change = refusal { () throws(SystemError) in _ = try folder.change("link", O_RDWR, mode: 0o600) }
        for error in [read, change] {
            #expect(error?.code == ELOOP)
            #expect(error?.description.contains("\(scratch.path)/link is a link") == true)
        }
        #expect(throws: SystemError.self) { try PrivateFile.read(scratch.file("link")) }
        #expect(throws: SystemError.self) {
            try PrivateFile.appendLines([0x61, 0x0A], to: scratch.file("link"), mode: 0o600)
        }
        #expect(try scratch.text("target") == "theirs")
        #expect(scratch.mode("target") == 0o640)
    }

    @Test("a folder that is a link is opened where the person gave it, and nowhere else")
    func linkedFolder() throws {
        mkdir(scratch.file("inner"), 0o700)
        try scratch.link("way", to: scratch.file("inner"))
        #expect(throws: Never.self) { try Folder(scratch.file("way")) }
        #expect(throws: SystemError.self) { try Folder(scratch.file("way"), followsLink: false) }
        #expect(throws: SystemError.self) {
            try PrivateFile.replace(scratch.file("way/file"), with: [], followsLink: false)
        }
        #expect(!PrivateFile.exists(scratch.file("inner/file")))
    }

    @Test("a pipe in the place of a file is refused without waiting for somebody at its other end")
    func pipes() throws {
        mkfifo(scratch.file("pipe"), 0o600)
        for error in [
            refusal { () throws(SystemError) in _ = try folder.read("pipe") },
            refusal { () throws(SystemError) in _ = try folder.change("pipe", O_RDWR) },
        ] {
            #expect(error?.description.contains("not a regular file") == true)
        }
    }

    @Test("a file with a second name elsewhere is not changed: the other name may be anybody's")
    func hardLinks() throws {
        #expect(Glibc.link(scratch.file("target"), scratch.file("other")) == 0)
        let error = refusal { () throws(SystemError) in _ = try folder.change("other", O_RDWR, mode: 0o600) }
        #expect(error?.code == EMLINK)
        #expect(try scratch.text("target") == "theirs")
    }

    @Test("a new file has the rights that were asked for, whatever the umask")
    func modes() throws {
        for mode: mode_t in [0o600, 0o660] {
            let name = "file\(mode)"
            Glibc.close(try folder.make(name, O_WRONLY, mode: mode))
            #expect(scratch.mode(name) == mode)
        }
        #expect(throws: SystemError(EEXIST)) { try folder.make("target", O_WRONLY, mode: 0o600) }
    }

    @Test("a file is renamed exclusively only where nothing has the name")
    func exclusively() throws {
        try scratch.write("mine", to: "draft")
        #expect(throws: SystemError(EEXIST)) { try folder.renameExclusively("draft", to: "target") }
        #expect(try scratch.text("target") == "theirs")
        try folder.renameExclusively("draft", to: "new")
        #expect(scratch.names == ["new", "target"])
    }

    @Test("a file that was exchanged is not removed in the place of the one that is known")
    func removal() throws {
        let known = try #require(FileIdentity(at: scratch.file("target")))
        // Kept, so that the other file cannot get its number.
        #expect(Glibc.rename(scratch.file("target"), scratch.file("kept")) == 0)
        try scratch.write("another", to: "target")
        folder.remove("target", if: known)
        #expect(try scratch.text("target") == "another")
        folder.remove("kept", if: known)
        #expect(scratch.names == ["target"])
    }

    @Test("lines are added at the end, and one that was cut off before is ended first")
    func appending() throws {
        let path = scratch.file("lines")
        try PrivateFile.appendLines(Array("one\n".utf8), to: path, mode: 0o600)
        try PrivateFile.appendLines(Array("two\n".utf8), to: path, mode: 0o600)
        #expect(try scratch.text("lines") == "one\ntwo\n")
        try scratch.write("one\ntw", to: "lines")
        try PrivateFile.appendLines(Array("three\n".utf8), to: path, mode: 0o600)
        #expect(try scratch.text("lines") == "one\ntw\nthree\n")
    }
}
