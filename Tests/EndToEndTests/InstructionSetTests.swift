import ClinicalText
import Testing

@Suite("The engine with each instruction set")
struct InstructionSetTests {
    private static let note = "Given aspirin 81 mg daily for chest pain. No fever, cough or dyspnoea since Monday.\n"

    private func logits(_ set: String?, _ folder: ReviewFolder) throws -> [Float] {
        let variables = set.map { ["CHARTMARK_VECTOR": $0] } ?? [:]
        let run = try CommandRun(
            ReviewFolder.program, ["logits", "\(folder.notes)/note.txt"], in: folder.path,
            environment: folder.environment.merging(variables) { $1 })
        #expect(run.exitCode == 0, "\(run.errors)")
        let record = try JSONValue.parse(Array(run.output.utf8), file: "logits")
        return (record["logits"]?.arrayValue ?? []).flatMap { row in
            (row.arrayValue ?? []).compactMap { $0.doubleValue.map(Float.init) }
        }
    }

    @Test("puts out the same logits with each that the machine has")
    func narrower() throws {
        let folder = try ReviewFolder(notes: ["note": Self.note])
        let report = try folder.run("model", "--json")
        let names = try JSONValue.parse(Array(report.output.utf8), file: "model")["engine"]?["names"]?.arrayValue ?? []
        #expect(names.first?.stringValue == "baseline")
        let widest = try logits(nil, folder)
        #expect(widest.count > 39)
        for name in names.compactMap(\.stringValue) {
            let narrow = try logits(name, folder)
            #expect(widest.count == narrow.count, "\(name)")
            #expect(zip(widest, narrow).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name)")
        }
    }

    @Test("refuses the name of another, with those that the machine has")
    func unknown() throws {
        let folder = try ReviewFolder(notes: ["note": Self.note])
        for name in ["sse9", "AVX2", "baseline "] {
            let run = try CommandRun(
                ReviewFolder.program, ["logits", "\(folder.notes)/note.txt"], in: folder.path,
                environment: folder.environment.merging(["CHARTMARK_VECTOR": name]) { $1 })
            #expect(run.exitCode == 2)
            #expect(run.output.isEmpty)
            #expect(
                run.errors.hasPrefix(
                    "chartmark: CHARTMARK_VECTOR is '\(name)', which this processor does not run; it may be baseline"))
        }
    }
}
