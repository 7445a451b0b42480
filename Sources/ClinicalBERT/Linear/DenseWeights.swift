import ClinicalText

/// A linear layer's numbers as a checkpoint has them, before a backend lays them out.
struct DenseWeights {
    let inputs: Int
    let outputs: Int
    let weight: FloatArray  // [outputs, inputs]
    let bias: FloatArray?  // [outputs]
    /// Gives the pages of the file back once the numbers have been copied.
    let release: () -> Void

    /// Reads `<name>.weight` and `<name>.bias`.
    init(
        _ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true
    ) throws(BadInput) {
        self.inputs = inputs
        self.outputs = outputs
        weight = try checkpoint.floats("\(name).weight", [outputs, inputs])
        bias = hasBias ? try checkpoint.floats("\(name).bias", [outputs]) : nil
        release = { checkpoint.release("\(name).weight") }
    }

    /// Holds numbers that were made here, without bias.
    init(inputs: Int, outputs: Int, weight: FloatArray) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        bias = nil
        release = {}
    }

    /// Stacks layers that read the same input, so that one product serves all: [Σ outputs, inputs].
    init(fusing parts: [DenseWeights]) {
        inputs = parts.first?.inputs ?? 0
        outputs = parts.map(\.outputs).reduce(0, +)
        weight = Self.joined(parts.map(\.weight))
        bias =
            parts.contains { $0.bias != nil }
            ? Self.joined(parts.map { $0.bias ?? FloatArray(zeros: $0.outputs) }) : nil
        for part in parts { part.release() }
        release = {}
    }

    private static func joined(_ arrays: [FloatArray]) -> FloatArray {
        FloatArray(count: arrays.map(\.count).reduce(0, +)) { target in
            var position = target
            for array in arrays {
                position.update(from: array.pointer, count: array.count)
                position += array.count
            }
        }
    }
}
