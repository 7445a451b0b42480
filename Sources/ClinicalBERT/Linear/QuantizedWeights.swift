import CVectorMath

/// Weights of 8 bits in `CVectorMath`'s layout, with a scale for each output.
final class QuantizedWeights: @unchecked Sendable {
    let packed: UnsafePointer<Int8>
    let scales: FloatArray  // [outputs, padded to whole panels]
    private let memory: UnsafeMutableRawPointer

    /// Rounds and lays out `weights`.
    init(_ weights: DenseWeights) {
        let count = vm_quantized_count(weights.outputs, weights.inputs)
        memory = AlignedMemory.allocate(byteCount: max(1, count))
        let bytes = memory.bindMemory(to: Int8.self, capacity: max(1, count))
        packed = UnsafePointer(bytes)
        scales = FloatArray(count: vm_quantized_count(weights.outputs, 2) / 2) { scales in
            vm_quantize_weights(bytes, scales, weights.weight.pointer, weights.outputs, weights.inputs)
        }
    }

    deinit { memory.deallocate() }
}
