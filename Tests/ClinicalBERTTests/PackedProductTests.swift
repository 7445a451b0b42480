import CVectorMath
import Testing

@Suite("Products with packed weights")
struct PackedProductTests {
    /// Rows, outputs and inputs that fill tiles, panels and blocks of every instruction set, and that leave some over.
    static let shapes = [[1, 1, 1], [5, 17, 3], [6, 16, 16], [13, 33, 40], [25, 100, 385], [130, 48, 400]]

    private func numbers(_ count: Int, _ seed: Int) -> [Float] {
        (0..<count).map { Float(($0 * 37 + seed) % 101) / 50 - 1 }
    }

    private struct Case {
        let rows: Int
        let outputs: Int
        let inputs: Int
        let input: [Float]
        let weight: [Float]
        let bias: [Float]

        /// Ranges of the outputs that are computed one after the other.
        var parts: [Range<Int>] { outputs > 64 ? [64..<outputs, 0..<64] : [0..<outputs] }

        /// input Wᵀ + bias in double precision.
        var product: [Double] {
            (0..<rows * outputs).map { place in
                let (row, output) = (place / outputs, place % outputs)
                return (0..<inputs).reduce(Double(bias[output])) {
                    $0 + Double(input[row * inputs + $1]) * Double(weight[output * inputs + $1])
                }
            }
        }
    }

    private func example(_ shape: [Int]) -> Case {
        Case(
            rows: shape[0], outputs: shape[1], inputs: shape[2], input: numbers(shape[0] * shape[2], 5),
            weight: numbers(shape[1] * shape[2], 11), bias: numbers(shape[1], 3))
    }

    @Test("equal the plain sum, bias and function applied, and write nothing beside", arguments: shapes)
    func packed(_ shape: [Int]) {
        let example = example(shape)
        var packed = [Float](repeating: .nan, count: vm_packed_count(example.outputs, example.inputs))
        vm_pack(&packed, example.weight, example.outputs, example.inputs)
        var output = [Float](repeating: 7, count: example.rows * example.outputs + 1)
        packed.withUnsafeBufferPointer { packed in
            example.bias.withUnsafeBufferPointer { bias in
                for part in example.parts {
                    var layer = VMLinear(
                        packed: packed.baseAddress, bias: bias.baseAddress, inputs: example.inputs,
                        outputs: example.outputs, first: part.lowerBound, end: part.upperBound, activation: VM_RELU)
                    vm_linear(&layer, example.input, example.rows, &output)
                }
            }
        }
        // What the order of the additions may make of sums of so many numbers up to 1.
        let bound = 1e-6 * Double(example.inputs) + 1e-5
        #expect(zip(output, example.product).allSatisfy { abs(Double($0) - max(0, $1)) < bound })
        #expect(output.last == 7)
    }

    @Test("with 8-bit weights are off by no more than the rounding of the weights", arguments: shapes)
    func quantized(_ shape: [Int]) {
        let example = example(shape)
        var packed = [Int8](repeating: 99, count: vm_quantized_count(example.outputs, example.inputs))
        let scaleCount = vm_quantized_scale_count(example.outputs, example.inputs)
        var scales = [Float](repeating: .nan, count: scaleCount)
        var starts = [Int32](repeating: .max, count: scaleCount)
        vm_quantize_weights(&packed, &scales, &starts, example.weight, example.outputs, example.inputs)
        var output = [Float](repeating: 7, count: example.rows * example.outputs + 1)
        var scratch = [Float](repeating: 0, count: vm_quantized_scratch(example.inputs))
        example.bias.withUnsafeBufferPointer { bias in
            packed.withUnsafeBufferPointer { packed in
                scales.withUnsafeBufferPointer { scales in
                    starts.withUnsafeBufferPointer { starts in
                        for part in example.parts {
                            var layer = VMQuantizedLinear(
                                packed: packed.baseAddress, scales: scales.baseAddress, starts: starts.baseAddress,
                                bias: bias.baseAddress, inputs: example.inputs, outputs: example.outputs,
                                first: part.lowerBound, end: part.upperBound, activation: VM_IDENTITY)
                            vm_quantized_linear(&layer, example.input, example.rows, &output, &scratch)
                        }
                    }
                }
            }
        }
        // Neither weights nor inputs are larger than 1. Four weights share 126 levels: each is off by 2/126 at most, an
        // input by 1/254.
        let bound = Double(example.inputs) * (2.0 / 126 + 1.02 / 254) + 1e-3
        #expect(zip(output, example.product).allSatisfy { abs(Double($0) - $1) < bound })
        #expect(output.last == 7)
    }

