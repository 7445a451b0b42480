import Annotation
import Interchange
import Testing

@Suite("Notes that carry spans", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct CarriedSpansTests {
    /// An emoji before a span tells code points from UTF-16.
    private static let records = #"""
        {"id":"n1","text":"Denies chest pain. 😀 Fever.","spans":[{"start":7,"end":17,"text":"chest pain","label":"Sign_symptom"},{"start":21,"end":26,"label":"Sign_symptom","score":0.5}],"meta":{"group":"p1"}}
        {"id":7,"text":"Cough.","spans":[]}
        """#

    private func export(_ folder: ReviewFolder) throws -> [LabelRecord] {
        let run = try folder.run("export", "--format", "labels", "--output", "out", folder.project)
        try #require(run.exitCode == 0, "\(run.errors)")
        return try LabelsJSONL.read(folder.bytes("out"), file: "out")
    }

    @Test("are offered undecided, as imported")
    func offered() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.records)
        let window = try folder.review(columns: 100, notes: "in.jsonl")
        try window.wait("what the record carries") {
            $0.title.contains("2 undecided") && $0.span.contains("“chest pain”") && $0.span.contains("imported")
        }
        try window.press("a")
        try window.wait("one left") { $0.title.contains("1 undecided") && $0.span.contains("“Fever”") }
        try window.press("x")
        try window.wait(for: "every suggestion is decided")
        try window.press("Enter")
        try window.wait("the second note") { $0.title.hasPrefix(" 7 2/2") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let record = try #require(try export(folder).first)
        #expect(record.answer == .accept)
        #expect(record.spans.map(\.content.text) == ["chest pain"])
        #expect(record.spans.map(\.source) == [.imported])
        #expect(record.rejected.map(\.content.text) == ["Fever"])
        #expect(record.meta["group"] == .string("p1"))
    }

    @Test("of labels that the schema lacks do not keep --accept-existing from the other notes")
    func unknownLabels() throws {
        let folder = try ReviewFolder()
        let strange = #"{"id":"n0","text":"Denies chest pain.","spans":[{"start":7,"end":17,"label":"Strange"}]}"#
        try folder.write("in.jsonl", strange + "\n" + Self.records)
        let window = try folder.review("--accept-existing", columns: 100, notes: "in.jsonl")
        try window.wait("the first note") { $0.title.contains("1/3 · open") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let records = try export(folder)
        #expect(records.first { $0.id == "n1" }?.spans.map(\.content.text) == ["chest pain", "Fever"])
    }

    @Test("are decided from the start with --accept-existing")
    func accepted() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.records)
        let window = try folder.review("--accept-existing", columns: 100, notes: "in.jsonl")
        try window.wait("nothing undecided") { $0.title.contains("1/2 · open") && $0.span.contains("“Denies”") }
        try window.press("w")
        try window.wait("an accepted span") { $0.span.contains("“chest pain”") && $0.span.contains("accepted") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let record = try #require(try export(folder).first)
        #expect(record.answer == .pending)
        #expect(record.spans.map(\.content.text) == ["chest pain", "Fever"])
        #expect(record.spans.allSatisfy { $0.source == .imported })
        try folder.expectSound()
    }
}
