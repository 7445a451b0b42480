import ClinicalText
import Testing

@Suite("The command model")
struct ModelCommandTests {
    private static let model = "\(ReviewFolder.root)/Samples/Models/clinical-mini"

    @Test("says what the embedded model is and that it runs")
    func embedded() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        let run = try folder.run("model", Self.model)
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("clinical-mini@") == true)
        for words in [
            "bert: 6 layers, 384 wide, 12 heads", "39: O, B-Administration", "WordPiece, 30522 pieces", "passed",
            "float32 product: ", ", checked against plain C", "the same bits from one worker and two",
        ] {
            #expect(run.output.contains(words), "\(run.output)")
        }
    }

    @Test("prints the same as one JSON object")
    func json() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        let run = try folder.run("model", "--json", Self.model)
        #expect(run.exitCode == 0)
        let report = try JSONValue.parse(Array(run.output.utf8), file: "output")
        #expect(report["architecture"]?.stringValue == "bert")
        #expect(report["task"]?.stringValue == "tokenClassification")
        #expect(report["sizes"]?["layers"]?.intValue == 6)
        #expect(report["labels"]?["count"]?.intValue == report["labels"]?["names"]?.arrayValue?.count)
        #expect(report["tokenizer"]?["lowercases"]?.boolValue == true)
        #expect(report["weights"]?["form"]?.stringValue == "safetensors")
        #expect(report["weights"]?["precision"]?["F16"]?.intValue == report["parameters"]?.intValue)
        #expect(report["selfTest"]?["passed"]?.boolValue == true)
        #expect(report["warnings"]?.arrayValue == [])
    }

    @Test("refuses weights that name something to call, by its name, and runs nothing")
    func malicious() throws {
        let folder = try ReviewFolder(notes: ["a": "Denies pain."])
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
            try folder.write("home/\(name)", NoteReader.bytes(of: "\(Self.model)/\(name)"))
        }
        let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let attack = "cposix\nsystem\n(X\u{C}\0\0\0touch pwnedatR."
        try folder.write("home/pytorch_model.bin", magic + [0x80, 2] + Array(attack.utf8))
        let before = folder.listing
        for command in [["model", "home"], ["predict", "--model", "home", "Notes"]] {
            let run = try CommandRun(ReviewFolder.program, command, in: folder.path, environment: folder.environment)
            #expect(run.exitCode == 1)
            #expect(run.errors.hasPrefix("chartmark: home/pytorch_model.bin, byte 17: it names 'posix.system'"))
            #expect(run.output.isEmpty)
        }
        #expect(folder.listing == before)
    }
}
