import ClinicalBERT
import Testing
import Training

@Suite("Gradients")
struct GradientTests {
    static let tokens = TrainingTask.tokens(labels: ["O", "B-X", "I-X"])
    static let texts = TrainingTask.texts(labels: ["no", "yes"])

    /// Two sequences, of which the second uses the other type.
    static func batch(_ task: TrainingTask) -> [TrainingSequence] {
        let ids: [[Int32]] = [[2, 5, 6, 8, 9, 3], [2, 7, 5, 3]]
        let targets: [[(Int, Int)]] =
            switch task {
            case .tokens: [[(1, 1), (2, 2), (4, 0)], [(1, 0), (2, 1)]]
            case .texts: [[(0, 1)], [(0, 0)]]
            case .masks: [[(2, 6), (3, 8)], [(1, 11)]]
            }
        return zip(ids, targets).enumerated().map { index, pair in
            TrainingSequence(
                ids: pair.0, types: pair.0.map { _ in Int32(index) },
                targets: pair.1.map { .init(token: $0.0, label: $0.1) })
        }
    }

    /// What float32 leaves of a slope: 1.1e-3 is seen, and a wrong term would be hundreds of times that.
    private static let bound = 3e-3

    /// How far the gradients are from (loss(w + ε) − loss(w − ε)) / 2ε, of all parameters together: ‖difference‖ / ‖gradient‖.
    ///
    /// ε is large for float32's sake: what it neglects is of its third power.
    private func error(
        _ checkpoint: TrainableCheckpoint, _ task: TrainingTask, loss: CrossEntropy = CrossEntropy(), workers: Int = 1,
        frozen: Int = 0, adapters: AdapterSettings? = nil, batch given: [TrainingSequence]? = nil
    ) throws -> Double {
        let model = EncoderModel(checkpoint, task: task, adapters: adapters, frozenBlocks: frozen)
        let weights = try model.weights(from: checkpoint, seed: 3)
        // A classifier near zero would hide the gradients of what is below it.
        for parameter in model.layout.parameters where parameter.name.hasPrefix("classifier") {
            for (index, _) in weights[parameter].enumerated() { weights[parameter][index] *= 25 }
        }
        // So would a B of zeros those of A.
        for parameter in model.layout.parameters where parameter.name.hasSuffix("lora_B.weight") {
            for index in weights[parameter].indices { weights[parameter][index] = Float(index % 7) / 10 - 0.3 }
        }
        let trainer = Trainer(model, weights: weights, loss: loss, seed: 5, workers: workers)
        let batch = given ?? Self.batch(task)
        _ = trainer.computeGradients(of: batch)
        let gradients = Array(trainer.summedGradients.numbers)
        let step: Float = 0.01
        var difference = 0.0
        var total = 0.0
        var kinks = 0
        for parameter in model.layout.parameters where parameter.isTrained {
            for index in parameter.range {
                let before = weights.numbers[index]
                var sides: [Double] = []
                for factor: Float in [-2, -1, 1, 2] {
                    weights.numbers[index] = before + factor * step
                    sides.append(trainer.computeGradients(of: batch).loss)
                }
                weights.numbers[index] = before
                // The differences at one and at two steps, so that only the fifth power is left out.
                let slope = (8 * (sides[2] - sides[1]) - (sides[3] - sides[0])) / (12 * Double(step))
                let gradient = Double(gradients[index])
                // DistilBERT's head has a ReLU; with a kink between the steps there is no slope to compare with.
                let near = (sides[2] - sides[1]) / (2 * Double(step))
                let far = (sides[3] - sides[0]) / (4 * Double(step))
                if abs(near - far) > 0.05 * max(abs(near), abs(far)) + 1e-3 {
                    kinks += 1
                    continue
                }
                difference += (slope - gradient) * (slope - gradient)
                total += slope * slope
            }
        }
        #expect(kinks * 20 < model.layout.parameters.reduce(0) { $0 + $1.range.count })
        return (difference / total).squareRoot()
    }

    @Test(
        "agree with central differences for every head of both architectures",
        arguments: TrainableCheckpoint.Architecture.allCases, [tokens, texts, .masks])
    func centralDifferences(_ architecture: TrainableCheckpoint.Architecture, _ task: TrainingTask) throws {
        let tiny = try TinyEncoder(architecture)
        #expect(try error(tiny.checkpoint, task) < Self.bound)
    }

    @Test(
        "agree with central differences for every activation",
        arguments: ["gelu", "gelu_new", "quick_gelu", "silu", "tanh"])
    func activations(_ name: String) throws {
        let tiny = try TinyEncoder(.bert, activation: name)
        #expect(try error(tiny.checkpoint, Self.tokens) < Self.bound)
    }

