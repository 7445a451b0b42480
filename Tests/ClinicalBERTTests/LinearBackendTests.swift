import ClinicalBERT
import ClinicalText
import Testing
import Tokenization

@Suite("The ways of computing linear layers")
struct LinearBackendTests {
    static let folder = "\(ParityFolder.root)/Samples/Models/clinical-mini"

    private static let note = NoteText(
        """
        Admitted with three days of fever to 39.1 and right flank pain. No haematuria, no vomiting.
        CT abdomen showed a 6 mm stone in the right ureter with mild hydronephrosis.
        Given ceftriaxone 2 g IV and paracetamol 1 g; a ureteric stent was placed the same evening.
        """)

    private func logits(_ model: ClinicalModel, threads: Int) throws -> [Float] {
        try #require(model.logits(for: [model.tokenizer.encode(Self.note)], threads: threads)?.first).values
    }

    @Test("agree with OpenBLAS in float32")
    func float32() throws {
        let reference = try logits(try ClinicalModel(checkpoint: Self.folder, backend: .openBLAS), threads: 1)
        let values = try logits(try ClinicalModel(checkpoint: Self.folder), threads: 2)
        #expect(values.count == reference.count)
        #expect(zip(values, reference).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("find the same spans in float32")
    func spans() throws {
        let spans = try LinearBackend.allCases.map { backend in
            let model = try ClinicalModel(checkpoint: Self.folder, backend: backend)
            return try #require(try model.spans(in: [Self.note])?.first)
        }
        #expect(spans[0].count > 10)
        for other in spans { #expect(other.map(\.span) == spans[0].map(\.span)) }
        for other in spans { #expect(other.map(\.label) == spans[0].map(\.label)) }
    }

    @Test("stay close with rounded numbers, and are not the float32 ones", arguments: [Precision.int8, .bfloat16])
    func rounded(_ precision: Precision) throws {
        if let reason = precision.unavailableReason {
            // What this machine cannot compute is refused, and says why.
            let error = #expect(throws: BadInput.self) {
                try ClinicalModel(checkpoint: Self.folder, precision: precision)
            }
            #expect(error?.reason.contains(reason) == true)
            return
        }
        let exact = try ClinicalModel(checkpoint: Self.folder)
        let rounded = try ClinicalModel(checkpoint: Self.folder, precision: precision)
        let differences = zip(try logits(exact, threads: 1), try logits(rounded, threads: 2)).map { abs($0 - $1) }
        let largest = try #require(differences.max())
        #expect(largest > 1e-4)
        #expect(largest < 1)
        let spans = try [exact, rounded].map { try #require(try $0.spans(in: [Self.note])?.first) }
        let same = Set(spans[0].map(\.span)).intersection(spans[1].map(\.span)).count
        #expect(same >= spans[0].count - 1)
    }

    @Test("refuse OpenBLAS with anything but float32")
    func openBLASRounded() {
        #expect(throws: BadInput.self) {
            try ClinicalModel(checkpoint: Self.folder, precision: .int8, backend: .openBLAS)
        }
    }

    @Test("give the same bits to any number of workers, alone and in a batch", arguments: Precision.allCases)
    func sameBits(_ precision: Precision) throws {
        guard precision.unavailableReason == nil else { return }
        let model = try ClinicalModel(checkpoint: Self.folder, precision: precision)
        // Texts of many lengths, so that chunks, tiles and blocks of queries end in other places each time.
        let whole = Self.note
        let texts = [3, 17, 60, 95, 140, whole.scalarCount].map { end in
            NoteText(whole[TextSpan(0, end)])
        }
        let encodings = texts.map { model.tokenizer.encode($0) }
        let alone = try encodings.map { try #require(model.logits(for: [$0], threads: 1)?.first).values }
        for threads in [1, 2, 3, 8] {
            let batch = try #require(model.logits(for: encodings, threads: threads)).map(\.values)
            #expect(batch == alone, "with \(threads) workers")
        }
        let backwards = try #require(model.logits(for: encodings.reversed(), threads: 2)).map(\.values)
        #expect(Array(backwards.reversed()) == alone)
    }
}
