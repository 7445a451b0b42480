import ClinicalText
import Testing

@Suite("The engine on narrower processors")
struct InstructionSetTests {
    private static let note = "Given aspirin 81 mg daily for chest pain. No fever, cough or dyspnoea since Monday.\n"

    private func logits(_ set: String?) throws -> [Float] {
        let folder = try ReviewFolder(notes: ["note": Self.note])
        let variables = set.map { ["CHARTMARK_VECTOR": $0] } ?? [:]
        let run = try CommandRun(
            ReviewFolder.program, ["logits", "\(folder.notes)/note.txt"], in: folder.path,
            environment: folder.environment.merging(variables) { $1 })
        #expect(run.exitCode == 0)
        let record = try JSONValue.parse(Array(run.output.utf8), file: "logits")
        return (record["logits"]?.arrayValue ?? []).flatMap { row in
            (row.arrayValue ?? []).compactMap { $0.doubleValue.map(Float.init) }
        }
    }

    @Test("puts out the same logits", arguments: ["avx2", "baseline"])
    func narrower(_ set: String) throws {
        let widest = try logits(nil)
        let narrow = try logits(set)
        #expect(widest.count > 39)
        #expect(widest.count == narrow.count)
        #expect(zip(widest, narrow).allSatisfy { abs($0 - $1) < 1e-4 })
    }
}