    @Test("agree with central differences under dropout, whose masks are those of the step")
    func dropout() throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.3)
        #expect(try error(tiny.checkpoint, Self.tokens) < Self.bound)
    }

    @Test("agree with central differences with smoothed targets and weighted classes")
    func weightedLoss() throws {
        let tiny = try TinyEncoder(.bert)
        let loss = CrossEntropy(smoothing: 0.1, classWeights: [0.5, 2, 1])
        #expect(try error(tiny.checkpoint, Self.tokens, loss: loss) < Self.bound)
    }

    @Test("agree with central differences where only is known what is wrong")
    func excluded() throws {
        let tiny = try TinyEncoder(.bert)
        var batch = Self.batch(Self.tokens)
        batch[0].targets[1] = .init(token: 2, excluding: [1, 2])
        batch[1].targets[0] = .init(token: 1, excluding: [2])
        let loss = CrossEntropy(smoothing: 0.1, classWeights: [0.5, 2, 1])
        #expect(try error(tiny.checkpoint, Self.tokens, loss: loss, batch: batch) < Self.bound)
    }

    @Test("of what is wrong are −log(1 − p) and its slope, also where it was thought to be sure")
    func excludedValues() {
        var even: [Float] = [0, 0, 0]
        let loss = CrossEntropy().apply(&even, count: 3, excluding: [1], scale: 1)
        #expect(abs(loss - 0.405465) < 1e-5)
        for (gradient, expected) in zip(even, [-1.0 / 6, 1.0 / 3, -1.0 / 6] as [Float]) {
            #expect(abs(gradient - expected) < 1e-6)
        }
        var sure: [Float] = [-40, 60, -40]
        #expect(abs(CrossEntropy().apply(&sure, count: 3, excluding: [1], scale: 1) - 99.30685) < 1e-3)
        #expect(sure.allSatisfy(\.isFinite) && abs(sure[1] - 1) < 1e-6)
    }

    @Test("agree with central differences above frozen layers", arguments: [1, 2])
    func frozen(_ blocks: Int) throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.3)
        #expect(try error(tiny.checkpoint, Self.tokens, frozen: blocks) < Self.bound)
    }

    @Test("agree with central differences for adapters", arguments: TrainableCheckpoint.Architecture.allCases, [0, 1])
    func adapters(_ architecture: TrainableCheckpoint.Architecture, _ frozen: Int) throws {
        let tiny = try TinyEncoder(architecture)
        let adapters = AdapterSettings(rank: 2, alpha: 3)
        #expect(try error(tiny.checkpoint, Self.tokens, frozen: frozen, adapters: adapters) < Self.bound)
    }

    @Test("leave frozen layers as they are, and the same with their outputs kept")
    func frozenOutputs() throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.3)
        let model = EncoderModel(tiny.checkpoint, task: Self.tokens, frozenBlocks: 1)
        func train(keeping isKept: Bool) throws -> ParameterArena {
            let trainer = Trainer(
                model, weights: try model.weights(from: tiny.checkpoint, seed: 3), seed: 5, workers: 2)
            var batch = Self.batch(Self.tokens)
            if isKept {
                for (index, outputs) in trainer.frozenOutputs(of: batch).enumerated() { batch[index].frozen = outputs }
                #expect(batch.allSatisfy { $0.frozen != nil })
            }
            for _ in 0..<3 { _ = try trainer.step(batch, rate: 0.01) }
            return trainer.weights
        }
        let first = try model.weights(from: tiny.checkpoint, seed: 3)
        let computed = try train(keeping: false)
        let kept = try train(keeping: true)
        for parameter in model.layout.parameters {
            let isLeft = Array(computed[parameter]) == Array(first[parameter])
            #expect(isLeft != parameter.isTrained, "\(parameter.name)")
            #expect(Array(computed[parameter]) == Array(kept[parameter]), "\(parameter.name)")
        }
    }

    @Test("are the same whatever the number of workers", arguments: [tokens, .masks])
    func workers(_ task: TrainingTask) throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.3)
        let batch = Self.batch(task)
        let results = try [1, 2, 3].map { workers in
            let model = EncoderModel(tiny.checkpoint, task: task)
            let trainer = Trainer(
                model, weights: try model.weights(from: tiny.checkpoint, seed: 3), seed: 5, workers: workers)
            let loss = trainer.computeGradients(of: batch).loss
            return (loss, Array(trainer.summedGradients.numbers))
        }
        for (loss, gradients) in results.dropFirst() {
            #expect(abs(loss - results[0].0) < 1e-6)
            for (one, other) in zip(gradients, results[0].1) { #expect(abs(one - other) < 1e-6) }
        }
    }

    @Test("of a smoothed and weighted loss are those of PyTorch's cross_entropy")
    func crossEntropy() {
        // cross_entropy(tensor([[1., 2., 0.5]]), tensor([1]), weight=tensor([.5, 2., 1.]), label_smoothing=0.1), sum.
        var logits: [Float] = [1, 2, 0.5]
        let loss = CrossEntropy(smoothing: 0.1, classWeights: [0.5, 2, 1])
        let value = loss.apply(&logits, count: 3, label: 1, scale: 1)
        #expect(abs(value - 0.9567068815231323) < 1e-6)
        for (gradient, golden) in zip(logits, [0.4265, -0.6620, 0.2355] as [Float]) {
            #expect(abs(gradient - golden) < 1e-4)
        }
    }
}