    @Test("with 8-bit weights are the exact sums of what was rounded, where 16 bits are full", arguments: [1, -1])
    func largestSums(_ sign: Float) {
        // Where four weights meet in 16 bits these make 126; times the largest input, 255, that is 32130 of 32767.
        let inputs = 3072
        let weight = (0..<inputs).map { [42, 42, 42, 42, 42, 0, 42, 0][$0 % 8] * sign }
        let input = [Float](repeating: 1, count: inputs)
        var packed = [Int8](repeating: 0, count: vm_quantized_count(1, inputs))
        let scaleCount = vm_quantized_scale_count(1, inputs)
        var scales = [Float](repeating: 0, count: scaleCount)
        var starts = [Int32](repeating: 0, count: scaleCount)
        vm_quantize_weights(&packed, &scales, &starts, weight, 1, inputs)
        // A level of 42, or of 127 where products of bytes are added in 32 bits.
        #expect([42, 127].contains(Int(packed[0].magnitude)))
        var output: [Float] = [0]
        var scratch = [Float](repeating: 0, count: vm_quantized_scratch(inputs))
        packed.withUnsafeBufferPointer { packed in
            scales.withUnsafeBufferPointer { scales in
                starts.withUnsafeBufferPointer { starts in
                    var layer = VMQuantizedLinear(
                        packed: packed.baseAddress, scales: scales.baseAddress, starts: starts.baseAddress, bias: nil,
                        inputs: inputs, outputs: 1, first: 0, end: 1, activation: VM_IDENTITY)
                    vm_quantized_linear(&layer, input, 1, &output, &scratch)
                }
            }
        }
        #expect(abs(output[0] - sign * 3072 / 8 * 6 * 42) < 0.1)
    }
}

@Suite("Attention")
struct AttentionTests {
    /// Tokens, head size, and how far a token sees.
    static let shapes = [
        [1, 4, 9], [7, 5, 999], [70, 16, 999], [300, 12, 999], [70, 8, 3], [700, 8, 40], [700, 8, 300],
    ]

    /// Σ softmax(q·k / √size) v over the keys a query sees, in double precision.
    private func expected(_ projections: [Float], _ shape: [Int]) -> [Double] {
        let (tokens, size, window) = (shape[0], shape[1], shape[2])
        func vector(_ token: Int, _ part: Int) -> [Double] {
            let start = token * 3 * size + part * size
            return projections[start..<start + size].map(Double.init)
        }
        return (0..<tokens).flatMap { query -> [Double] in
            let keys = max(0, query - window)...min(tokens - 1, query + window)
            let weights = keys.map { key in
                let score = zip(vector(query, 0), vector(key, 1)).reduce(0) { $0 + $1.0 * $1.1 }
                return exponential(score / Double(size).squareRoot())
            }
            let sum = weights.reduce(0, +)
            return (0..<size).map { column in
                zip(keys, weights).reduce(0) { $0 + $1.1 / sum * vector($1.0, 2)[column] }
            }
        }
    }

    private func exponential(_ x: Double) -> Double { (0..<40).reversed().reduce(1) { 1 + x / Double($1 + 1) * $0 } }

    @Test("equals the formula, whole and in parts, near and far", arguments: shapes)
    func formula(_ shape: [Int]) {
        let (tokens, size, window) = (shape[0], shape[1], shape[2])
        let projections = (0..<tokens * 3 * size).map { Float(($0 * 29) % 97) / 48 - 1 }
        var output = [Float](repeating: 7, count: tokens * size)
        var scratch = [Float](repeating: 0, count: vm_attention_scratch(tokens, size))
        projections.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            for part in [0..<tokens / 3, tokens / 3..<tokens] {
                var head = VMAttention(
                    queries: first, keys: first + size, values: first + 2 * size, stride: 3 * size,
                    first_query: part.lowerBound, end_query: part.upperBound, key_count: tokens, head_size: size,
                    window: window == 999 ? .max : window, scale: 1 / Float(size).squareRoot())
                vm_attention(&head, &output, size, &scratch)
            }
        }
        #expect(zip(output, expected(projections, shape)).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }

    @Test("gives a query the same bits, whichever others are computed with it", arguments: shapes)
    func sameBits(_ shape: [Int]) {
        let (tokens, size, window) = (shape[0], shape[1], shape[2])
        let projections = (0..<tokens * 3 * size).map { Float(($0 * 29) % 97) / 48 - 1 }
        func attended(_ parts: [Range<Int>]) -> [Float] {
            var output = [Float](repeating: 7, count: tokens * size)
            var scratch = [Float](repeating: 0, count: vm_attention_scratch(tokens, size))
            projections.withUnsafeBufferPointer { buffer in
                guard let first = buffer.baseAddress else { return }
                for part in parts {
                    var head = VMAttention(
                        queries: first, keys: first + size, values: first + 2 * size, stride: 3 * size,
                        first_query: part.lowerBound, end_query: part.upperBound, key_count: tokens, head_size: size,
                        window: window == 999 ? .max : window, scale: 1 / Float(size).squareRoot())
                    vm_attention(&head, &output, size, &scratch)
                }
            }
            return output
        }
        let whole = attended([0..<tokens])
        for width in [1, 5, 23, 64] {
            let parts = stride(from: 0, to: tokens, by: width).map { $0..<min(tokens, $0 + width) }
            #expect(attended(parts) == whole, "in parts of \(width)")
        }
    }

    @Test("survives scores that exp alone would not")
    func extremeScores() {
        // One head of size 1: queries 40, keys 100 and -100, values 1 and 2.
        let projections: [Float] = [40, 100, 1, 40, -100, 2]
        var output: [Float] = [0, 0]
        var scratch = [Float](repeating: 0, count: vm_attention_scratch(2, 1))
        projections.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            var head = VMAttention(
                queries: first, keys: first + 1, values: first + 2, stride: 3, first_query: 0, end_query: 2,
                key_count: 2, head_size: 1, window: .max, scale: 1)
            vm_attention(&head, &output, 1, &scratch)
        }
        #expect(output == [1, 1])
    }
}
