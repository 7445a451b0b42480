import CVectorMath
import Glibc
import Testing

@Suite("The vector loops")
struct VectorMathTests {
    /// Lengths that fill vectors of 4, 8 and 16 lanes, and that leave one lane and many over.
    static let lengths = [1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 100]

    private func inputs(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 29) % 97) / 8 - 6 } }

    @Test("compute each activation as its formula says", arguments: lengths)
    func activations(_ count: Int) {
        let formulas: [(VMActivation, (Double) -> Double)] = [
            (VM_GELU, { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }),
            (VM_GELU_TANH, { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
            (VM_GELU_QUICK, { $0 / (1 + exp(-1.702 * $0)) }), (VM_RELU, { max($0, 0) }),
            (VM_SILU, { $0 / (1 + exp(-$0)) }), (VM_TANH, { tanh($0) }),
        ]
        for (activation, formula) in formulas {
            var values = inputs(count)
            let bias = [Float](repeating: 0.25, count: count)
            vm_bias_activation(&values, bias, 1, count, activation)
            for (value, input) in zip(values, inputs(count)) {
                #expect(abs(Double(value) - formula(Double(input + 0.25))) < 2e-6)
            }
        }
    }

    @Test("softmax adds up to one and leaves what is beside a row alone", arguments: lengths)
    func softmax(_ count: Int) {
        var scores = inputs(count) + [7]
        vm_softmax(&scores, 1, count, count + 1, 0.5)
        let exponentials = inputs(count).map { exp(Double($0) * 0.5) }
        let sum = exponentials.reduce(0, +)
        for (score, exponential) in zip(scores, exponentials) { #expect(abs(Double(score) - exponential / sum) < 1e-6) }
        #expect(scores[count] == 7)
    }

    @Test("softmax survives scores that exp alone would not")
    func extremeSoftmax() {
        var scores: [Float] = [1000, 999, -1000]
        vm_softmax(&scores, 1, 3, 3, 1)
        #expect(abs(scores[0] - 0.731_058_6) < 1e-6)
        #expect(scores[2] < 1e-30)
    }

    @Test("layer norm centres and scales each row of the sum", arguments: lengths)
    func layerNorm(_ count: Int) {
        var hidden = inputs(count) + inputs(count)
        let update = [Float](repeating: 1, count: count) + inputs(count)
        let bias = [Float](repeating: 0.5, count: count)
        let weight = [Float](repeating: 2, count: count)
        let shift = [Float](repeating: -1, count: count)
        vm_residual_layer_norm(&hidden, update, bias, weight, shift, 1e-12, 2, count)
        for row in 0..<2 {
            let sums = (0..<count).map { Double(inputs(count)[$0] + update[row * count + $0] + bias[$0]) }
            let mean = sums.reduce(0, +) / Double(count)
            let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            guard variance > 1e-9 else { continue }
            for index in 0..<count {
                let expected = (sums[index] - mean) / (variance + 1e-12).squareRoot() * 2 - 1
                #expect(abs(Double(hidden[row * count + index]) - expected) < 1e-4)
            }
        }
    }

    @Test("half precision becomes the same number in single")
    func halves() {
        let halves: [UInt16] = [0x0000, 0x3C00, 0xC000, 0x3555, 0x7BFF, 0x0001, 0x8000, 0x7C00, 0xFC00, 0x0400]
        var floats = [Float](repeating: 0, count: halves.count)
        vm_from_float16(&floats, halves, halves.count)
        #expect(floats[1] == 1)
        #expect(floats[2] == -2)
        #expect(abs(floats[3] - 1.0 / 3) < 1e-4)
        #expect(floats[4] == 65504)
        #expect(floats[5] == 5.960_464_477_539_063e-08)
        #expect(floats[6] == 0 && floats[6].sign == .minus)
        #expect(floats[7] == .infinity)
        #expect(floats[8] == -.infinity)
        var nan: [Float] = [0]
        vm_from_float16(&nan, [0x7E00], 1)
        #expect(nan[0].isNaN)
        var brain: [Float] = [0, 0]
        vm_from_bfloat16(&brain, [0x3F80, 0xC2F7], 2)
        #expect(brain == [1, -123.5])
    }

    @Test("dropout takes its share away and scales the rest, so that the mean stays")
    func dropout() {
        let count = 100_000
        var mask = VMDropout(key: 7, threshold: UInt32(0.3 * 0x1p32), scale: 1 / 0.7)
        var values = [Float](repeating: 0, count: count)
        vm_dropout(&values, [Float](repeating: 2, count: count), 1, count, 0, count, &mask)
        let dropped = values.count { $0 == 0 }
        // Five standard deviations are 725.
        #expect(abs(dropped - 30_000) < 725)
        #expect(values.allSatisfy { $0 == 0 || abs($0 - 2 / 0.7) < 1e-6 })
        var other = [Float](repeating: 0, count: count)
        mask.key = 8
        vm_dropout(&other, [Float](repeating: 2, count: count), 1, count, 0, count, &mask)
        // Of two masks that know nothing of each other 0.3² of the places are in both.
        let both = zip(values, other).count { $0 == 0 && $1 == 0 }
        #expect(abs(both - 9_000) < 453)
    }

    @Test("a step of AdamW is the one that its paper's formulas give")
    func adamW() {
        var step = VMAdamW(
            rate: 0.1, decay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, first_correction: 0.1,
            second_correction_root: Float(0.001.squareRoot()), gradient_scale: 0.5)
        var weights: [Float] = [1, -2, 0.5]
        var (first, second) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
        vm_adamw(&step, &weights, [1, -3, 0], &first, &second, 3)
        // In a first step a gradient counts by its sign alone: 1 · (1 − 0.1 · 0.01) − 0.1, and −2 · 0.999 + 0.1.
        for (weight, expected) in zip(weights, [0.899, -1.898, 0.4995] as [Float]) {
            #expect(abs(weight - expected) < 1e-6)
        }
        #expect(abs(first[0] - 0.05) < 1e-7 && abs(second[1] - 0.00225) < 1e-6)
    }

    @Test("find a number that is none")
    func finite() {
        #expect(vm_all_finite([1, 2, 3, -4, 0], 5) == 1)
        #expect(vm_all_finite([1, 2, .nan, -4, 0], 5) == 0)
        #expect(vm_all_finite([1, 2, 3, -4, .infinity], 5) == 0)
    }
}
