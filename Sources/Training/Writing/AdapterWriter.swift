import ClinicalText
import FoundationEssentials

/// Writes what adapters learned as PEFT does: `adapter_model.safetensors` with A, B and the head, then
/// `adapter_config.json`; and with the labels and windows, which PEFT leaves to its user, the model's `config.json`.
package struct AdapterWriter: ModelWriter {
    package let folder: String
    private let base: String
    private let configuration: [UInt8]
    let file: AtomicFile

    /// - Parameters:
    ///   - base: the checkpoint that the adapters are for.
    ///   - configuration: the bytes of `config.json`.
    package init(folder: String, base: String, configuration: [UInt8], file: AtomicFile = AtomicFile()) {
        self.folder = folder
        self.base = base
        self.configuration = configuration
        self.file = file
    }

    private static let weightsName = "adapter_model.safetensors"
    private static let settingsName = "adapter_config.json"

    package func writing(to folder: String) -> AdapterWriter {
        AdapterWriter(folder: folder, base: base, configuration: configuration, file: file)
    }

    /// Whether there is a whole adapter.
    package var isComplete: Bool { FileManager.default.fileExists(atPath: "\(folder)/\(Self.settingsName)") }

    /// Takes over an adapter that was written to another folder of the same file system.
    package func adopt(_ other: String) throws(BadInput) {
        try AtomicFile.makeFolder(folder)
        for name in [Self.weightsName, "config.json", Self.settingsName] {
            try AtomicFile.move("\(other)/\(name)", to: "\(folder)/\(name)")
        }
    }

    /// PEFT's wrapper around a model.
    private static let prefix = "base_model.model."

    /// Writes the adapters of a model that has some.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be written.
    package func write(_ weights: ParameterArena, _ model: EncoderModel) throws(BadInput) {
        guard let adapters = model.adapters else { return }
        try AtomicFile.makeFolder(folder)
        // Everything that is trained is either an adapter's or the head's.
        let trained = model.layout.parameters.filter(\.isTrained)
        let tensors = trained.map {
            SafetensorsWriter.Tensor(name: Self.prefix + $0.name, shape: $0.shape, numbers: weights[$0])
        }
        try SafetensorsWriter.write(tensors, to: "\(folder)/\(Self.weightsName)", file)
        try file.replace("\(folder)/config.json", with: configuration)
        let bytes: [UInt8]
        do {
            bytes = Array((try JSONValue.line(settings(adapters, model)) + "\n").utf8)
        } catch {
            throw BadInput(SourceLocation(folder), "\(Self.settingsName) cannot be written: \(error)")
        }
        try file.replace("\(folder)/\(Self.settingsName)", with: bytes)
    }

    private func settings(_ adapters: AdapterSettings, _ model: EncoderModel) -> [String: JSONValue] {
        let names = model.layout.ofCheckpoint.filter(\.isTrained).map(\.name)
        // The module of "bert.pooler.dense.weight" is "dense" of several layers; PEFT takes the end of a whole path.
        let heads = Set(names.map { $0.split(separator: ".").dropLast().joined(separator: ".") }).sorted()
        let layers = EncoderNames.of(model.architecture).queryKeyValue
        let targets = [layers[0], layers[2]].map { String($0.split(separator: ".").last ?? "") }
        var members: [String: JSONValue] = [
            "peft_type": .string("LORA"), "base_model_name_or_path": .string(base), "r": .integer(Int64(adapters.rank)),
            "lora_alpha": .number(Double(adapters.alpha)), "lora_dropout": .integer(0), "bias": .string("none"),
            "target_modules": .array(targets.map(JSONValue.string)),
            "modules_to_save": .array(heads.map(JSONValue.string)), "inference_mode": .bool(true),
            "fan_in_fan_out": .bool(false),
        ]
        if model.frozenBlocks > 0 {
            members["layers_to_transform"] = .array(
                (model.frozenBlocks..<model.blocks.count).map { .integer(Int64($0)) })
        }
        switch model.task {
        case .tokens: members["task_type"] = .string("TOKEN_CLS")
        case .texts: members["task_type"] = .string("SEQ_CLS")
        case .masks: break
        }
        return members
    }
}

extension EncoderModel {
    /// The weights of a checkpoint without adapters that computes the same: W + (α / r) · B A.
    func merged(_ weights: ParameterArena) -> ParameterArena {
        let merged = ParameterArena(count: layout.count)
        merged.start.update(from: weights.start, count: layout.count)
        for block in blocks {
            guard let adapters = block.adapters else { continue }
            let size = hiddenSize
            for (part, adapter) in [(0, adapters.query), (2, adapters.value)] {
                let offset = block.queryKeyValue.weight.offset + part * size * size
                let down = Matrix(merged.start + adapter.down.offset, rows: adapter.down.rows, columns: size)
                let up = Matrix(merged.start + adapter.up.offset, rows: size, columns: adapter.up.columns)
                Matrix(merged.start + offset, rows: size, columns: size).add(up, times: down, scale: adapter.scale)
            }
        }
        return merged
    }
}
