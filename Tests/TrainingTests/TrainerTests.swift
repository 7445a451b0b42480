import ClinicalBERT
import Testing
import Training

@Suite("A step of training")
struct TrainerTests {
    private func trainer(
        _ tiny: TinyEncoder, decay: Float = 0.01, workers: Int = 1
    ) throws -> Trainer {
        let model = EncoderModel(tiny.checkpoint, task: GradientTests.tokens)
        return Trainer(
            model, weights: try model.weights(from: tiny.checkpoint, seed: 3), optimizer: AdamW(decay: decay), seed: 5,
            workers: workers)
    }

    @Test("takes rate · decay from every weight, and nothing from biases and norms")
    func decay() throws {
        let tiny = try TinyEncoder(.bert)
        let (plain, decaying) = (try trainer(tiny, decay: 0), try trainer(tiny, decay: 0.5))
        let first = Array(plain.weights.numbers)
        for trainer in [plain, decaying] { _ = try trainer.step(GradientTests.batch(GradientTests.tokens), rate: 0.1) }
        for parameter in plain.model.layout.parameters {
            let isDecayed = !parameter.name.hasSuffix(".bias") && !parameter.name.contains("LayerNorm")
            for index in parameter.range {
                let taken = plain.weights.numbers[index] - decaying.weights.numbers[index]
                #expect(abs(taken - (isDecayed ? 0.05 * first[index] : 0)) < 1e-6, "\(parameter.name)")
            }
        }
    }

    @Test("of more tokens than go through the layers at once has the mean gradient of its parts", arguments: [1, 2])
    func groups(_ workers: Int) throws {
        let tiny = try TinyEncoder(.bert)
        // 90 sequences of 14 tokens are 1,260 rows, and a group has at most 512.
        let batch = (0..<90).map { index in
            TrainingSequence(
                ids: (0..<14).map { Int32(2 + (index * 5 + $0 * 3) % 10) }, types: .init(repeating: 0, count: 14),
                targets: (0...index % 3).map { .init(token: 1 + 4 * $0, label: (index + $0) % 3) })
        }
        let trainer = try trainer(tiny, workers: workers)
        var sum = [Double](repeating: 0, count: trainer.weights.numbers.count)
        var loss = 0.0
        for sequence in batch {
            let share = Double(sequence.targets.count) / 180
            loss += share * trainer.computeGradients(of: [sequence]).loss
            for (index, gradient) in trainer.summedGradients.numbers.enumerated() {
                sum[index] += share * Double(gradient)
            }
        }
        #expect(batch.reduce(0) { $0 + $1.targets.count } == 180)
        #expect(abs(trainer.computeGradients(of: batch).loss - loss) < 1e-6)
        for (index, gradient) in trainer.summedGradients.numbers.enumerated() {
            #expect(abs(Double(gradient) - sum[index]) < 1e-6)
        }
    }

    @Test("of two workers comes to the same numbers each time")
    func repeats() throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.3)
        func weights() throws -> [Float] {
            let trainer = try trainer(tiny, workers: 2)
            for _ in 0..<20 { _ = try trainer.step(GradientTests.batch(GradientTests.tokens), rate: 0.01) }
            return Array(trainer.weights.numbers)
        }
        let first = try weights()
        for _ in 0..<5 { #expect(try weights() == first) }
    }
}
