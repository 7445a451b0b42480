import ClinicalText

/// What a pickle of tensors may name: all there is to call.
///
/// Python's own unpickler imports whatever a file names and calls it, which is how a checkpoint runs a stranger's code
/// (CVE-2025-32434 is the latest of several). Here a name is looked up in this list, and a file with any other is refused.
enum TorchGlobal: Sendable, Hashable {
    /// `collections.OrderedDict`: a dictionary that remembers the order.
    case orderedDictionary
    /// `torch._utils._rebuild_tensor_v2`: a tensor from its storage, offset, shape and strides.
    case rebuildTensor
    /// `torch._utils._rebuild_parameter`: a tensor that was an `nn.Parameter`.
    case rebuildParameter
    /// `torch.FloatStorage` and the like: the type of a storage's numbers.
    case storage(StoredType)

    private static let storages: [String: StoredType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    /// Looks a name up; `nil` for one that tensors do not need.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let type = Self.storages[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }
}

/// Numbers in a row that tensors look into, as a pickle refers to them.
struct TorchStorage: Sendable, Hashable {
    let key: String
    let type: StoredType
    /// Numbers in it.
    let count: Int
}

/// A tensor as a pickle describes it; nothing of it was compared with a storage yet.
struct TorchTensor: Sendable {
    let storage: TorchStorage
    /// Numbers before its first.
    let offset: Int
    let shape: [Int]
    /// Numbers from one index to the next, for each dimension.
    let strides: [Int]
    /// Where in the file it is described.
    let byte: Int
}
