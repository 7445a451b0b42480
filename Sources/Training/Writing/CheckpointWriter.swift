import ClinicalBERT
import ClinicalText
import FoundationEssentials

/// Writes a Hugging Face checkpoint's folder, its `config.json` last: without that no reader takes a folder for a model.
package struct CheckpointWriter: ModelWriter {
    package let folder: String
    /// What is written as `config.json`.
    let configuration: [UInt8]
    private let precision: SafetensorsWriter.Precision
    private let tokenizerFiles: [(name: String, bytes: [UInt8])]
    let file: AtomicFile

    /// Files of a tokenizer, of which a checkpoint has some.
    private static let tokenizerNames = [
        "tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json", "added_tokens.json",
    ]

    /// Prepares what is written beside the weights.
    ///
    /// - Parameters:
    ///   - folder: where to; made when the first file is written.
    ///   - windows: how notes were divided in training, which `predict` then does too.
    ///   - transitions: how often which label followed which, which decoding goes by.
    ///   - precision: of the weights.
    ///   - cased: whether the tokenizer's files are to say that text keeps its case.
    /// - Throws: ``BadInput`` naming a file of the first checkpoint that cannot be read.
    package init(
        folder: String, model: EncoderModel, from checkpoint: TrainableCheckpoint,
        windows: ModelConfiguration.Windows?, transitions: TransitionCounts? = nil,
        precision: SafetensorsWriter.Precision = .float32, cased: Bool = false,
        file: AtomicFile = AtomicFile()
    ) throws(BadInput) {
        self.folder = folder
        self.file = file
        self.precision = precision
        configuration = try Self.configuration(model, checkpoint, windows, transitions, precision)
        var files: [(name: String, bytes: [UInt8])] = []
        for name in Self.tokenizerNames where FileManager.default.fileExists(atPath: "\(checkpoint.folder)/\(name)") {
            files.append((name, try NoteReader.bytes(of: "\(checkpoint.folder)/\(name)")))
        }
        tokenizerFiles = cased ? try CasedTokenizerFiles(files, of: checkpoint.folder).files : files
    }

    private init(_ other: CheckpointWriter, folder: String) {
        self.folder = folder
        configuration = other.configuration
        precision = other.precision
        tokenizerFiles = other.tokenizerFiles
        file = other.file
    }

    /// The same checkpoint in another folder.
    package func writing(to folder: String) -> CheckpointWriter { CheckpointWriter(self, folder: folder) }

    /// Whether there is a whole checkpoint.
    package var isComplete: Bool { FileManager.default.fileExists(atPath: "\(folder)/config.json") }

    /// Writes all of it, adapters merged into the layers they change.
    ///
    /// - Throws: ``BadInput`` naming the file that cannot be written; what was there before is then still whole.
    package func write(_ weights: ParameterArena, _ model: EncoderModel) throws(BadInput) {
        try AtomicFile.makeFolder(folder)
        for (name, bytes) in tokenizerFiles { try file.replace("\(folder)/\(name)", with: bytes) }
        let weights = model.adapters == nil ? weights : model.merged(weights)
        let tensors = model.layout.ofCheckpoint.map {
            SafetensorsWriter.Tensor(name: $0.name, shape: $0.shape, numbers: weights[$0])
        }
        try SafetensorsWriter.write(tensors, as: precision, to: "\(folder)/model.safetensors", file)
        try file.replace("\(folder)/config.json", with: configuration)
    }

    /// Takes over the weights of a whole checkpoint that was written to another folder of the same file system.
    package func adopt(_ other: String) throws(BadInput) {
        try AtomicFile.makeFolder(folder)
        for (name, bytes) in tokenizerFiles { try file.replace("\(folder)/\(name)", with: bytes) }
        try AtomicFile.move("\(other)/model.safetensors", to: "\(folder)/model.safetensors")
        try file.replace("\(folder)/config.json", with: configuration)
    }

    /// The first checkpoint's `config.json` with another head.
    private static func configuration(
        _ model: EncoderModel, _ checkpoint: TrainableCheckpoint, _ windows: ModelConfiguration.Windows?,
        _ transitions: TransitionCounts?, _ precision: SafetensorsWriter.Precision
    ) throws(BadInput) -> [UInt8] {
        let path = "\(checkpoint.folder)/config.json"
        var members = try JSONValue.parse(try NoteReader.bytes(of: path), file: path).objectValue ?? [:]
        let head =
            switch model.task {
            case .tokens: "ForTokenClassification"
            case .texts: "ForSequenceClassification"
            case .masks: "ForMaskedLM"
            }
        members["architectures"] = .array([.string(EncoderNames.of(model.architecture).className + head)])
        // Both spellings are in use.
        members["torch_dtype"] = nil
        members["dtype"] = .string(precision.rawValue)
        members["_name_or_path"] = nil
        for name in ["id2label", "label2id", "num_labels", "problem_type"] { members[name] = nil }
        let labels = model.task.labels
        if !labels.isEmpty {
            members["id2label"] = .object(
                Dictionary(labels.enumerated().map { ("\($0)", .string($1)) }, uniquingKeysWith: { $1 }))
            members["label2id"] = .object(
                Dictionary(labels.enumerated().map { ($1, .integer(Int64($0))) }, uniquingKeysWith: { $1 }))
        }
        if model.tiesWords { members["tie_word_embeddings"] = .bool(true) }
        if case .texts = model.task { members["problem_type"] = .string("single_label_classification") }
        members["chartmark"] = windows.map {
            var own: [String: JSONValue] = ["window": .integer(Int64($0.window)), "stride": .integer(Int64($0.stride))]
            own["transitions"] = transitions.map(CheckpointEntry.json)
            return .object(own)
        }
        do {
            return Array((try JSONValue.line(members) + "\n").utf8)
        } catch {
            throw BadInput(SourceLocation(path), "cannot be written again: \(error)")
        }
    }
}
