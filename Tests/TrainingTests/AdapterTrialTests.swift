import Annotation
import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Synchronization
import Testing
import Training

@Suite("A trial of an adapter on somebody's notes")
struct AdapterTrialTests {
    private static let schema = LabelSchema(
        spans: [SpanLabel(label: "X", key: "X"), SpanLabel(label: "Y", key: "Y", aliases: ["why"])])

    /// A checkpoint that marks X, as it comes from `finetune`.
    private func base(_ labels: [String] = ["X"]) throws -> (TinyEncoder, FineTuningTests.Folder) {
        let tiny = try TinyEncoder(.bert)
        let folder = FineTuningTests.Folder()
        var settings = FineTuningTests.settings
        settings.epochs = 1
        let run = try FineTuning(
            tiny.checkpoint, task: .tokens(labels: TrainingLabels.tags(labels)), training: FineTuningTests.notes(10),
            development: [], settings: settings, output: folder.path)
        _ = try run.run()
        return (tiny, folder)
    }

    @Test("reads each note by an adapter that has not seen it, and leaves one that was trained on all")
    func run() throws {
        let (tiny, base) = try base()
        let output = FineTuningTests.Folder()
        let notes = FineTuningTests.notes(10)
        let trial = try AdapterTrial(base: base.path, notes: notes, names: LabelNames(["X"], schema: Self.schema))
        var shares: [Double] = []
        let outcome = try #require(try trial.run(into: output.path, report: { share, _ in shares.append(share) }))
        #expect(outcome.adapted.notes.count == 10 && outcome.base.notes.count == 10)
        #expect(outcome.adapted.notes.map(\.gold) == outcome.base.notes.map(\.gold))
        #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-9)
        let left = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
        #expect(left == ["adapter_config.json", "adapter_model.safetensors", "config.json"])
        _ = try ClinicalModel(checkpoint: output.path, base: base.path)
        withExtendedLifetime(tiny) {}
    }

    @Test("divides notes of a patient never")
    func parts() {
        var notes = FineTuningTests.notes(12)
        for index in notes.indices { notes[index].group = "patient \(index / 2)" }
        let parts = AdapterTrial.parts(notes)
        #expect(parts.count == AdapterTrial.folds)
        #expect(parts.joined().sorted() == Array(0..<12))
        for part in parts {
            let groups = Set(part.map { notes[$0].group })
            #expect(part.count == groups.count * 2)
        }
    }

    @Test("stops between steps, and says so")
    func stops() throws {
        let (_, base) = try base()
        let output = FineTuningTests.Folder()
        let trial = try AdapterTrial(
            base: base.path, notes: FineTuningTests.notes(10), names: LabelNames(["X"], schema: Self.schema))
        #expect(try trial.run(into: output.path, isStopped: { true }) == nil)
        #expect(!FileManager.default.fileExists(atPath: "\(output.path)/adapter_config.json"))
    }

    @Test("a label that the model lacks is added, and those that it has go on from its rows")
    func addsLabels() throws {
        let (_, base) = try base()
        let output = FineTuningTests.Folder()
        var notes = FineTuningTests.notes(10)
        notes[1].spans = [.init(TextSpan(0, 2), "Y")]
        let trial = try AdapterTrial(base: base.path, notes: notes, names: LabelNames(["X"], schema: Self.schema))
        _ = try #require(try trial.run(into: output.path))
        let model = try ClinicalModel(checkpoint: output.path, base: base.path)
        #expect(model.configuration.labels == ["O", "B-X", "I-X", "B-Y", "I-Y"])
    }

