import ClinicalBERT
import ClinicalText
import Testing

@Suite("A model's test of itself")
struct SelfTestTests {
    @Test("finds nothing wrong with a sound model")
    func sound() throws {
        let checkpoint = try TinyCheckpoint()
        let test = try ClinicalModel(checkpoint: checkpoint.path).selfTest()
        #expect(test.problems.isEmpty)
        #expect(test.texts == 6)
        // Two special tokens and the words of each sentence; three sentences are cut off at the model's 16.
        #expect(test.tokens == 5 + 12 + 16 + 16 + 15 + 16)
    }

    @Test("finds outputs that are no numbers, though every weight is one")
    func overflow() throws {
        let weights = TinyCheckpoint.weights { name, index in
            name == "classifier.weight" || name.hasSuffix("output.LayerNorm.weight")
                ? (index % 2 == 0 ? 3e38 : -3e38) : nil
        }
        let checkpoint = try TinyCheckpoint(weights: weights)
        let problems = try ClinicalModel(checkpoint: checkpoint.path).selfTest().problems
        #expect(problems.contains { $0.hasPrefix("sentence 1 has outputs that are NaN or infinite") }, "\(problems)")
    }

    @Test("lists the tensors that nothing uses and how the others are stored")
    func unused() throws {
        let tensors = TinyCheckpoint.tensors + [("bert.pooler.dense.weight", [4, 4]), ("cls.predictions.bias", [12])]
        let checkpoint = try TinyCheckpoint(weights: TinyCheckpoint.weights(tensors: tensors))
        let weights = try ClinicalModel(checkpoint: checkpoint.path).weights
        #expect(weights.unused == ["bert.pooler.dense.weight", "cls.predictions.bias"])
        #expect(weights.numbers == ["F32": weights.parameters])
        #expect(weights.files.map(\.name) == ["model.safetensors"])
        #expect(weights.form == "safetensors")
    }
}
