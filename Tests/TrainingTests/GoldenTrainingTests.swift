import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Training

@Suite("Training beside PyTorch", .enabled(if: ParityFolder.path != nil, ParityFolder.absent))
struct GoldenTrainingTests {
    private func golden(_ task: String) throws -> (file: JSONValue, checkpoint: TrainableCheckpoint, task: TrainingTask)
    {
        let folder = try #require(ParityFolder.path)
        let path = "\(folder)/training/training.json"
        let file = try #require(try JSONValue.parse(try NoteReader.bytes(of: path), file: path)["tasks"]?[task])
        let checkpoint = "\(folder)/\(try #require(file["checkpoint"]?.stringValue))"
        let labels = try ModelConfiguration(checkpoint: checkpoint).labels
        let kind: TrainingTask =
            switch task {
            case "ner": .tokens(labels: labels)
            case "seqcls": .texts(labels: labels)
            default: .masks
            }
        return (file, try TrainableCheckpoint(folder: checkpoint), kind)
    }

    private func batch(_ file: JSONValue) throws -> [TrainingSequence] {
        func rows(_ name: String) throws -> [[Int]] {
            try #require(file[name]?.arrayValue).map { row in
                row.arrayValue?.compactMap(\.intValue) ?? [row.intValue ?? 0]
            }
        }
        return zip(zip(try rows("ids"), try rows("mask")), try rows("labels")).map { pair, labels in
            let length = pair.1.reduce(0, +)
            return TrainingSequence(
                ids: pair.0.prefix(length).map(Int32.init), types: [Int32](repeating: 0, count: length),
                targets: labels.enumerated().filter { $0.element >= 0 }.map {
                    .init(token: $0.offset, label: $0.element)
                })
        }
    }

    private func trainer(_ task: String, workers: Int) throws -> (trainer: Trainer, file: JSONValue) {
        let (file, checkpoint, kind) = try golden(task)
        let model = EncoderModel(checkpoint, task: kind, dropout: TrainableCheckpoint.DropoutRates.none)
        return (
            Trainer(model, weights: try model.weights(from: checkpoint, seed: 0), seed: 0, workers: workers), file
        )
    }

    @Test("gives every gradient of the first step", arguments: ["ner", "seqcls", "mlm"])
    func gradients(_ task: String) throws {
        let (trainer, file) = try trainer(task, workers: 2)
        let result = trainer.computeGradients(of: try batch(file))
        // A folder of its own, since weights are looked for by the name of a checkpoint's.
        let folder =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"
        try AtomicFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(
            atPath: "\(ParityFolder.path ?? "")/training/\(task)-gradients.safetensors",
            toPath: "\(folder)/model.safetensors")
        let stored = try StoredNumbers(folder: folder)
        for parameter in trainer.model.layout.parameters {
            var golden = [Float](repeating: 0, count: parameter.count)
            try stored.copy(parameter.name, parameter.shape, to: &golden)
            var difference = 0.0
            var total = 0.0
            for (one, other) in zip(trainer.summedGradients[parameter], golden) {
                difference += Double(one - other) * Double(one - other)
                total += Double(other) * Double(other)
            }
            // A key's bias moves all scores of a row alike, which softmax does not see: its gradient is nothing but rounding,
            // and is compared with those of the whole model.
            let isNothing = total.squareRoot() < 1e-6 * result.gradientNorm
            #expect(isNothing == parameter.name.hasSuffix("key.bias"))
            let size = isNothing ? result.gradientNorm : total.squareRoot()
            #expect(difference.squareRoot() / size < 1e-4, "\(parameter.name)")
        }
    }

    @Test("has the losses and norms of ten steps of AdamW", arguments: ["ner", "seqcls", "mlm"])
    func tenSteps(_ task: String) throws {
        let (trainer, file) = try trainer(task, workers: 1)
        let losses = try #require(file["losses"]?.arrayValue).compactMap(\.doubleValue)
        let norms = try #require(file["gradient_norms"]?.arrayValue).compactMap(\.doubleValue)
        let schedule = LinearSchedule(peak: 1e-3, warmUpSteps: 2, totalSteps: 10)
        let batch = try batch(file)
        #expect(losses.count == 10)
        for (step, (loss, norm)) in zip(losses, norms).enumerated() {
            let result = try trainer.step(batch, rate: schedule.rate(at: step))
            #expect(abs(result.loss - loss) < 1e-4, "step \(step)")
            #expect(abs(result.gradientNorm - norm) < 1e-3, "step \(step)")
        }
    }
}