    @Test("rows of a head are taken over by name, in whatever order")
    func rows() throws {
        let (_, base) = try base(["A", "X"])
        let checkpoint = try TrainableCheckpoint(folder: base.path)
        let task = TrainingTask.tokens(labels: ["I-X", "O", "B-new", "B-X"])
        let known = HeadRows.known(checkpoint, task)
        #expect(known == ["O", "B-A", "I-A", "B-X", "I-X"])
        let model = EncoderModel(checkpoint, task: task, isNewHead: true)
        let weights = try model.weights(from: checkpoint, seed: 1)
        let old = FloatMemory(count: 5 * 6)
        try checkpoint.copy("classifier.weight", [5, 6], to: old.pointer)
        let parameter = try #require(model.layout.parameter("classifier.weight"))
        let before = Array(weights[parameter])
        try HeadRows.copy(known, of: checkpoint, to: weights, model)
        let after = Array(weights[parameter])
        func row(_ index: Int) -> [Float] { (0..<6).map { old.pointer[index * 6 + $0] } }
        #expect(Array(after[0..<6]) == row(4))
        #expect(Array(after[6..<12]) == row(0))
        #expect(Array(after[12..<18]) == Array(before[12..<18]))
        #expect(Array(after[18..<24]) == row(3))
    }

    @Test("labels go by the model's names, several of which may stand for one of the schema's")
    func names() {
        let names = LabelNames(["why", "Y", "Z"], schema: Self.schema)
        #expect(names.name(of: "Y") == "why")
        #expect(names.name(of: "X") == "X")
        #expect(names.shown("Y") == "why")
        #expect(names.shown("why") == "why")
        #expect(names.shown("Z") == nil)
        #expect(names.shown("X") == "X")
    }

    @Test("needs five notes of different patients, one of them with a span, and a model that can be trained")
    func refuses() throws {
        let (_, base) = try base()
        let names = LabelNames(["X"], schema: Self.schema)
        let few = #expect(throws: AdapterTrial.Refusal.self) {
            try AdapterTrial(base: base.path, notes: FineTuningTests.notes(4), names: names)
        }
        #expect(few?.description == "needs 5 complete notes of different patients; there are 4")
        var empty = FineTuningTests.notes(6)
        for index in empty.indices { empty[index].spans = [] }
        #expect(throws: AdapterTrial.Refusal.noSpans) {
            try AdapterTrial(base: base.path, notes: empty, names: names)
        }
        #expect(throws: BadInput.self) {
            try AdapterTrial(base: "/nowhere", notes: FineTuningTests.notes(6), names: names)
        }
    }
}

@Suite("Numbers in float16")
struct HalfPrecisionTests {
    @Test("are written rounded, and read as what they are")
    func half() throws {
        let tiny = try TinyEncoder(.bert)
        let folder = FineTuningTests.Folder()
        var settings = FineTuningTests.settings
        settings.precision = .float16
        let run = try FineTuning(
            tiny.checkpoint, task: FineTuningTests.task, training: FineTuningTests.notes(10),
            development: FineTuningTests.notes(4), settings: settings, output: folder.path)
        _ = try run.run()
        let config = try String(contentsOfFile: "\(folder.path)/config.json", encoding: .utf8)
        #expect(config.contains(#""dtype":"float16""#))
        let written = try TrainableCheckpoint(folder: folder.path)
        let numbers = FloatMemory(count: 36)
        try written.copy("bert.encoder.layer.0.attention.self.query.weight", [6, 6], to: numbers.pointer)
        #expect((0..<36).allSatisfy { numbers.pointer[$0] == Float(Float16(numbers.pointer[$0])) })
        #expect((0..<36).contains { numbers.pointer[$0] != 0 })
    }

    @Test("that are too large for it are refused by their tensor's name, and nothing is written")
    func tooLarge() throws {
        let folder = FineTuningTests.Folder()
        try AtomicFile.makeFolder(folder.path)
        let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: 2)
        defer { numbers.deallocate() }
        numbers.initialize(repeating: 70_000)
        let error = #expect(throws: BadInput.self) {
            try SafetensorsWriter.write(
                [.init(name: "w", shape: [2], numbers: numbers)], as: .float16, to: "\(folder.path)/x", AtomicFile())
        }
        #expect(error?.description.contains("'w' has the number 70000.0") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x"))
    }
}
