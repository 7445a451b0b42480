import ClinicalText
import FoundationEssentials
import Testing

@Suite("Reading notes") final class NoteReaderTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/chartmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult
    private func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
        let file = "\(folder)/\(name)"
        let parent = file.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
        try Data(Array(bytes)).write(to: URL(filePath: file))
        return file
    }

    @Test("a folder is walked, its notes named by their paths; hidden and other files are left out")
    func folders() throws {
        try write("b".utf8, "b.txt")
        try write("\u{FEFF}a\r\n".utf8, "ward/a.txt")
        try write("x".utf8, ".hidden.txt")
        try write("x".utf8, ".git/x.txt")
        try write("x".utf8, "readme.md")
        let notes = try NoteReader.read([folder + "/"])
        #expect(notes.map(\.id) == ["b", "ward/a"])
        #expect(notes[1].text.utf8 == Array("\u{FEFF}a\r\n".utf8))
        #expect(try NoteReader.read([folder + "/b.txt"]).map(\.id) == ["b"])
    }

    @Test("a record of JSON Lines has an id, a number for one, or is named by its digest; the rest passes through")
    func records() throws {
        let file = try write(
            """
            {"id":"n1","text":"abc","meta":{"group":"p7"},"ward":3}

            {"id":17,"text":"abc"}
            {"text":"abc"}
            """.utf8, "notes.jsonl")
        let notes = try NoteReader.read([file])
        #expect(notes.map(\.id) == ["n1", "17", "ba7816bf8f01cfea"])
        #expect(notes[0].group == "p7")
        #expect(notes[0].meta == ["group": .string("p7"), "ward": .integer(3)])
    }

    @Test("a name given twice is refused, naming both places")
    func duplicates() throws {
        let file = try write("{\"id\":\"n\",\"text\":\"a\"}\n{\"id\":\"n\",\"text\":\"b\"}\n".utf8, "n.jsonl")
        let error = #expect(throws: BadInput.self) { try NoteReader.read([file]) }
        #expect(error?.description.contains("\(file):1") == true)
        #expect(error?.description.contains("\(file):2") == true)
    }

    @Test("an empty note and one that is not UTF-8 are refused with their place")
    func bad() throws {
        let empty = try write([], "empty.txt")
        #expect(throws: BadInput(SourceLocation(empty), "the note is empty")) { try NoteReader.read([empty]) }
        let latin = try write([0x52, 0x65, 0x6E, 0xE9, 0x20], "latin.txt")
        let error = #expect(throws: BadInput.self) { try NoteReader.read([latin]) }
        #expect(error?.location == SourceLocation(latin, byte: 3))
    }

    @Test("a record without words is a note where that is asked for")
    func emptyRecord() throws {
        let file = try write("{\"id\":\"n\",\"text\":\"\"}\n".utf8, "empty.jsonl")
        #expect(throws: BadInput.self) { try NoteReader.read([file]) }
        #expect(try NoteReader.read([file], acceptsEmptyRecords: true).map(\.text.scalarCount) == [0])
    }

    @Test(
        "a line that is no record is refused with file and line",
        arguments: [
            "{\"id\":\"a\"}", "[1]", "{\"text\":\"\"}", "{\"text\":", "{\"id\":[],\"text\":\"a\"}",
            "{\"id\":\"\",\"text\":\"a\"}",
            "{\"text\":7}",
        ])
    func badLines(line: String) throws {
        let file = try write("{\"text\":\"first\"}\n\(line)\n".utf8, "\(line.utf8.count)-\(line.hashValue).jsonl")
        let error = #expect(throws: BadInput.self) { try NoteReader.read([file]) }
        #expect(error?.location == SourceLocation(file, line: 2))
    }

    @Test("no such file, a folder without notes, and a folder read as a file are refused by name")
    func missing() throws {
        #expect(throws: BadInput(SourceLocation(folder + "/no"), "no such file")) {
            try NoteReader.read([folder + "/no"])
        }
        #expect(throws: BadInput.self) { try NoteReader.read([folder]) }
        #expect(throws: BadInput.self) { try NoteReader.bytes(of: folder) }
    }
}
