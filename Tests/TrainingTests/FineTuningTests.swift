import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Glibc
import Storage
import Synchronization
import Testing
import Tokenization
import Training

@Suite("Fine-tuning")
struct FineTuningTests {
    /// A folder that is removed at the end.
    final class Folder {
        let path =
            "\(FileManager.default.temporaryDirectory.path(percentEncoded: false))/chartmark-\(UUID().uuidString)"

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// "no chest pain ." with a span, and "no ." without: what they teach is plain.
    static func notes(_ count: Int) -> [TrainingNote] {
        (0..<count).map { index in
            let text = index % 2 == 0 ? "no chest pain ." : "no ."
            return TrainingNote(
                id: "note-\(index)", text: NoteText(text), spans: index % 2 == 0 ? [.init(TextSpan(3, 13), "X")] : [],
                location: SourceLocation("notes.jsonl", line: index + 1))
        }
    }

    static let task = TrainingTask.tokens(labels: TrainingLabels.tags(["X"]))

    static var settings: FineTuningSettings {
        var settings = FineTuningSettings()
        settings.epochs = 4
        settings.batchSize = 3
        settings.learningRate = 0.02
        settings.windows = .init(window: 12, stride: 3)
        settings.workers = 1
        return settings
    }

    func run(
        _ tiny: TinyEncoder, _ output: String, _ settings: FineTuningSettings = settings, resumes: Bool = false,
        file: AtomicFile = AtomicFile()
    ) throws(BadInput) -> FineTuning {
        try FineTuning(
            tiny.checkpoint, task: Self.task, training: Self.notes(10), development: Self.notes(4), settings: settings,
            output: output, resumes: resumes, file: file)
    }

    @Test("learns what its notes teach, and leaves a checkpoint that predicts it")
    func learns() throws {
        let tiny = try TinyEncoder(.bert, dropout: 0.1)
        let output = Folder()
        var settings = Self.settings
        settings.epochs = 30
        let tuning = try run(tiny, output.path, settings)
        var losses: [Double] = []
        let outcome = try tuning.run { losses.append($0.loss) }
        #expect(outcome == .done(best: 1))
        #expect(losses.count == 30 * 4)
        let first = losses.prefix(4).max() ?? 0
        let last = losses.suffix(4).max() ?? 0
        #expect(last < first / 2)
        let model = try ClinicalModel(checkpoint: output.path)
        let spans = try #require(try model.spans(in: [NoteText("no chest pain .")])?.first)
        #expect(spans.map(\.span) == [TextSpan(3, 13)])
        #expect(spans.map(\.label) == ["X"])
        #expect(model.configuration.windows == ModelConfiguration.Windows(window: 12, stride: 3))
        let left = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
        #expect(left == ["config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"])
    }

