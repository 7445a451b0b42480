import ClinicalText

/// Writes float32 tensors in the safetensors format: the length of a JSON header, the header, the numbers.
package enum SafetensorsWriter {
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
    /// - Throws: ``BadInput`` naming the file; the old one is then as it was.
    package static func write(_ tensors: [Tensor], to path: String, _ file: AtomicFile) throws(BadInput) {
        var entries: [String: JSONValue] = ["__metadata__": .object(["format": .string("pt")])]
        var end = 0
        for tensor in tensors {
            let start = end
            end += tensor.numbers.count * MemoryLayout<Float>.size
            entries[tensor.name] = .object([
                "dtype": .string("F32"), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
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
        var error: BadInput?
        start.withUnsafeBytes { start in
            do throws(BadInput) {
                try file.replace(path, with: [start] + tensors.map { UnsafeRawBufferPointer($0.numbers) })
            } catch let failure {
                error = failure
            }
        }
        if let error { throw error }
    }
}
