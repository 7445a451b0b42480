import CVectorMath

/// Weights rounded to bfloat16 in `CVectorMath`'s layout.
final class BFloat16Weights: @unchecked Sendable {
    let packed: UnsafePointer<UInt16>
    private let memory: UnsafeMutableRawPointer

    /// Rounds and lays out `weights`.
    init(_ weights: DenseWeights) {
        let count = vm_bfloat16_count(weights.outputs, weights.inputs)
        memory = AlignedMemory.allocate(byteCount: max(1, count) * MemoryLayout<UInt16>.stride)
        let numbers = memory.bindMemory(to: UInt16.self, capacity: max(1, count))
        vm_bfloat16_pack(numbers, weights.weight.pointer, weights.outputs, weights.inputs)
        packed = UnsafePointer(numbers)
    }

    deinit { memory.deallocate() }
}