    @Test("stops at a loss that is no number, names the batch, and keeps the best checkpoint")
    func notANumber() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        let tuning = try run(tiny, output.path)
        var before: [UInt8] = []
        let error = #expect(throws: BadInput.self) {
            try tuning.run { progress in
                guard progress.epoch == 1, progress.step == 2 else { return }
                before = (try? NoteReader.bytes(of: "\(output.path)/model.safetensors")) ?? []
                tuning.trainer.weights.numbers[0] = .nan
                for parameter in tuning.model.layout.parameters where parameter.name.hasPrefix("classifier") {
                    tuning.trainer.weights[parameter].update(repeating: .nan)
                }
            }
        }
        #expect(error?.location.file == "epoch 2, batch 3")
        #expect(error?.reason.contains("'note-") == true)
        #expect(!before.isEmpty)
        #expect(try NoteReader.bytes(of: "\(output.path)/model.safetensors") == before)
        #expect(throws: Never.self) { try ClinicalModel(checkpoint: output.path) }
    }

    @Test("refuses a token that the word table has no row for, by its note")
    func unknownToken() throws {
        let tiny = try TinyEncoder(.bert)
        try AtomicFile().replace("\(tiny.path)/added_tokens.json", with: Array(#"{"[drug]":40}"#.utf8))
        let note = TrainingNote(
            id: "note-7", text: NoteText("no [drug] ."), spans: [], location: SourceLocation("notes.jsonl", line: 1))
        let output = Folder()
        let error = #expect(throws: BadInput.self) {
            try FineTuning(
                tiny.checkpoint, task: Self.task, training: Self.notes(4) + [note], development: [],
                settings: Self.settings, output: output.path)
        }
        #expect(error?.reason.contains("'note-7'") == true)
        #expect(error?.reason.contains("word table has 12 rows") == true)
        var settings = PretrainingSettings()
        settings.windows = Self.settings.windows
        let pretraining = #expect(throws: BadInput.self) {
            try Pretraining(
                tiny.checkpoint,
                training: [Note(id: "note-8", text: note.text, location: note.location)], development: [],
                settings: settings, output: output.path)
        }
        #expect(pretraining?.reason.contains("'note-8'") == true)
    }

    @Test(
        "believes no size that the weights do not hold",
        arguments: ["vocab_size", "num_hidden_layers", "intermediate_size", "max_position_embeddings"])
    func sizes(_ name: String) throws {
        let tiny = try TinyEncoder(.bert)
        let file = "\(tiny.path)/config.json"
        var members = try #require(try JSONValue.parse(try NoteReader.bytes(of: file), file: file).objectValue)
        members[name] = .integer(16_777_215)
        try AtomicFile().replace(file, with: Array(try JSONValue.line(members).utf8))
        let error = #expect(throws: BadInput.self) { try TrainableCheckpoint(folder: tiny.path) }
        #expect(error?.reason.contains("is it of the same checkpoint?") == true)
    }

    @Test("takes any number of epochs and any size of batch")
    func longestRun() throws {
        let tiny = try TinyEncoder(.bert)
        for (epochs, batch) in [(Int.max, 3), (2, Int.max)] {
            let output = Folder()
            var settings = Self.settings
            settings.epochs = epochs
            settings.batchSize = batch
            var steps = 0
            let outcome = try run(tiny, output.path, settings).run(
                report: { _ in steps += 1 }, isInterrupted: { steps == 5 })
            #expect(batch == 3 ? outcome == .interrupted : steps == 2)
        }
    }

    @Test("learns with words hidden, and goes on to the same numbers")
    func hidesWords() throws {
        let tiny = try TinyEncoder(.bert)
        let plain = Folder()
        let whole = Folder()
        let divided = Folder()
        _ = try run(tiny, plain.path).run()
        var settings = Self.settings
        settings.hiddenWords = 0.3
        let straight = try run(tiny, whole.path, settings)
        _ = try straight.run()
        var steps = 0
        _ = try run(tiny, divided.path, settings).run(report: { _ in steps += 1 }, isInterrupted: { steps == 5 })
        let resumed = try run(tiny, divided.path, settings, resumes: true)
        _ = try resumed.run()
        #expect(Array(resumed.trainer.weights.numbers) == Array(straight.trainer.weights.numbers))
        #expect(
            try NoteReader.bytes(of: "\(whole.path)/model.safetensors")
                != NoteReader.bytes(of: "\(plain.path)/model.safetensors"))
    }

    @Test("writes the mean of the epochs' weights, and goes on to the same one")
    func averages() throws {
        let tiny = try TinyEncoder(.bert)
        let whole = Folder()
        let divided = Folder()
        var settings = Self.settings
        settings.averagedEpochs = 3
        settings.precision = .float32
        let straight = try run(tiny, whole.path, settings)
        let name = "bert.embeddings.LayerNorm.weight"
        let parameter = try #require(straight.model.layout.parameters.first { $0.name == name })
        var ends: [[Float]] = []
        _ = try straight.run {
            if $0.step == $0.stepsPerEpoch { ends.append(Array(straight.trainer.weights[parameter])) }
        }
        // The mean of three epochs, moved by a third of the way to the fourth.
        #expect(ends.count == 4)
        for (index, number) in straight.trainer.result[parameter].enumerated() {
            let mean = (ends[0][index] + ends[1][index] + ends[2][index]) / 3
            #expect(abs(number - (mean + (ends[3][index] - mean) / 3)) < 1e-6)
        }
        var steps = 0
        _ = try run(tiny, divided.path, settings).run(report: { _ in steps += 1 }, isInterrupted: { steps == 6 })
        let resumed = try run(tiny, divided.path, settings, resumes: true)
        _ = try resumed.run()
        #expect(Array(resumed.trainer.result.numbers) == Array(straight.trainer.result.numbers))
        let bytes = try NoteReader.bytes(of: "\(divided.path)/model.safetensors")
        #expect(try NoteReader.bytes(of: "\(whole.path)/model.safetensors") == bytes)
    }

    @Test("cannot hide words from layers that are frozen, which see each window once")
    func hidesNothingFromFrozenLayers() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        settings.hiddenWords = 0.1
        settings.frozenBlocks = 1
        let error = #expect(throws: BadInput.self) { try run(tiny, output.path, settings) }
        #expect(error?.location.file == "--hide-words")
        #expect(error?.reason.contains("frozen layers") == true)
    }

    @Test("stops early when no better score comes")
    func patience() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        settings.epochs = 50
        // So slow that the score stays what it is.
        settings.learningRate = 1e-9
        settings.patience = 2
        var epochs = 0
        let tuning = try run(tiny, output.path, settings)
        _ = try tuning.run { epochs = max(epochs, $0.epoch + 1) }
        #expect(epochs == 3)
    }

    @Test("calls no first score the best, only one that is better than another")
    func firstScore() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        settings.epochs = 30
        var scores: [(score: Double, isBest: Bool)] = []
        _ = try run(tiny, output.path, settings).run { progress in
            if let score = progress.score { scores.append((score, progress.isBest)) }
        }
        #expect(scores.count == 30)
        var best = scores[0].score
        #expect(!scores[0].isBest)
        for (score, isBest) in scores.dropFirst() {
            #expect(isBest == (score > best))
            best = max(best, score)
        }
        #expect(best > scores[0].score)
    }

    @Test("ends after so many steps, in the midst of an epoch, with the checkpoint of the last", arguments: [1, 4, 6])
    func mostSteps(_ steps: Int) throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        settings.mostSteps = steps
        settings.savesEpochs = false
        let tuning = try run(tiny, output.path, settings)
        var shares: [Double] = []
        _ = try tuning.run { progress in
            shares.append(progress.share)
            let isWritten = FileManager.default.fileExists(atPath: "\(output.path)/config.json")
            #expect(isWritten == (progress.share == 1))
        }
        #expect(shares == (1...steps).map { Double($0) / Double(steps) })
        #expect(tuning.trainer.step == steps)
        var stored = [Float](repeating: 0, count: 3 * 6)
        try TrainableCheckpoint(folder: output.path).copy("classifier.weight", [3, 6], to: &stored)
        let parameter = try #require(tuning.model.layout.parameter("classifier.weight"))
        #expect(Array(tuning.trainer.weights[parameter]) == stored)
        #expect(!FileManager.default.fileExists(atPath: "\(output.path)/state"))
    }

    @Test("says of notes without words or labels that there is nothing to train on")
    func empty() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        let blank = TrainingNote(
            id: "a", text: NoteText("  \n"), spans: [], location: SourceLocation("a.jsonl", line: 1))
        for notes in [[], [blank]] {
            let error = #expect(throws: BadInput.self) {
                try FineTuning(
                    tiny.checkpoint, task: Self.task, training: notes, development: [], settings: Self.settings,
                    output: output.path)
            }
            #expect(error?.reason.contains("nothing to train on") == true)
        }
    }

    /// A disk with room for so many bytes.
    private final class Disk: Sendable {
        let room: Mutex<Int>

        init(room: Int = Int.max) { self.room = Mutex(room) }

        var file: AtomicFile {
            var calls = FileCalls.system
            calls.write = { [self] (file, bytes) throws(SystemError) in
                let count = room.withLock { room in
                    let count = min(bytes.count, room)
                    room -= count
                    return count
                }
                if count == 0 { throw SystemError(ENOSPC) }
                return try FileCalls.system.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            }
            return AtomicFile(calls)
        }
    }

    @Test("keeps the old checkpoint whole when the disk is full")
    func fullDisk() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        let disk = Disk()
        let tuning = try run(tiny, output.path, file: disk.file)
        var before: [UInt8] = []
        let error = #expect(throws: BadInput.self) {
            try tuning.run { progress in
                guard progress.epoch == 1, progress.step == 1 else { return }
                before = (try? NoteReader.bytes(of: "\(output.path)/model.safetensors")) ?? []
                disk.room.withLock { $0 = 1000 }
            }
        }
        #expect(error?.reason.contains("No space left on device") == true)
        #expect(!before.isEmpty)
        #expect(try NoteReader.bytes(of: "\(output.path)/model.safetensors") == before)
        #expect(throws: Never.self) { try ClinicalModel(checkpoint: output.path) }
        // What the state was after the first epoch is there to go on with.
        #expect(try run(tiny, output.path, resumes: true).trainer.step == 4)
    }

    @Test("that dies while writing leaves nothing that is taken for a model", arguments: [0, 500, 3000])
    func interruptedWrite(_ room: Int) throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        let disk = Disk(room: room)
        #expect(throws: BadInput.self) {
            let tuning = try run(tiny, output.path, file: disk.file)
            _ = try tuning.run()
        }
        #expect(!FileManager.default.fileExists(atPath: "\(output.path)/config.json"))
        #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: output.path) }
        // Nor does it stand in the way of the next run.
        #expect(throws: Never.self) { try run(tiny, output.path).run() }
    }

    @Test("with adapters leaves them as PEFT does, and a checkpoint with them merged in")
    func adapters() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        var settings = Self.settings
        settings.adapters = AdapterSettings(rank: 2)
        let tuning = try run(tiny, output.path, settings)
        _ = try tuning.run()
        let path = "\(output.path)/adapter/adapter_config.json"
        let configuration = try JSONValue.parse(try NoteReader.bytes(of: path), file: path)
        #expect(configuration["peft_type"]?.stringValue == "LORA")
        #expect(configuration["r"]?.intValue == 2)
        #expect(configuration["target_modules"]?.arrayValue?.compactMap(\.stringValue) == ["query", "value"])
        #expect(configuration["modules_to_save"]?.arrayValue?.compactMap(\.stringValue) == ["classifier"])
        // A stretch of the checkpoint that an adapter changes, one that none does, and no adapter among its tensors.
        let written = try TrainableCheckpoint(folder: output.path)
        func change(_ name: String) throws -> Bool {
            var numbers = [[Float]](repeating: [Float](repeating: 0, count: 36), count: 2)
            try written.copy(name, [6, 6], to: &numbers[0])
            try tiny.checkpoint.copy(name, [6, 6], to: &numbers[1])
            return numbers[0] != numbers[1]
        }
        let attention = "bert.encoder.layer.1.attention.self"
        #expect(try change("\(attention).query.weight"))
        #expect(try change("\(attention).value.weight"))
        #expect(try !change("\(attention).key.weight"))
        #expect(!written.has("\(attention).query.lora_A.weight"))
    }

    @Test("starts a head anew for other labels, and goes on with the rows of those it has")
    func heads() throws {
        let tiny = try TinyEncoder(.bert)
        let output = Folder()
        _ = try run(tiny, output.path).run()
        let trained = try TrainableCheckpoint(folder: output.path)
        func classifier(_ labels: [String]) throws -> [Float] {
            let again = Folder()
            let tuning = try FineTuning(
                trained, task: .tokens(labels: TrainingLabels.tags(labels)), training: Self.notes(4), development: [],
                settings: Self.settings, output: again.path)
            let parameter = try #require(tuning.model.layout.parameter("classifier.weight"))
            return Array(tuning.trainer.weights[parameter])
        }
        var stored = [Float](repeating: 0, count: 3 * 6)
        try trained.copy("classifier.weight", [3, 6], to: &stored)
        #expect(try classifier(["X"]) == stored)
        let widened = try classifier(["X", "Y"])
        #expect(widened.prefix(18) == stored[...])
        #expect(Set(widened.dropFirst(18)).count == 12)
        #expect(try classifier(["Y"]).prefix(6) != stored.prefix(6))
    }

    @Test("refuses an architecture without backward passes, naming those with")
    func architectures() throws {
        let tiny = try TinyEncoder(.bert)
        let configuration = Array(#"{"model_type":"modernbert"}"#.utf8)
        try AtomicFile().replace("\(tiny.path)/config.json", with: configuration)
        let error = #expect(throws: BadInput.self) { try TrainableCheckpoint(folder: tiny.path) }
        #expect(error?.reason.contains("bert, distilbert") == true)
    }
}
