import Testing

@Suite("What comes from files") struct HarmlessMessagesTests {
    /// What a terminal would obey: the clipboard, its title, the end of a paste, a C1 control, a change of direction.
    private static let hostile = "\u{1B}]52;c;cHduZWQ=\u{7}\u{1B}]0;pwn\u{7}\u{1B}[201~\u{9B}31m\u{85}\u{202E}\u{2066}X"
    private static let escaped =
        #"\u001b]52;c;cHduZWQ=\u0007\u001b]0;pwn\u0007\u001b[201~\u009b31m\u0085\u202e\u2066X"#

    private func expectHarmless(_ run: CommandRun, at place: Testing.SourceLocation = #_sourceLocation) {
        let bad = (run.output + run.errors).unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A, 0x09: false
            case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        #expect(bad.isEmpty, "\(run.output.debugDescription)\(run.errors.debugDescription)", sourceLocation: place)
    }

    /// Records in which one field is hostile; the second stands twice, so that its id is named.
    private static let lines: [String] = [
        #"{"id":"H","text":"chest pain","spans":[{"start":0,"end":5,"label":"Sign"}]}"#,
        #"{"id":"a","text":"chest pain","spans":[{"start":0,"end":5,"label":"H"}]}"#,
        #"{"id":"a","text":"chest pain","spans":[{"start":0,"end":5,"label":"Sign","text":"H"}]}"#,
        #"{"id":"a","text":"chest pain","spans":[{"start":"H","end":5,"label":"Sign"}]}"#,
        #"{"id":"a","text":"chest pain","spans":[{"start":0,"end":5,"label":"Sign"}],"annotator":"H","answer":"accept"}"#,
        #"{"id":"a","text":"chest pain","spans":[],"answer":"H"}"#,
        #"{"id":"a","text":"chest pain","spans":[],"H":"H","meta":{"H":"H"},"labels":{"H":"H"}}"#,
        #"{"id":"H","text":7}"#,
    ]

    @Test("acts on no terminal through any message of any command", arguments: Self.lines)
    func records(_ record: String) throws {
        let folder = try ReviewFolder()
        let line = record.replacing(#""H""#, with: "\"\(Self.escaped)\"")
        try folder.write("one.jsonl", line + "\n")
        try folder.write("two.jsonl", line + "\n" + line + "\n")
        for file in ["one.jsonl", "two.jsonl"] {
            for arguments in [
                ["check", file], ["check", "--json", file], ["stats", file], ["stats", "--json", file],
                ["assertion", file], ["import", "--project", "P-\(file)", file],
                ["split", "--output", "S-\(file)", file],
                ["export", "--format", "conll", "--output", "\(file).conll", file],
                ["export", "--format", "fhir", "--output", "\(file).fhir", file],
                ["evaluate", "--gold", file, "--predicted", file], ["tokenize", "--model", "none", file],
            ] {
                expectHarmless(try folder.run(arguments))
            }
        }
    }

    @Test("not even through their names")
    func names() throws {
        let folder = try ReviewFolder()
        let name = "n\u{1B}]52;c;eA==\u{7}\u{1B}]0;t\u{7}.txt"
        try folder.makeFolder("F")
        try folder.write("F/\(name)", [0x70, 0xFF, 0xFE])
        for arguments in [
            ["check", "F"], ["import", "--format", "brat", "--project", "P", "F"], ["predict", "--model", "none", "F"],
            ["check", "F/\(name)"], ["evaluate", "--gold", "F/\(name)", "--predicted", "F/\(name)"],
            ["keys", "--with", "F/\(name)"], ["model", "F/\(name)"],
            ["import", "--project", "P", "--format", Self.hostile, "F"],
        ] {
            let run = try folder.run(arguments)
            #expect(run.exitCode != 0)
            expectHarmless(run)
        }
    }

    @Test("is the same JSON on standard output")
    func json() throws {
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", #"{"id":"\#(Self.escaped)","text":"no pain","start":3,"end":7}"# + "\n")
        let run = try folder.run("assertion", "in.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(
            run.output.contains(#"\u001b]52;c;cHduZWQ=\u0007"#) && run.output.contains(#"\u009b31m\u0085\u202e\u2066X"#)
        )
        expectHarmless(run)
    }

    @Test("is named by its place where words do not fit, not by a patient's words")
    func words() throws {
        let folder = try ReviewFolder()
        let record = #"{"id":"a","text":"chest pain","spans":[{"start":0,"end":5,"label":"Sign","text":"Mueller"}]}"#
        try folder.write("in.jsonl", record + "\n")
        for arguments in [["check", "in.jsonl"], ["import", "--project", "P", "in.jsonl"]] {
            let run = try folder.run(arguments)
            #expect(run.exitCode == 1)
            #expect(!run.errors.contains("Mueller") && !run.errors.contains("chest"), "\(run.errors)")
            #expect(run.errors.contains("[0, 5)"), "\(run.errors)")
        }
    }
}
