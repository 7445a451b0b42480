import COneDNN
import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("The ways of computing linear layers")
struct LinearBackendTests {
    static let folder = "\(ParityFolder.root)/Samples/Models/clinical-mini"
    static let available = LinearBackend.allCases.filter(\.isAvailable)

    private static let note = NoteText(
        """
        Admitted with three days of fever to 39.1 and right flank pain. No haematuria, no vomiting.
        CT abdomen showed a 6 mm stone in the right ureter with mild hydronephrosis.
        Given ceftriaxone 2 g IV and paracetamol 1 g; a ureteric stent was placed the same evening.
        """)

    private func logits(_ model: ClinicalModel, threads: Int) throws -> [Float] {
        try #require(model.logits(for: [model.tokenizer.encode(Self.note)], threads: threads)?.first).values
    }

    @Test("agree with OpenBLAS in float32, with one worker, two and three", arguments: available)
    func float32(_ backend: LinearBackend) throws {
        guard backend.precision == .float32 else { return }
        let reference = try logits(try ClinicalModel(checkpoint: Self.folder, backend: .openBLAS), threads: 1)
        let model = try ClinicalModel(checkpoint: Self.folder, backend: backend)
        for threads in 1...3 {
            let values = try logits(model, threads: threads)
            #expect(values.count == reference.count)
            #expect(zip(values, reference).allSatisfy { abs($0 - $1) < 2e-4 })
        }
    }

    @Test("find the same spans, whatever computes them in float32")
    func spans() throws {
        let models = try [LinearBackend.openBLAS, .packed, .fastest(.float32)].map {
            try ClinicalModel(checkpoint: Self.folder, backend: $0)
        }
        let spans = try models.flatMap { model in
            try [1, 2].map { try #require(try model.spans(in: [Self.note], threads: $0)?.first) }
        }
        #expect(spans[0].count > 10)
        for other in spans { #expect(other.map(\.span) == spans[0].map(\.span)) }
        for other in spans { #expect(other.map(\.label) == spans[0].map(\.label)) }
    }

    @Test("stay close with 8-bit weights, and are not the float32 ones", arguments: available)
    func int8(_ backend: LinearBackend) throws {
        guard backend.precision == .int8 else { return }
        let exact = try ClinicalModel(checkpoint: Self.folder, backend: .openBLAS)
        let rounded = try ClinicalModel(checkpoint: Self.folder, backend: backend)
        let differences = zip(try logits(exact, threads: 1), try logits(rounded, threads: 2)).map { abs($0 - $1) }
        let largest = try #require(differences.max())
        #expect(largest > 1e-4)
        #expect(largest < 1)
        let spans = try [exact, rounded].map { try #require(try $0.spans(in: [Self.note])?.first) }
        let same = Set(spans[0].map(\.span)).intersection(spans[1].map(\.span)).count
        #expect(same >= spans[0].count - 1)
    }

    @Test("choose one that is available for each precision", arguments: Precision.allCases)
    func fastest(_ precision: Precision) {
        #expect(LinearBackend.fastest(precision).isAvailable)
        #expect(LinearBackend.fastest(precision).precision == precision)
    }

    @Test("multiply by oneDNN as by hand", .enabled(if: od_available() == 1, "oneDNN is not in this build or machine"))
    func oneDNN() throws {
        // Two inputs, three outputs.
        let weight: [Float] = [1, 2, 3, 4, 5, 6]
        let layer = try #require(od_linear_create(weight, 3, 2, OD_FLOAT32))
        defer { od_linear_free(layer) }
        var output = [Float](repeating: 0, count: 6)
        #expect(od_linear_run(layer, [Float]([1, 10, -1, 0]), 2, &output) == 0)
        #expect(output == [21, 43, 65, -1, -3, -5])
        let bytes = try #require(od_linear_create([Int8]([1, 2, 3, 4, 5, 6]), 3, 2, OD_INT8))
        defer { od_linear_free(bytes) }
        var sums = [Int32](repeating: 0, count: 3)
        #expect(od_linear_run(bytes, [UInt8]([1, 10]), 1, &sums) == 0)
        #expect(sums == [21, 43, 65])
    }
}
