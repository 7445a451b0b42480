import CVectorMath
import ClinicalText
import Synchronization

/// The tensors of a checkpoint by name, whatever form its weights are saved in and whatever conversion they went through.
struct Checkpoint: Sendable {
    /// Where the weights are, for messages: the file, or the index of several.
    let path: String
    /// How the linear layers made of it are computed.
    let form: LinearForm
    private let tensors: [String: StoredTensor]
    private let files: [WeightSummary.File]
    private let fileForm: String
    private let used: [String: UseMark]
    /// Tensors of types that are not read, by name.
    private let unread: [String: String]
    /// For each tensor that an adapter changed, the adapter's tensor.
    private let changed: [String: StoredTensor]

    /// Finds and maps the weights of a checkpoint's folder.
    ///
    /// Reads what describes the tensors, not their numbers; of an adapter's folder also those that it changes.
    ///
    /// - Parameter base: of an adapter, the checkpoint it changes; `nil` for the one it names.
    /// - Throws: ``BadInput`` naming the file: see ``WeightFiles``, ``Safetensors``, ``TorchFile``; or a shard that lacks a
    ///   tensor that the index places in it.
    init(folder: String, base: String? = nil, form: LinearForm = .exact) throws(BadInput) {
        self.form = form
        let adapter = try AdapterFolder(folder, base: base)
        let weights = try WeightFiles(folder: adapter?.base ?? folder)
        var read: [(file: WeightSummary.File, tensors: [StoredTensor])] = []
        var fileForm = "safetensors"
        var unread: [String: String] = [:]
        for (path, name) in zip(weights.paths, weights.names) {
            let tensors: [StoredTensor]
            switch weights.format {
            case .safetensors:
                let file = try Safetensors(path)
                tensors = file.tensors
                unread.merge(file.unread) { first, _ in first }
            case .torch:
                let file = try TorchFile(path)
                fileForm = file.form == .zip ? "pytorch-zip" : "pytorch-legacy"
                tensors = file.tensors
            }
            read.append((WeightSummary.File(name: name, bytes: tensors.first?.file.bytes.count ?? 0), tensors))
        }
        path = weights.path
        files = read.map(\.file)
        self.fileForm = fileForm
        let named = try Self.named(
            weights.index.map { index throws(BadInput) in try Self.placed(index, read, unread) }
                ?? read.flatMap(\.tensors))
        let merged = try adapter?.merged(into: named)
        let tensors = merged?.tensors ?? named
        self.tensors = tensors
        self.unread = unread
        changed = merged?.changed ?? [:]
        used = tensors.mapValues { _ in UseMark() }
    }

