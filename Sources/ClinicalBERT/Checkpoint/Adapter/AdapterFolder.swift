import ClinicalText
import FoundationEssentials

/// A folder that PEFT, or `finetune --lora`, wrote: `adapter_config.json` and `adapter_model.safetensors` (or `.bin`), which
/// change a base checkpoint.
struct AdapterFolder: Sendable {
    let folder: String
    /// The base checkpoint's folder.
    let base: String
    let configuration: AdapterConfiguration
    /// The file of the numbers.
    let weights: String
    let tensors: [AdapterTensor]

    private static let configurationName = "adapter_config.json"
    private static let weightNames = ["adapter_model.safetensors", "adapter_model.bin"]

    /// - Parameter named: the base's folder, whatever the adapter says.
    /// - Returns: `nil` if the folder is no adapter's.
    /// - Throws: ``BadInput``: the base is not there, a kind of adapter that is not supported, or damaged weights.
    init?(_ folder: String, base named: String? = nil) throws(BadInput) {
        let path = "\(folder)/\(Self.configurationName)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let json = try OrderedJSON.parse(python: try NoteReader.bytes(of: path), file: path)
        configuration = try AdapterConfiguration(json, path: path)
        self.folder = folder
        base = try Self.base(named, stated: configuration.base, folder, path)
        guard
            let weights = Self.weightNames.map({ "\(folder)/\($0)" }).first(
                where: FileManager.default.fileExists(atPath:))
        else {
            throw BadInput(
                SourceLocation(folder), "there are no weights beside adapter_config.json: \(Self.weightNames[0])")
        }
        self.weights = weights
        var tensors: [AdapterTensor] = []
        if weights.hasSuffix(".bin") {
            for tensor in try TorchFile(weights).tensors {
                if let tensor = try AdapterTensor(tensor) { tensors.append(tensor) }
            }
        } else {
            let file = try Safetensors(weights)
            if let (name, kind) = file.unread.min(by: { $0.key < $1.key }) {
                throw BadInput(
                    SourceLocation(weights),
                    "the tensor '\(name.printable)' has the dtype \(kind.printable), which is not "
                        + "supported")
            }
            for tensor in file.tensors { if let tensor = try AdapterTensor(tensor) { tensors.append(tensor) } }
        }
        self.tensors = tensors
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

    /// The base's `config.json` with the adapter's head, for an adapter that has none of its own.
    ///
    /// PEFT keeps neither labels nor architecture: labels are the base's if there are as many, else numbers.
    func configuration(of base: OrderedJSON) -> OrderedJSON {
        guard case .object(var members) = base else { return base }
        let heads = [
            "TOKEN_CLS": "ForTokenClassification", "SEQ_CLS": "ForSequenceClassification",
            "QUESTION_ANS": "ForQuestionAnswering",
        ]
        if let task = configuration.task, let head = heads[task] {
            members.removeAll { $0.key == "architectures" }
            members.append(("architectures", .array([.string(head)])))
            // How the base reads its notes says nothing about those of another task.
            if task != "TOKEN_CLS" { members.removeAll { $0.key == "chartmark" } }
        }
        let labels = members.first { $0.key == "id2label" }?.value.members?.count
        if let rows = classes, rows != labels {
            members.removeAll { ["id2label", "num_labels"].contains($0.key) }
            members.append(("num_labels", .number(Substring(String(rows)))))
            members = members.map { $0 == "chartmark" ? ($0, Self.withoutTransitions($1)) : ($0, $1) }
        }
        return .object(members)
    }

    /// How many labels the adapter's own classifier tells apart; `nil` if it has none.
    private var classes: Int? {
        for name in ["classifier.weight", "classifier.out_proj.weight"] {
            for tensor in tensors {
                guard case .whole(let whole) = tensor.part, whole == name || whole.hasSuffix(".\(name)") else {
                    continue
                }
                return tensor.tensor.shape.first
            }
        }
        return nil
    }

    /// The base's windows, without what it says of its own labels.
    private static func withoutTransitions(_ entry: OrderedJSON) -> OrderedJSON {
        entry.members.map { .object($0.filter { $0.key != "transitions" }) } ?? entry
    }
}
