import COneDNN
import CVectorMath

/// Float32 weights in oneDNN's layout.
final class OneDNNWeights: @unchecked Sendable {
    private let layer: OpaquePointer
    private let inputs: Int
    private let outputs: Int

    /// Lays out `weights`; `nil` if oneDNN refuses.
    init?(_ weights: DenseWeights) {
        guard let layer = od_linear_create(weights.weight.pointer, weights.outputs, weights.inputs, OD_FLOAT32) else {
            return nil
        }
        self.layer = layer
        inputs = weights.inputs
        outputs = weights.outputs
    }

    deinit { od_linear_free(layer) }

    /// Rows that are multiplied at once: a product is compiled for each number of rows, of which there are so few at most.
    static let rowsAtOnce = 128

    /// output = input Wᵀ.
    func multiply(_ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>) {
        for start in stride(from: 0, to: rows, by: Self.rowsAtOnce) {
            let count = min(Self.rowsAtOnce, rows - start)
            let status = od_linear_run(layer, input + start * inputs, count, output + start * outputs)
            precondition(status == 0, "oneDNN could not run a product that it had compiled (status \(status))")
        }
    }
}

/// 8-bit weights in oneDNN's layout, with a scale for each output; inputs get one for each token when they are rounded.
final class OneDNNQuantizedWeights: @unchecked Sendable {
    private let layer: OpaquePointer
    private let inputs: Int
    private let outputs: Int
    private let scales: FloatArray  // [outputs]
    /// What the inputs' zero point, 128, adds to each output: [outputs].
    private let offsets: [Int32]

    /// Rounds and lays out `weights`; `nil` if oneDNN refuses.
    init?(_ weights: DenseWeights) {
        let count = weights.inputs * weights.outputs
        let bytes = UnsafeMutablePointer<Int8>.allocate(capacity: max(1, count))
        defer { bytes.deallocate() }
        inputs = weights.inputs
        outputs = weights.outputs
        var offsets = [Int32](repeating: 0, count: weights.outputs)
        scales = FloatArray(count: weights.outputs) { scales in
            vm_round_weights(bytes, scales, &offsets, weights.weight.pointer, weights.outputs, weights.inputs)
        }
        self.offsets = offsets
        guard let layer = od_linear_create(bytes, weights.outputs, weights.inputs, OD_INT8) else { return nil }
        self.layer = layer
    }

    deinit { od_linear_free(layer) }

    /// Scales of the tokens, their bytes, and the sums of one block of rows.
    static func scratchCount(inputs: Int, outputs: Int) -> Int {
        OneDNNWeights.rowsAtOnce * (1 + (inputs + 3) / 4 + outputs)
    }

    /// output = input Wᵀ + b.
    func multiply(
        _ input: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>, bias: FloatArray?,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let block = OneDNNWeights.rowsAtOnce
        let bytes = UnsafeMutableRawPointer(scratch + block).assumingMemoryBound(to: UInt8.self)
        let sums = UnsafeMutableRawPointer(scratch + block * (1 + (inputs + 3) / 4)).assumingMemoryBound(to: Int32.self)
        for start in stride(from: 0, to: rows, by: block) {
            let count = min(block, rows - start)
            vm_round_rows(bytes, scratch, input + start * inputs, count, inputs)
            let status = od_linear_run(layer, bytes, count, sums)
            precondition(status == 0, "oneDNN could not run a product that it had compiled (status \(status))")
            vm_scale_sums(
                output + start * outputs, sums, offsets, scratch, scales.pointer, bias?.pointer, count, outputs)
        }
    }
}
