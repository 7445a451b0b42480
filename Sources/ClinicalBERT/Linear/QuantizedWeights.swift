import CVectorMath

/// Weights of 8 bits in `CVectorMath`'s layout, with a scale for each 64 of an output's.
final class QuantizedWeights: @unchecked Sendable {
    let packed: UnsafePointer<Int8>
    /// What the sums start with, one number a scale.
    let starts: UnsafePointer<Int32>
    let scales: FloatArray
    private let memory: UnsafeMutableRawPointer

    /// Rounds and lays out `weights`.
    init(_ weights: DenseWeights) {
        let count = vm_quantized_count(weights.outputs, weights.inputs)
        let scaleCount = vm_quantized_scale_count(weights.outputs, weights.inputs)
        // A panel's bytes are a multiple of 4: the starts behind them are aligned.
        memory = AlignedMemory.allocate(byteCount: max(1, count + scaleCount * MemoryLayout<Int32>.stride))
        let bytes = memory.bindMemory(to: Int8.self, capacity: count)
        let starts = (memory + count).bindMemory(to: Int32.self, capacity: scaleCount)
        packed = UnsafePointer(bytes)
        self.starts = UnsafePointer(starts)
        scales = FloatArray(count: scaleCount) { scales in
            vm_quantize_weights(
                bytes, scales, starts, weights.weight.pointer, weights.outputs, weights.inputs)
        }
    }

    deinit { memory.deallocate() }
}
