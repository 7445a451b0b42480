import Glibc
import Storage
import Testing

@Suite("Folders that a command made") struct MadeFoldersTests {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("are closed to others, and go again when nothing comes of them")
    func unused() throws {
        var made = MadeFolders()
        try made.make(scratch.file("a/b/c"))
        try made.make(scratch.file("a/d"), mode: 0o2770)
        #expect(scratch.mode("a/b/c") == 0o700)
        #expect(scratch.mode("a/d") == 0o2770)
        #expect(made.contains(scratch.file("a/b")))
        made.removeEmpty()
        #expect(scratch.names.isEmpty)
    }

    @Test("all stay when anything is in one of them that the command did not make")
    func used() throws {
        var made = MadeFolders()
        try made.make(scratch.file("p/journals"))
        try made.make(scratch.file("p/cache"))
        try scratch.write("a decision", to: "p/journals/kim.jsonl")
        made.removeEmpty()
        #expect(try scratch.text("p/journals/kim.jsonl") == "a decision")
        #expect(PrivateFile.isFolder(scratch.file("p/cache")))
    }

    @Test("that were there before are not the command's: they stay, with their rights")
    func found() throws {
        mkdir(scratch.file("shared"), 0o700)
        chmod(scratch.file("shared"), 0o1777)
        var made = MadeFolders()
        try made.make(scratch.file("shared"))
        try made.make(scratch.file("shared/own"))
        made.removeEmpty()
        #expect(scratch.names == ["shared"])
        #expect(scratch.mode("shared") == 0o1777)
        #expect(!PrivateFile.exists(scratch.file("shared/own")))
    }

    @Test("one that was exchanged for another stays")
    func exchanged() throws {
        var made = MadeFolders()
        try made.make(scratch.file("a"))
        #expect(rename(scratch.file("a"), scratch.file("kept")) == 0)
        mkdir(scratch.file("a"), 0o700)
        made.removeEmpty()
        #expect(scratch.names == ["a", "kept"])
    }
}