    /// The tensors that an index names, each from the file it places it in.
    private static func placed(
        _ index: ShardIndex, _ read: [(file: WeightSummary.File, tensors: [StoredTensor])], _ unread: [String: String]
    ) throws(BadInput) -> [StoredTensor] {
        var shards: [String: [String: StoredTensor]] = [:]
        for (file, tensors) in read {
            shards[file.name] = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        var tensors: [StoredTensor] = []
        for (name, file) in index.places where unread[name] == nil {
            guard let tensor = shards[file]?[name] else {
                throw BadInput(
                    SourceLocation(index.path),
                    "the tensor '\(name.printable)' is said to be in '\(file.printable)', "
                        + "which lacks it; are the shards of one checkpoint?")
            }
            tensors.append(tensor)
        }
        return tensors
    }

    private static func named(_ tensors: [StoredTensor]) throws(BadInput) -> [String: StoredTensor] {
        var byName: [String: StoredTensor] = [:]
        for tensor in tensors {
            guard byName.updateValue(tensor, forKey: currentName(tensor.name)) == nil else {
                throw tensor.bad("is given twice, perhaps once as gamma or beta")
            }
        }
        return byName
    }

    /// The name that today's transformers gives a tensor: 2018's conversions wrote gamma and beta.
    private static func currentName(_ name: String) -> String {
        if name.hasSuffix("LayerNorm.gamma") { return name.dropLast(5) + "weight" }
        if name.hasSuffix("LayerNorm.beta") { return name.dropLast(4) + "bias" }
        return name
    }

    /// How many numbers all tensors have.
    var count: Int { tensors.values.reduce(0) { $0 + $1.count } }

    /// Whether there is a tensor of this name.
    func has(_ name: String) -> Bool { tensors[name] != nil || unread[name] != nil }

    /// The tensor of this name, which must have this shape, its numbers one after the other.
    ///
    /// - Throws: ``BadInput`` if it is missing, has another shape, or is not made of floating-point numbers.
    func stored(_ name: String, _ shape: [Int]) throws(BadInput) -> StoredTensor {
        guard let tensor = tensors[name] else { throw missing(name, shape) }
        guard tensor.shape == shape else {
            throw tensor.bad("has the shape \(tensor.shape); config.json asks for \(shape)")
        }
        guard tensor.type.isFloatingPoint else {
            throw tensor.bad("is \(tensor.type.rawValue); supported: F32, F16, BF16, F64")
        }
        used[name]?.set()
        return try tensor.contiguous()
    }

    /// The layers of an encoder, which are bound on all cores.
    ///
    /// - Throws: ``BadInput``, also for more layers than there are tensors, before any of them is looked for.
    func layers<Layer: Sendable>(
        _ count: Int, _ bind: @Sendable (Int) throws(BadInput) -> Layer
    ) throws(BadInput) -> [Layer] {
        guard count <= tensors.count else {
            throw BadInput(
                SourceLocation(path),
                "config.json asks for \(count) layers, and the weights have \(tensors.count) tensors; "
                    + "is config.json of the same checkpoint?")
        }
        return try concurrentMap(count, bind)
    }

    /// Counts a tensor that says the same as one in use as used, too.
    func markUsed(_ name: String) { used[name]?.set() }

    /// Refuses an adapter of which a part changed nothing that the model was built of.
    ///
    /// - Throws: ``BadInput`` naming the adapter's tensor.
    func refuseUnusedChanges() throws(BadInput) {
        let unused = changed.filter { !(used[$0.key]?.isSet ?? false) }
        guard let (key, tensor) = unused.min(by: { $0.key < $1.key }) else { return }
        throw tensor.bad(
            "changes '\(key.printable)', which this model does not use: it is an adapter of another model or task")
    }

    private func missing(_ name: String, _ shape: [Int]) -> BadInput {
        if let kind = unread[name] {
            return BadInput(
                SourceLocation(path),
                "the tensor '\(name)' has the dtype \(kind.printable); supported: F32, F16, BF16, F64")
        }
        func part(_ name: String) -> Substring { name.prefix { $0 != "." } }
        let parts = Set(tensors.keys.map(part)).sorted()
        var reason = "the tensor '\(name)' of shape \(shape) is missing"
        if parts.contains(part(name)) {
            reason += "; is config.json of the same checkpoint?"
        } else {
            let some = parts.prefix(6).map { String($0).printable }.joined(separator: ", ")
            reason +=
                ", and all of '\(part(name)).': the weights have \(some). "
                + "Either config.json is of another model, or this part is still to be fine-tuned"
        }
        return BadInput(SourceLocation(path), reason)
    }

    /// The numbers of a tensor as float32: borrowed from the mapping where they stand there aligned, else converted.
    ///
    /// - Throws: ``BadInput`` as ``stored(_:_:)``, and if a number is NaN or infinite.
    func floats(_ name: String, _ shape: [Int]) throws(BadInput) -> FloatArray {
        let tensor = try stored(name, shape)
        let array: FloatArray
        if tensor.type == .float32, let borrowed = FloatArray(borrowing: tensor) {
            array = borrowed
        } else {
            array = FloatArray(count: tensor.count) { target in tensor.convert(0..<tensor.count, to: target) }
            tensor.file.forget(tensor.range)
        }
        guard vm_all_finite(array.pointer, array.count) == 1 else { throw notFinite(tensor) }
        return array
    }

    /// A table whose rows are converted when they are looked up, so that most of it never becomes resident.
    ///
    /// - Throws: ``BadInput`` as ``floats(_:_:)``.
    func table(_ name: String, rows: Int, columns: Int) throws(BadInput) -> EmbeddingTable {
        let tensor = try stored(name, [rows, columns])
        let table = EmbeddingTable(tensor: tensor, rows: rows, columns: columns)
        guard table.isFinite else { throw notFinite(tensor) }
        tensor.file.forget(tensor.range)
        return table
    }

    /// Gives back the pages of a tensor whose numbers have been copied.
    func release(_ name: String) {
        guard let tensor = tensors[name] else { return }
        tensor.file.forget(tensor.range)
    }

    private func notFinite(_ tensor: StoredTensor) -> BadInput {
        tensor.bad("holds NaN or infinity; the checkpoint is damaged")
    }

    /// What was read and, once a model was built of it, what of it is in use.
    var summary: WeightSummary {
        let names = Set(used.filter { $0.value.isSet }.keys)
        var numbers: [String: Int] = [:]
        for name in names {
            guard let tensor = tensors[name] else { continue }
            numbers[tensor.type.rawValue, default: 0] += tensor.count
        }
        return WeightSummary(
            files: files, form: fileForm, numbers: numbers,
            unused: (tensors.keys.filter { !names.contains($0) } + unread.keys).sorted())
    }
}

/// Whether a model was built of a tensor; layers are made on all cores, and each sets its own.
private final class UseMark: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
