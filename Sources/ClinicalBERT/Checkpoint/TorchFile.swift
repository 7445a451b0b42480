import ClinicalText

/// The tensors of a file that `torch.save` wrote: a zip archive (torch 1.6 and later) or a stream of pickles before it.
///
/// Both hold one pickle that describes the tensors, and the numbers of each storage as plain bytes, which stay in the file.
struct TorchFile: Sendable {
    /// Which of the two.
    enum Form: Sendable {
        case zip
        case legacy
    }

    let form: Form
    let tensors: [StoredTensor]

    /// Shared weights are named two or three times, as a decoder tied to the embeddings is; tensors that claim many times
    /// their file would have us take memory that the file does not justify.
    private static let mostSharing = 4

    /// Maps the file and checks every claim of its pickle.
    ///
    /// - Throws: ``BadInput`` with the byte: in neither form, cut off, a name that no tensor needs, a tensor that does not
    ///   lie within its storage or a storage that does not lie within the file.
    init(_ path: String) throws(BadInput) {
        let file = try MappedFile(path)
        try file.checkIsNoPointer()
        let parts: Parts
        if file.bytes.starts(with: withUnsafeBytes(of: ZipArchive.localSignature.littleEndian, Array.init)) {
            form = .zip
            parts = try Self.readZip(file)
        } else {
            form = .legacy
            parts = try Self.readLegacy(file)
        }
        tensors = try Self.tensors(parts, file)
    }

    /// A pickle and where its storages are.
    struct Parts {
        let pickle: Pickle
        /// Bytes of the file by the storage's key.
        let storages: [String: Range<Int>]
    }

    private static func tensors(_ parts: Parts, _ file: MappedFile) throws(BadInput) -> [StoredTensor] {
        let pickle = parts.pickle
        // Trainers wrap the weights: {"state_dict": …, "epoch": …}.
        let wrapped = pickle.member("state_dict", of: pickle.root).flatMap(pickle.members)
        var tensors: [StoredTensor] = []
        var claimed = 0
        for (key, value) in wrapped ?? pickle.members(pickle.root) ?? [] {
            guard case .tensor(let index) = value else { continue }
            let description = pickle.tensors[index]
            guard let name = key.text else {
                throw BadInput(SourceLocation(file.path, byte: description.byte), "a tensor's name is not a string")
            }
            let tensor = try tensor(name, description, parts.storages, file)
            // A tensor that repeats its numbers takes no memory: it is refused where it is asked for.
            claimed += min(tensor.range.count, tensor.count * tensor.type.size)
            guard claimed / mostSharing <= file.bytes.count else {
                throw tensor.bad("and those before it claim many times the bytes that the file has")
            }
            tensors.append(tensor)
        }
        guard !tensors.isEmpty else {
            throw BadInput(SourceLocation(file.path), "there are no tensors by name in it; it is not a model's weights")
        }
        return tensors
    }

    private static func tensor(
        _ name: String, _ description: TorchTensor, _ storages: [String: Range<Int>], _ file: MappedFile
    ) throws(BadInput) -> StoredTensor {
        let type = description.storage.type
        func bad(_ reason: String) -> BadInput {
            BadInput(SourceLocation(file.path, byte: description.byte), "the tensor '\(name.printable)' \(reason)")
        }
        guard let storage = storages[description.storage.key] else {
            throw bad("is in the storage '\(description.storage.key.printable)', which the file lacks")
        }
        let (bytes, overflow) = description.storage.count.multipliedReportingOverflow(by: type.size)
        guard !overflow, bytes == storage.count else {
            throw bad(
                "is in a storage of \(description.storage.count) \(type.rawValue) numbers, for which the file has "
                    + "\(storage.count) bytes")
        }
        guard let layout = TensorLayout(description) else {
            throw bad(
                "has the shape \(description.shape) and the strides \(description.strides), which no file could hold")
        }
        guard layout.numbers.lowerBound >= 0, layout.numbers.upperBound <= description.storage.count else {
            throw bad(
                "takes the numbers \(layout.numbers.lowerBound) to \(layout.numbers.upperBound) of a storage of "
                    + "\(description.storage.count)")
        }
        let start = storage.lowerBound + layout.numbers.lowerBound * type.size
        return StoredTensor(
            name: name, type: type, shape: description.shape, range: start..<start + layout.numbers.count * type.size,
            file: file, strides: layout.isContiguous ? nil : description.strides)
    }
}

/// Which numbers of its storage a tensor takes.
struct TensorLayout {
    let numbers: Range<Int>
    /// Whether they follow one another, row after row.
    let isContiguous: Bool

    /// `nil` for a shape or strides whose products overflow, or are negative.
    init?(_ tensor: TorchTensor) {
        guard tensor.offset >= 0, tensor.shape.allSatisfy({ $0 >= 0 }), tensor.strides.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        var count = 1
        var last = 0
        var contiguous = true
        for (length, stride) in zip(tensor.shape, tensor.strides).reversed() {
            // A dimension of one index takes no step, whatever its stride.
            if length > 1 {
                if stride != count { contiguous = false }
                let (reach, tooFar) = (length - 1).multipliedReportingOverflow(by: stride)
                let (sum, tooLarge) = last.addingReportingOverflow(reach)
                guard !tooFar, !tooLarge else { return nil }
                last = sum
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            count = product
        }
        let span = count == 0 ? 0 : last + 1
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 8)
        let (end, tooLarge) = tensor.offset.addingReportingOverflow(span)
        guard !overflow, !tooLarge, bytes >= 0, last < Int.max else { return nil }
        numbers = tensor.offset..<end
        isContiguous = contiguous || count == 0
    }
}
