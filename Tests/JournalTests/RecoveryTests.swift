import Annotation
import ClinicalText
import Journal
import Storage
import Testing

@Suite("Journal recovery") struct RecoveryTests {
    let folder: TemporaryFolder
    /// One decision of one event, then one of three.
    let whole: String

    init() throws {
        folder = try TemporaryFolder()
        let journal = try Journal.open(folder.file("whole.jsonl"), annotator: "kim")
        let writer = try #require(journal.writer)
        try writer.add("B1", [created("E1", 0, 6)])
        try writer.add(
            "B2", [created("E2", 7, 12), created("E3", 13, 17), IdentifiedEvent(id: EventID("E4"), event: .completed)])
        writer.close()
        whole = try folder.text("whole.jsonl")
    }

    private var firstLine: Int {
        (whole.utf8.firstIndex(of: 10).map { whole.utf8.distance(from: whole.startIndex, to: $0) } ?? 0) + 1
    }

    @Test("wherever the last write was cut, its whole batch is set aside and the one before stays")
    func everyCut() throws {
        let bytes = Array(whole.utf8)
        for length in firstLine..<bytes.count {
            let contents = try JournalReader.parse(Array(bytes[..<length]), file: "kim.jsonl")
            // A cut exactly after the first line leaves a whole journal; one within the first bytes of the second line does
            // not belong to the first batch, which says that it ends there.
            #expect(contents.lines.map(\.id.value) == ["E1"], "cut at \(length)")
            #expect((contents.torn?.byte ?? length) == firstLine)
        }
        for length in 1..<firstLine {
            let contents = try JournalReader.parse(Array(bytes[..<length]), file: "kim.jsonl")
            #expect(contents.lines.isEmpty)
            #expect(contents.torn?.byte == 0)
        }
        #expect(try JournalReader.parse(bytes, file: "kim.jsonl").torn == nil)
    }

    @Test("moves the torn end to a file beside the journal, and writing goes on after what is whole")
    func setAside() throws {
        let torn = String(decoding: whole.utf8.dropLast(40), as: UTF8.self)
        try folder.write(torn, to: "kim.jsonl")
        let journal = try Journal.open(folder.file("kim.jsonl"), annotator: "kim")
        #expect(journal.contents.torn?.events == 2)
        #expect(journal.contents.torn?.line == 2)
        #expect(journal.setAside == folder.file("kim.jsonl.torn"))
        #expect(try folder.text("kim.jsonl") == String(decoding: whole.utf8.prefix(firstLine), as: UTF8.self))
        #expect(
            try folder.text("kim.jsonl.torn") == String(decoding: torn.utf8.dropFirst(firstLine), as: UTF8.self) + "\n")
        #expect(folder.mode("kim.jsonl.torn") == 0o600)
        try journal.writer?.add("B3", [created("E5", 7, 17)])
        let after = try JournalReader.read(folder.file("kim.jsonl"))
        #expect(after.lines.map(\.id.value) == ["E1", "E5"])
        #expect(after.lines.map(\.seq) == [1, 2])
    }

    @Test("a session that only reads changes nothing")
    func readersOnly() throws {
        let torn = String(decoding: whole.utf8.dropLast(40), as: UTF8.self)
        try folder.write(torn, to: "kim.jsonl")
        let journal = try Journal.readOnly(folder.file("kim.jsonl"), because: "asked for")
        #expect(journal.contents.lines.count == 1)
        #expect(try folder.text("kim.jsonl") == torn)
        #expect(!PrivateFile.exists(folder.file("kim.jsonl.torn")))
    }

    @Test("the batch of a torn line is found by its id where lines do not say that they go on")
    func otherWriters() throws {
        let plain = whole.split(separator: "\n").map { $0.hasSuffix(" ") ? String($0.dropLast()) : String($0) }
        let torn = plain.joined(separator: "\n").dropLast(20)
        let contents = try JournalReader.parse(Array(torn.utf8), file: "kim.jsonl")
        #expect(contents.lines.map(\.id.value) == ["E1"])
        #expect(contents.torn?.events == 2)
    }

    @Test("NUL bytes that a power cut left at the end are torn, with and without a last newline")
    func nulls() throws {
        for end in ["\0\0\0\0", "{\"actor\":\0\0\0\n"] {
            let contents = try JournalReader.parse(Array((whole + end).utf8), file: "kim.jsonl")
            #expect(contents.lines.count == 4)
            #expect(contents.torn?.byte == whole.utf8.count)
        }
    }

    @Test("a bad line in the middle stops with file and line and changes nothing")
    func badMiddle() throws {
        let lines = whole.split(separator: "\n").map(String.init)
        let bad = [lines[0], "{\"v\":1,", lines[1], lines[2], lines[3]].joined(separator: "\n") + "\n"
        try folder.write(bad, to: "kim.jsonl")
        let error = #expect(throws: BadInput.self) {
            try Journal.open(folder.file("kim.jsonl"), annotator: "kim")
        }
        #expect(error?.location == SourceLocation(folder.file("kim.jsonl"), line: 2))
        #expect(try folder.text("kim.jsonl") == bad)
        #expect(!PrivateFile.exists(folder.file("kim.jsonl.torn")))
        #expect(Journal.holder(of: folder.file("kim.jsonl")) == nil)
    }

    @Test("a bad last line that ends in a newline was not torn, and is refused")
    func badLast() throws {
        let error = #expect(throws: BadInput.self) {
            try JournalReader.parse(Array((whole + "{}\n").utf8), file: "kim.jsonl")
        }
        #expect(error?.description.hasPrefix("kim.jsonl:5: ") == true)
    }
}
