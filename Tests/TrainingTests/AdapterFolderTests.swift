import ClinicalBERT
import ClinicalText
import FoundationEssentials
import Testing
import Tokenization
import Training

@Suite("An adapter's folder")
struct AdapterFolderTests {
    /// A base with what an adapter learned on it: the merged checkpoint in a folder, the adapter in one within.
    private final class Trained {
        let base: TinyEncoder
        let merged = FineTuningTests.Folder()
        var adapter: String { "\(merged.path)/adapter" }

        init(_ architecture: TrainableCheckpoint.Architecture = .bert) throws {
            base = try TinyEncoder(architecture)
            var settings = FineTuningTests.settings
            settings.adapters = AdapterSettings(rank: 2)
            _ = try FineTuning(
                base.checkpoint, task: FineTuningTests.task, training: FineTuningTests.notes(10), development: [],
                settings: settings, output: merged.path
            ).run()
        }

        /// Changes `adapter_config.json`.
        func configure(_ name: String, _ value: JSONValue?) throws {
            let path = "\(adapter)/adapter_config.json"
            var members = try #require(try JSONValue.parse(try NoteReader.bytes(of: path), file: path).objectValue)
            members[name] = value
            try AtomicFile().replace(path, with: Array(try JSONValue.line(members).utf8))
        }

        func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(adapter)/\(name)") }

        /// How far the adapter's logits are from the merged checkpoint's.
        func difference(base named: String? = nil) throws -> Float {
            let (one, other) = (
                try ClinicalModel(checkpoint: adapter, base: named), try ClinicalModel(checkpoint: merged.path)
            )
            let encodings = ["no chest pain .", "a painful chest ."].map { other.tokenizer.encode(NoteText($0)) }
            let (left, right) = (one.logits(for: encodings) ?? [], other.logits(for: encodings) ?? [])
            #expect(left.map(\.columns) == right.map(\.columns))
            return zip(left.flatMap(\.values), right.flatMap(\.values)).map { abs($0 - $1) }.max() ?? .infinity
        }
    }

    @Test(
        "is a model with the merged weights' logits, labels and windows",
        arguments: TrainableCheckpoint.Architecture.allCases)
    func merged(_ architecture: TrainableCheckpoint.Architecture) throws {
        let trained = try Trained(architecture)
        #expect(try trained.difference() < 1e-6)
        let (one, other) = (
            try ModelConfiguration(checkpoint: trained.adapter), try ModelConfiguration(checkpoint: trained.merged.path)
        )
        #expect(one == other)
        let text = NoteText("no chest pain .")
        let spans = try ClinicalModel(checkpoint: trained.adapter).spans(in: [text])
        #expect(try ClinicalModel(checkpoint: trained.merged.path).spans(in: [text]) == spans)
        // The base was changed by the adapter, or this would say nothing.
        let name = try ClinicalModel.name(ofCheckpoint: trained.adapter)
        #expect(name.hasPrefix("adapter@"))
        try FileManager.default.removeItem(atPath: "\(trained.adapter)/adapter_model.safetensors")
        #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: trained.adapter) }
    }

    @Test("that PEFT itself wrote has the logits that PEFT computes")
    func peft() throws {
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/PEFT"
        let base = try TinyEncoder(.bert)
        let model = try ClinicalModel(checkpoint: folder, base: base.path)
        let file = "\(folder)/logits.json"
        let golden = try JSONValue.parse(try NoteReader.bytes(of: file), file: file)
        let ids = try #require(golden["ids"]?.arrayValue).map { $0.arrayValue?.compactMap(\.intValue) ?? [] }
        let encodings = ids.map { Encoding(ids: $0.map { Int32($0) }) }
        let expected = try #require(golden["logits"]?.arrayValue).map { rows in
            (rows.arrayValue ?? []).flatMap { $0.arrayValue?.compactMap(\.doubleValue) ?? [] }
        }
        #expect(expected.map(\.count) == [18, 18])
        let computed = try #require(model.logits(for: encodings))
        #expect(computed.map(\.values.count) == [18, 18])
        for (logits, expected) in zip(computed, expected) {
            for (logit, value) in zip(logits.values, expected) { #expect(abs(Double(logit) - value) < 1e-5) }
        }
    }

