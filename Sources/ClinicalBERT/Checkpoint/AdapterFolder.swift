import COpenBLAS
import ClinicalText
import FoundationEssentials

/// A folder that PEFT, or `finetune --lora`, wrote: `adapter_config.json` and `adapter_model.safetensors` (or `.bin`), which
/// change a base checkpoint (LoRA; Hu and others 2021).
struct AdapterFolder: Sendable {
    let folder: String
    /// The base checkpoint's folder.
    let base: String
    /// What the product of the two matrices is multiplied by.
    private let scale: Float
    private let rank: Int
    private let task: String?
    /// The file of the numbers.
    let weights: String
    private let tensors: [StoredTensor]

    private static let configurationName = "adapter_config.json"
    private static let weightNames = ["adapter_model.safetensors", "adapter_model.bin"]
    /// PEFT's wrapper around a model.
    private static let prefix = "base_model.model."
    private static let down = ".lora_A.weight"
    private static let up = ".lora_B.weight"

    /// - Parameter named: the base's folder, whatever the adapter says.
    /// - Returns: `nil` if the folder is no adapter's.
    /// - Throws: ``BadInput``: the base is not there, a kind of adapter that is not supported, or damaged weights.
    init?(_ folder: String, base named: String? = nil) throws(BadInput) {
        let path = "\(folder)/\(Self.configurationName)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let json = try OrderedJSON.parse(try NoteReader.bytes(of: path), file: path)
        func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(path), reason) }
        guard json["peft_type"]?.string == "LORA" else {
            throw bad("peft_type '\(json["peft_type"]?.string?.printable ?? "none")' is not supported; supported: LORA")
        }
        for name in ["use_dora", "fan_in_fan_out", "lora_bias"] where json[name]?.bool == true {
            throw bad("'\(name)' is not supported")
        }
        guard json["bias"]?.string ?? "none" == "none" else { throw bad("a 'bias' other than none is not supported") }
        for name in ["rank_pattern", "alpha_pattern"] where json[name]?.members?.isEmpty == false {
            throw bad("'\(name)' is not supported: all layers must have the same")
        }
        guard let rank = json["r"]?.int, (1...ConfigurationFile.largestSize).contains(rank) else {
            throw bad("'r' must be a number above 0")
        }
        guard let alpha = json["lora_alpha"].flatMap(ConfigurationFile.double), alpha.isFinite else {
            throw bad("'lora_alpha' must be a number")
        }
        let divisor = json["use_rslora"]?.bool == true ? Float(rank).squareRoot() : Float(rank)
        self.folder = folder
        self.rank = rank
        scale = Float(alpha) / divisor
        task = json["task_type"]?.string
        base = try Self.base(named, stated: json["base_model_name_or_path"]?.string, folder, path)
        guard
            let weights = Self.weightNames.map({ "\(folder)/\($0)" }).first(
                where: FileManager.default.fileExists(atPath:))
        else {
            throw BadInput(
                SourceLocation(folder), "there are no weights beside adapter_config.json: \(Self.weightNames[0])")
        }
        self.weights = weights
        tensors = weights.hasSuffix(".bin") ? try TorchFile(weights).tensors : try Safetensors(weights).tensors
    }

    /// The base that was named, else the one that the adapter states: from the root, from the adapter's folder, or from the
    /// current one.
    private static func base(
        _ named: String?, stated: String?, _ folder: String, _ path: String
    ) throws(BadInput) -> String {
        func isThere(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/config.json") }
        if let named {
            guard isThere(named) else {
                throw BadInput(SourceLocation(named), "is no base checkpoint: it has no config.json")
            }
            return named
        }
        guard let stated, !stated.isEmpty else {
            throw BadInput(SourceLocation(path), "names no 'base_model_name_or_path'; name the base with --base DIR")
        }
        let places = stated.hasPrefix("/") ? [stated] : ["\(folder)/\(stated)", stated]
        guard let place = places.first(where: isThere) else {
            throw BadInput(
                SourceLocation(path),
                "the adapter changes the checkpoint '\(stated.printable)', which is not there (nor "
                    + "\(places[0].printable)/config.json); name its folder with --base DIR, or write it into "
                    + "'base_model_name_or_path'")
        }
        return place
    }

    /// The base's tensors with the adapter's changes: W + scale · B A, and the layers that were trained whole.
    ///
    /// - Throws: ``BadInput`` naming the tensor that does not fit the base.
    func merged(into base: [String: StoredTensor]) throws(BadInput) -> [String: StoredTensor] {
        var result = base
        let named = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for tensor in tensors {
            guard tensor.name.hasPrefix(Self.prefix) else { throw tensor.bad("is not one of a PEFT adapter") }
            let name = String(tensor.name.dropFirst(Self.prefix.count))
            if name.hasSuffix(Self.down) {
                let module = String(name.dropLast(Self.down.count))
                guard let up = named["\(Self.prefix)\(module)\(Self.up)"] else {
                    throw tensor.bad("has no lora_B beside it")
                }
                let target = try self.target(of: "\(module).weight", tensor, base)
                result[target.key] = try merge(target.tensor, down: tensor, up: up)
            } else if name.hasSuffix(Self.up) {
                guard named["\(Self.prefix)\(name.dropLast(Self.up.count))\(Self.down)"] != nil else {
                    throw tensor.bad("has no lora_A beside it")
                }
            } else if name.contains(".lora_") {
                throw tensor.bad("is of a kind of adapter that is not supported; supported: of linear layers")
            } else {
                let bare = Self.withoutArchitecture(name)
                result[base[name] == nil && base[bare] != nil ? bare : name] = tensor
            }
        }
        return result
    }

    /// The base's tensor, whose name lacks the architecture where the base is a bare encoder.
    private func target(
        of name: String, _ tensor: StoredTensor, _ base: [String: StoredTensor]
    ) throws(BadInput) -> (key: String, tensor: StoredTensor) {
        for key in [name, Self.withoutArchitecture(name)] {
            if let found = base[key] { return (key, found) }
        }
        throw tensor.bad("changes '\(name.printable)', which the base \(self.base) lacks: it is of another base")
    }

    /// `pooler.dense.weight` of `bert.pooler.dense.weight`.
    private static func withoutArchitecture(_ name: String) -> String {
        name.split(separator: ".", maxSplits: 1).last.map(String.init) ?? name
    }

    private func merge(
        _ weight: StoredTensor, down: StoredTensor, up: StoredTensor
    ) throws(BadInput) -> StoredTensor {
        guard weight.shape.count == 2, down.shape == [rank, weight.shape[1]], up.shape == [weight.shape[0], rank] else {
            throw down.bad(
                "and its lora_B have the shapes \(down.shape) and \(up.shape); '\(weight.name.printable)' of the base is "
                    + "\(weight.shape) and 'r' is \(rank)")
        }
        for tensor in [weight, down, up] where !tensor.type.isFloatingPoint {
            throw tensor.bad("is \(tensor.type.rawValue); supported: F32, F16, BF16, F64")
        }
        let sources = (weight: try weight.contiguous(), down: try down.contiguous(), up: try up.contiguous())
        let count = weight.count
        let size = count * MemoryLayout<Float>.size
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let reduced = FloatArray(count: down.count) { sources.down.convert(0..<down.count, to: $0) }
        let raised = FloatArray(count: up.count) { sources.up.convert(0..<up.count, to: $0) }
        let file = try MappedFile(copyOf: weight.file, byteCount: size) { target in
            let numbers = target.bindMemory(to: Float.self, capacity: count)
            sources.weight.convert(0..<count, to: numbers)
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(rank), scale,
                raised.pointer, blasint(rank), reduced.pointer, blasint(columns), 1, numbers, blasint(columns))
        }
        return StoredTensor(name: weight.name, type: .float32, shape: weight.shape, range: 0..<size, file: file)
    }

    /// The base's `config.json` with the adapter's head, for an adapter that has none of its own.
    ///
    /// PEFT keeps neither labels nor architecture: labels are the base's if there are as many, else numbers.
    func configuration(of base: OrderedJSON) -> OrderedJSON {
        guard case .object(var members) = base else { return base }
        let heads = [
            "TOKEN_CLS": "ForTokenClassification", "SEQ_CLS": "ForSequenceClassification",
            "QUESTION_ANS": "ForQuestionAnswering",
        ]
        if let task, let head = heads[task] {
            members.removeAll { $0.key == "architectures" }
            members.append(("architectures", .array([.string(head)])))
            // How the base reads its notes says nothing about those of another task.
            if task != "TOKEN_CLS" { members.removeAll { $0.key == "chartmark" } }
        }
        let classifier = tensors.first { $0.name.hasSuffix("classifier.weight") && !$0.name.contains("pre_classifier") }
        let labels = members.first { $0.key == "id2label" }?.value.members?.count
        if let rows = classifier?.shape.first, rows != labels {
            members.removeAll { ["id2label", "num_labels"].contains($0.key) }
            members.append(("num_labels", .number(Substring(String(rows)))))
            members = members.map { $0 == "chartmark" ? ($0, Self.withoutTransitions($1)) : ($0, $1) }
        }
        return .object(members)
    }

    /// The base's windows, without what it says of its own labels.
    private static func withoutTransitions(_ entry: OrderedJSON) -> OrderedJSON {
        entry.members.map { .object($0.filter { $0.key != "transitions" }) } ?? entry
    }
}
