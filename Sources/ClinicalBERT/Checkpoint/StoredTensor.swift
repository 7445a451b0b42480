import CVectorMath
import ClinicalText

/// How a stored tensor's numbers are written; the raw values are safetensors' names.
enum StoredType: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float64 = "F64"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes of one number.
    var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Whether its numbers can be weights; the others only count things, as `position_ids` does.
    var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .float64: true
        case .int64, .int32, .int16, .int8, .uint8, .bool: false
        }
    }
}

/// A tensor as it stands in a file.
struct StoredTensor: Sendable {
    let name: String
    let type: StoredType
    let shape: [Int]
    /// Bytes of the file: the tensor's own, or those it is strewn over if it has ``strides``.
    let range: Range<Int>
    let file: MappedFile
    /// Numbers from one index to the next, for each dimension; `nil` where they follow one another, row after row.
    let strides: [Int]?

    /// torch's own limit.
    ///
    /// Shapes are copied for each tensor and printed in messages: one of a million dimensions that as many tensors share
    /// would fill any memory.
    static let mostDimensions = 64

    init(
        name: String, type: StoredType, shape: [Int], range: Range<Int>, file: MappedFile, strides: [Int]? = nil
    ) {
        self.name = name
        self.type = type
        self.shape = shape
        self.range = range
        self.file = file
        self.strides = strides
    }

    /// Numbers in it.
    ///
    /// A tensor is only made of a shape whose product was found not to overflow.
    var count: Int { strides == nil ? range.count / type.size : shape.reduce(1, *) }

    /// What is wrong with it, and its name.
    func bad(_ reason: String) -> BadInput {
        BadInput(SourceLocation(file.path, byte: range.lowerBound), "the tensor '\(name.printable)' \(reason)")
    }
}

extension StoredTensor {
    /// The same numbers row after row, in memory of their own if they do not already stand so.
    ///
    /// - Throws: ``BadInput`` for an expanded tensor, which has more numbers than the bytes it is strewn over: its shape
    ///   alone would decide how much memory it takes.
    func contiguous() throws(BadInput) -> StoredTensor {
        guard let strides else { return self }
        let bytes = count * type.size
        guard bytes <= range.count else {
            throw bad("repeats its numbers (strides \(strides) for the shape \(shape)); save a contiguous copy of it")
        }
        let copy = try MappedFile(copyOf: file, byteCount: bytes) { target in
            guard let base = file.bytes.baseAddress else { return }
            Self.gather(base + range.lowerBound, shape: shape, strides: strides, width: type.size, into: target)
        }
        return StoredTensor(name: name, type: type, shape: shape, range: 0..<bytes, file: copy)
    }

    /// Walks the indices in row-major order and copies one number of `width` bytes for each.
    private static func gather(
        _ source: UnsafeRawPointer, shape: [Int], strides: [Int], width: Int, into target: UnsafeMutableRawPointer
    ) {
        // Dimensions of one index take no step. None is 0 and the product fits, so at most 62 are left.
        let dimensions = zip(shape, strides).filter { $0.0 > 1 }
        let inner = dimensions.last ?? (1, 0)
        let outer = dimensions.dropLast()
        var index = [Int](repeating: 0, count: outer.count)
        var start = 0
        var position = target
        while true {
            var from = source + start * width
            for _ in 0..<inner.0 {
                position.copyMemory(from: from, byteCount: width)
                position += width
                from += inner.1 * width
            }
            var dimension = outer.count - 1
            while dimension >= 0 {
                index[dimension] += 1
                start += outer[dimension].1
                if index[dimension] < outer[dimension].0 { break }
                start -= index[dimension] * outer[dimension].1
                index[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }

    /// Writes the numbers `range` as float32; the tensor must be contiguous and made of floating-point numbers.
    func convert(_ range: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        guard let base = file.bytes.baseAddress else { return }
        let from = base + self.range.lowerBound + range.lowerBound * type.size
        switch type {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: from, byteCount: range.count * 4)
        case .float64:
            for index in 0..<range.count {
                target[index] = Float(from.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
            }
        default:
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
    }

    private func convertHalves(_ from: UnsafePointer<UInt16>, _ count: Int, to target: UnsafeMutablePointer<Float>) {
        if type == .float16 { vm_from_float16(target, from, count) } else { vm_from_bfloat16(target, from, count) }
    }
}