    @Test("as PEFT writes it, without config.json, has numbers for labels")
    func foreign() throws {
        let trained = try Trained()
        try trained.remove("config.json")
        #expect(try trained.difference() < 1e-6)
        let model = try ClinicalModel(checkpoint: trained.adapter)
        #expect(model.configuration.labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
        #expect(model.configuration.task == .tokenClassification)
    }

    @Test("as PEFT writes it, with labels of its own, goes by nothing that the base knew of other labels")
    func foreignLabels() throws {
        let tiny = try TinyEncoder(.bert)
        let (base, adapter) = (FineTuningTests.Folder(), FineTuningTests.Folder())
        _ = try FineTuning(
            tiny.checkpoint, task: FineTuningTests.task, training: FineTuningTests.notes(10), development: [],
            settings: FineTuningTests.settings, output: base.path
        ).run()
        var counts = TransitionCounts()
        counts.add("B-X", after: "O")
        try CheckpointEntry.write(
            transitions: counts, checkpoint: base.path, windows: FineTuningTests.settings.windows)
        var settings = FineTuningTests.settings
        settings.adapters = AdapterSettings(rank: 2)
        settings.writesOnlyAdapters = true
        _ = try FineTuning(
            TrainableCheckpoint(folder: base.path), task: .tokens(labels: TrainingLabels.tags(["X", "Y"])),
            training: FineTuningTests.notes(10), development: [], settings: settings, output: adapter.path
        ).run()
        try FileManager.default.removeItem(atPath: "\(adapter.path)/config.json")
        let (own, other) = (
            try ModelConfiguration(checkpoint: adapter.path), try ModelConfiguration(checkpoint: base.path)
        )
        #expect(own.labels == ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"])
        #expect(own.transitions == nil && other.transitions != nil)
        #expect(own.windows == other.windows)
    }

    @Test("finds its base from its own folder, and takes another one that is named")
    func relativeBase() throws {
        let trained = try Trained()
        let copy = "\(trained.merged.path)/base"
        try FileManager.default.copyItem(atPath: trained.base.path, toPath: copy)
        try trained.configure("base_model_name_or_path", .string("../base"))
        #expect(try trained.difference() < 1e-6)
        try trained.configure("base_model_name_or_path", .string("bert-base-uncased"))
        let missing = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: trained.adapter) }
        #expect(missing?.reason.contains("'bert-base-uncased', which is not there") == true)
        #expect(missing?.reason.contains("--base") == true)
        #expect(try trained.difference(base: copy) < 1e-6)
        let wrong = #expect(throws: BadInput.self) {
            try ClinicalModel(checkpoint: trained.adapter, base: "/nowhere")
        }
        #expect(wrong?.location.file == "/nowhere")
        try trained.configure("base_model_name_or_path", nil)
        #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: trained.adapter) }
    }

    @Test("of another base is refused, naming the tensor")
    func otherBase() throws {
        let trained = try Trained()
        let other = try TinyEncoder(.distilbert)
        let error = #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: trained.adapter, base: other.path) }
        #expect(error?.reason.contains("of another base") == true)
    }

    @Test(
        "of a kind that would be computed otherwise is refused",
        arguments: [
            ("peft_type", JSONValue.string("IA3")), ("use_dora", .bool(true)), ("bias", .string("some")),
            ("rank_pattern", .object(["query": .integer(4)])), ("r", .integer(0)), ("r", .integer(3)),
            ("lora_alpha", .null), ("init_lora_weights", .string("olora")),
        ])
    func otherKinds(_ name: String, _ value: JSONValue) throws {
        let trained = try Trained()
        try trained.configure(name, value)
        #expect(throws: BadInput.self) { try ClinicalModel(checkpoint: trained.adapter) }
    }

    @Test("of rank-stabilised LoRA is scaled by the root of its rank (Kalajdzievski 2023)")
    func rankStabilised() throws {
        let trained = try Trained()
        try trained.configure("use_rslora", .bool(true))
        #expect(try trained.difference() > 1e-5)
        // 16 / 2 = x / √2.
        try trained.configure("lora_alpha", .number(8 * 2.0.squareRoot()))
        #expect(try trained.difference() < 1e-6)
    }
}
