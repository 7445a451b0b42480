import ClinicalText
import Testing

@Suite("The command evaluate")
struct EvaluateCommandTests {
    private static let gold = """
        {"id":"a","text":"chest pain","spans":[{"start":0,"end":10,"label":"S"}],"kind":"CC"}
        {"id":"b","text":"no pain","spans":[{"start":3,"end":7,"label":"S"}],"kind":"ROS"}
        """
    /// The first is right, the second is not.
    private static let half = """
        {"id":"a","text":"chest pain","spans":[{"start":0,"end":10,"label":"S","score":0.9}],"scores":{"CC":0.8,"ROS":0.2}}
        {"id":"b","text":"no pain","spans":[{"start":0,"end":2,"label":"S","score":0.9}],"scores":{"CC":0.6,"ROS":0.4}}
        """
    private static let all = """
        {"id":"b","text":"no pain","spans":[{"start":3,"end":7,"label":"S"}],"scores":{"CC":0.1,"ROS":0.9}}
        {"id":"a","text":"chest pain","spans":[{"start":0,"end":10,"label":"S"}],"scores":{"CC":0.9,"ROS":0.1}}
        """

    private func folder() throws -> ReviewFolder {
        let folder = try ReviewFolder()
        for (name, text) in [("gold", Self.gold), ("half", Self.half), ("all", Self.all)] {
            try folder.write("\(name).jsonl", Array((text + "\n").utf8))
        }
        return folder
    }

    @Test("says how sure an F1 of two notes is, and how far the scores are from what is right")
    func interval() throws {
        let run = try folder().run("evaluate", "--gold", "gold.jsonl", "--predicted", "half.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        // A quarter of the drawn sets has the right note twice, a quarter the other one.
        #expect(run.output.contains("strict micro F1 0.500, 95 % interval 0.000 to 1.000 (bootstrap over 2 notes)"))
        // (0.9 + 0.9 − 1) / 2.
        #expect(run.output.contains("calibration error 0.400 over the scores of 2 spans"))
    }

    @Test("compares two predictions over the same sets of notes, in whatever order they stand")
    func against() throws {
        let folder = try folder()
        let run = try folder.run(
            "evaluate", "--gold", "gold.jsonl", "--predicted", "half.jsonl", "--against", "all.jsonl")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(
            run.output.contains(
                "against all.jsonl, F1 1.000: -0.500, 95 % interval -1.000 to +0.000: these notes do not tell"))
        let json = try folder.run(
            "evaluate", "--gold", "gold.jsonl", "--predicted", "all.jsonl", "--against", "all.jsonl", "--json")
        let report = try JSONValue.parse(Array(json.output.utf8), file: "output")
        #expect(report["interval"]?.arrayValue?.compactMap(\.doubleValue) == [1, 1])
        #expect(report["against"]?["difference"]?.doubleValue == 0)
        #expect(report["against"]?["interval"]?.arrayValue?.compactMap(\.doubleValue) == [0, 0])
        #expect(report["calibration"] == nil, "these spans have no scores")
    }

    @Test("judges the notes' own labels")
    func labels() throws {
        let run = try folder().run("evaluate", "--gold", "gold.jsonl", "--predicted", "half.jsonl", "--label", "kind")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("strict micro F1 0.500"))
        // 0.8 is right, 0.6 is not: (0.2 + 0.6) / 2.
        #expect(run.output.contains("calibration error 0.400 over the scores of 2 notes"))
    }

    @Test("names the record that lacks what is judged, and the id that only one side has")
    func badInput() throws {
        let folder = try folder()
        try folder.write("one.jsonl", Array(#"{"id":"a","text":"chest pain","spans":[]}"#.utf8))
        let missing = try folder.run("evaluate", "--gold", "gold.jsonl", "--predicted", "one.jsonl")
        #expect(missing.exitCode == 1)
        #expect(missing.errors.contains("gold.jsonl: 1 records are missing from one.jsonl, 'b' for one"))
        let label = try folder.run("evaluate", "--gold", "gold.jsonl", "--predicted", "half.jsonl", "--label", "type")
        #expect(label.exitCode == 1)
        #expect(label.errors.contains("the record 'a' has no string 'type'"))
        let usage = try folder.run("evaluate", "--gold", "gold.jsonl", "--fit-temperature")
        #expect(usage.exitCode == 2)
    }

    @Test("fits a temperature on notes, writes it beside the weights, and changes no span")
    func temperature() throws {
        let folder = try ReviewFolder()
        let model = "\(ReviewFolder.root)/Samples/Models/clinical-mini"
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
            try folder.write("home/\(name)", NoteReader.bytes(of: "\(model)/\(name)"))
        }
        let text = "She has asthma and took aspirin."
        try folder.write(
            "gold.jsonl", #"{"id":"a","text":"\#(text)","spans":[{"start":24,"end":31,"label":"Medication"}]}"#)
        try folder.write(
            "other.jsonl", #"{"id":"a","text":"\#(text)","spans":[{"start":24,"end":31,"label":"Drug"}]}"#)
        try folder.write("none.jsonl", #"{"id":"a","text":"No.","spans":[]}"#)
        func spans() throws -> [[JSONValue?]] {
            let run = try folder.run("predict", "--model", "home", "gold.jsonl")
            let record = try JSONValue.parse(Array(run.output.utf8), file: "output")
            return try #require(record["spans"]?.arrayValue).map { [$0["start"], $0["end"], $0["label"], $0["score"]] }
        }
        let before = try spans()
        for (file, reason) in [
            ("other.jsonl", "none is right; have labels other names?"),
            ("none.jsonl", "there are no spans that the model finds"),
        ] {
            let refused = try folder.run("evaluate", "--gold", file, "--model", "home", "--fit-temperature")
            #expect(refused.exitCode == 1)
            #expect(refused.errors.contains(reason), "\(refused.errors)")
        }
        #expect(try spans().map { $0[3] } == before.map { $0[3] })
        let run = try folder.run("evaluate", "--gold", "gold.jsonl", "--model", "home", "--fit-temperature")
        #expect(run.exitCode == 0, "\(run.errors)")
        // One of two is right, and it was sure of both: the least loss is where it is less sure.
        let configuration = try JSONValue.parse(folder.bytes("home/config.json"), file: "config.json")
        let temperature = try #require(configuration["chartmark"]?["temperature"]?.doubleValue)
        #expect((1.01..<3.9).contains(temperature), "\(run.errors)")
        let after = try spans()
        #expect(!before.isEmpty)
        #expect(before.map { Array($0.prefix(3)) } == after.map { Array($0.prefix(3)) })
        for (one, other) in zip(before, after) {
            #expect(try #require(one[3]?.doubleValue) > #require(other[3]?.doubleValue))
        }
    }
}
