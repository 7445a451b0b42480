import ClinicalText
import Testing

@Suite("assertion") struct AssertionCommandTests {
    private static let lines = #"""
        {"id":"a","text":"Denies chest pain.","start":7,"end":17,"negated":true}
        {"id":"b","text":"😀 Had fever.","start":6,"end":11,"negated":false}
        """#

    @Test("writes each line back with what the cue says, offsets in code points")
    func lines() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.lines)
        let run = try folder.run("assertion", "in.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        let values = try JSONLines.values(Array(run.output.utf8), file: "out").map(\.value)
        #expect(values.map { $0["assertion"]?.stringValue } == ["absent", "present"])
        #expect(values[0]["cue"]?["text"]?.stringValue == "Denies")
        #expect(values[0]["scope"]?["start"]?.intValue == 7)
        #expect(values[1]["cue"] == nil && values[1]["id"]?.stringValue == "b")
    }

    @Test("--score prints how often it is right, last as f1=")
    func score() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.lines)
        let run = try folder.run("assertion", "--score", "in.jsonl")
        #expect(run.output.hasSuffix("f1=1.000\n"))
    }

    @Test(
        "a line that cannot be used is refused with its place",
        arguments: [
            (#"{"text":"ab","start":0,"end":9}"#, "not inside the text of 2"),
            (#"{"text":"ab","start":0}"#, "needs a string 'text'"), ("{", "in.jsonl:1"),
        ])
    func refused(line: String, reason: String) throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", line)
        let run = try folder.run("assertion", "in.jsonl")
        #expect(run.exitCode == 1 && run.errors.contains(reason) && run.errors.contains("in.jsonl:1"))
    }
}
