import ClinicalText

/// Writes tensors in the safetensors format: the length of a JSON header, the header, the numbers.
package enum SafetensorsWriter {
    /// What numbers are written as.
    package enum Precision: String, Sendable, Hashable {
        case float32
        /// Half the size; of a weight about three digits are kept.
        case float16

        var code: String { self == .float32 ? "F32" : "F16" }
        var byteCount: Int { self == .float32 ? 4 : 2 }
    }

    /// A tensor to write.
    package struct Tensor {
        let name: String
        let shape: [Int]
        let numbers: UnsafeMutableBufferPointer<Float>

        package init(name: String, shape: [Int], numbers: UnsafeMutableBufferPointer<Float>) {
            self.name = name
            self.shape = shape
            self.numbers = numbers
        }
    }

    /// Numbers start on a multiple of this many bytes of the file, so that they can be read where they are mapped.
    private static let alignment = 64

    /// Replaces the file at `path`.
    ///
    /// - Throws: ``BadInput`` naming the file, or a tensor with a number that float16 has no room for; the old file is then as
    ///   it was.
    package static func write(
        _ tensors: [Tensor], as precision: Precision = .float32, to path: String, _ file: AtomicFile
    ) throws(BadInput) {
        var entries: [String: JSONValue] = ["__metadata__": .object(["format": .string("pt")])]
        var end = 0
        for tensor in tensors {
            let start = end
            end += tensor.numbers.count * precision.byteCount
            entries[tensor.name] = .object([
                "dtype": .string(precision.code), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": .array([.integer(Int64(start)), .integer(Int64(end))]),
            ])
        }
        var header: [UInt8]
        do {
            header = Array(try JSONValue.line(entries).utf8)
        } catch {
            throw BadInput(SourceLocation(path), "its header cannot be written: \(error)")
        }
        let length = (8 + header.count + alignment - 1) / alignment * alignment - 8
        header += [UInt8](repeating: UInt8(ascii: " "), count: length - header.count)
        let start = withUnsafeBytes(of: UInt64(length).littleEndian) { Array($0) } + header
        let halves = precision == .float16 ? try rounded(tensors, path) : []
        var error: BadInput?
        start.withUnsafeBytes { start in
            halves.withUnsafeBytes { halves in
                let numbers =
                    precision == .float16 ? [halves] : tensors.map { UnsafeRawBufferPointer($0.numbers) }
                do throws(BadInput) { try file.replace(path, with: [start] + numbers) } catch let failure {
                    error = failure
                }
            }
        }
        if let error { throw error }
    }

    /// All tensors' numbers in float16.
    private static func rounded(_ tensors: [Tensor], _ path: String) throws(BadInput) -> [Float16] {
        var halves: [Float16] = []
        halves.reserveCapacity(tensors.reduce(0) { $0 + $1.numbers.count })
        for tensor in tensors {
            for number in tensor.numbers {
                let half = Float16(number)
                guard half.isFinite else {
                    throw BadInput(
                        SourceLocation(path),
                        "'\(tensor.name)' has the number \(number), and float16 goes to 65504; write float32")
                }
                halves.append(half)
            }
        }
        return halves
    }
}
