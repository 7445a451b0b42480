import CVectorMath
import ClinicalText

/// The tensors of a checkpoint by name, whatever conversion it went through.
struct Checkpoint: Sendable {
    /// Where the weights are, for messages.
    let path: String
    private let tensors: [String: StoredTensor]

    /// Reads `model.safetensors` of a checkpoint's folder.
    ///
    /// - Throws: ``BadInput`` naming the file.
    init(folder: String) throws(BadInput) {
        path = "\(folder)/model.safetensors"
        let safetensors = try Safetensors(path)
        var tensors: [String: StoredTensor] = [:]
        for tensor in safetensors.tensors { tensors[Self.currentName(tensor.name)] = tensor }
        self.tensors = tensors
    }

    /// The name that today's transformers gives a tensor: 2018's conversions wrote gamma and beta.
    private static func currentName(_ name: String) -> String {
        if name.hasSuffix("LayerNorm.gamma") { return name.dropLast(5) + "weight" }
        if name.hasSuffix("LayerNorm.beta") { return name.dropLast(4) + "bias" }
        return name
    }

    /// Whether there is a tensor of this name.
    func has(_ name: String) -> Bool { tensors[name] != nil }

    /// The tensor of this name, which must have this shape.
    ///
    /// - Throws: ``BadInput`` if it is missing, has another shape, or is not made of floating-point numbers.
    func stored(_ name: String, _ shape: [Int]) throws(BadInput) -> StoredTensor {
        guard let tensor = tensors[name] else {
            throw BadInput(
                SourceLocation(path), "the tensor '\(name)' is missing; is config.json of the same checkpoint?")
        }
        guard tensor.shape == shape else {
            throw BadInput(
                SourceLocation(path),
                "the tensor '\(name)' has the shape \(tensor.shape); config.json asks for \(shape)")
        }
        switch tensor.type {
        case .float32, .float16, .bfloat16: return tensor
        default:
            throw BadInput(
                SourceLocation(path), "the tensor '\(name)' is \(tensor.type.rawValue); supported: F32, F16, BF16")
        }
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
        guard vm_all_finite(array.pointer, array.count) == 1 else { throw notFinite(name) }
        return array
    }

    /// A table whose rows are converted when they are looked up, so that most of it never becomes resident.
    ///
    /// - Throws: ``BadInput`` as ``floats(_:_:)``.
    func table(_ name: String, rows: Int, columns: Int) throws(BadInput) -> EmbeddingTable {
        let tensor = try stored(name, [rows, columns])
        let table = EmbeddingTable(tensor: tensor, rows: rows, columns: columns)
        guard table.isFinite else { throw notFinite(name) }
        tensor.file.forget(tensor.range)
        return table
    }

    private func notFinite(_ name: String) -> BadInput {
        BadInput(SourceLocation(path), "the tensor '\(name)' holds NaN or infinity; the checkpoint is damaged")
    }
}

extension StoredTensor {
    /// Writes the numbers `range` as float32.
    func convert(_ range: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        guard let base = file.bytes.baseAddress else { return }
        let from = base + self.range.lowerBound + range.lowerBound * type.size
        if type == .float32 {
            UnsafeMutableRawPointer(target).copyMemory(from: from, byteCount: range.count * 4)
            return
        }
        // A tensor may stand on an odd byte; the loops read halves by pointer and want them aligned.
        if Int(bitPattern: from) % 2 == 0 {
            convertHalves(from.assumingMemoryBound(to: UInt16.self), range.count, to: target)
        } else {
            let copy = UnsafeMutablePointer<UInt16>.allocate(capacity: range.count)
            defer { copy.deallocate() }
            UnsafeMutableRawPointer(copy).copyMemory(from: from, byteCount: range.count * 2)
            convertHalves(copy, range.count, to: target)
        }
    }

    private func convertHalves(_ from: UnsafePointer<UInt16>, _ count: Int, to target: UnsafeMutablePointer<Float>) {
        if type == .float16 { vm_from_float16(target, from, count) } else { vm_from_bfloat16(target, from, count) }
    }
}
