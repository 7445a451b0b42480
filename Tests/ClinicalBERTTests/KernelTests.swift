import CVectorMath
import ClinicalBERT
import Testing

@Suite("The kernels")
struct KernelTests {
    /// The instruction sets of this processor, the narrowest first.
    private static func sets() -> [UnsafePointer<VMInstructionSet>] {
        var sets = [UnsafePointer<VMInstructionSet>?](repeating: nil, count: Int(VM_MOST_SETS))
        let count = vm_available_sets(&sets)
        return sets.prefix(count).compactMap(\.self)
    }

    private func choice(of sets: [UnsafePointer<VMInstructionSet>]) -> VMChoice {
        var choice = VMChoice()
        let list: [UnsafePointer<VMInstructionSet>?] = sets
        vm_choose(list, sets.count, &choice)
        return choice
    }

    private func found(_ choice: VMChoice) -> [VMKernel] {
        withUnsafeBytes(of: choice.found) { Array($0.bindMemory(to: VMKernel.self)) }
    }

    private func operation(_ name: String) throws -> Int {
        try #require((0..<Int(VM_OPERATIONS)).first { String(cString: vm_operation($0)) == name })
    }

    @Test("of every instruction set that this processor runs agree with plain C")
    func agree() {
        let sets = Self.sets()
        #expect(String(cString: sets[0].pointee.name) == "baseline")
        for set in sets {
            for operation in 0..<Int(VM_OPERATIONS) {
                let difference = withUnsafePointer(to: set.pointee.kernels) { vm_difference(operation, $0) }
                // Not a number: the set does not bring the operation.
                let name = "\(String(cString: vm_operation(operation))), \(String(cString: set.pointee.title))"
                #expect(difference.isNaN || difference <= 1, "\(name)")
            }
        }
        // The first set has all but the products of bfloat16.
        #expect(sets.count > 0)
        let baseline = (0..<Int(VM_OPERATIONS)).count { operation in
            !withUnsafePointer(to: sets[0].pointee.kernels) { vm_difference(operation, $0) }.isNaN
        }
        #expect(baseline == Int(VM_OPERATIONS) - 2)
    }

    /// A copy of a set in which some kernels are replaced by wrong ones, narrower sets before it.
    private func choosing(planting: (inout VMKernels) -> Void) -> VMChoice {
        let sets = Self.sets()
        var planted = VMInstructionSet(
            name: sets[0].pointee.name, title: sets[0].pointee.title, runs: sets[0].pointee.runs,
            kernels: sets[0].pointee.kernels)
        planting(&planted.kernels)
        return withUnsafePointer(to: planted) { choice(of: sets + [$0]) }
    }

    @Test("that compute wrongly are refused, and the next narrower ones are used")
    func planted() throws {
        // Each leaves its output as it is, but for one number.
        let wrong = choosing { kernels in
            kernels.linear = { layer, input, rows, output in
                guard let layer, let output else { return }
                for index in 0..<rows * layer.pointee.outputs { output[index] = 1 }
            }
            kernels.attention = { _, output, _, _ in output?[0] = .nan }
            kernels.add = { target, _, _ in target?[0] = 0 }
            kernels.all_finite = { _, _ in 1 }
        }
        let names = ["float32 product", "attention", "sum", "finite numbers"]
        let kernels = found(wrong)
        for name in names {
            let kernel = kernels[try operation(name)]
            let refused = try #require(kernel.refused, "\(name) was not refused")
            #expect(String(cString: refused) == "plain C", "the title of the set with the wrong kernel")
            #expect(kernel.set != nil)
            #expect(kernel.difference <= 1)
        }
        #expect(kernels.count { $0.refused != nil } == names.count)
        // What is called is the narrower kernel: 1 + 2.
        var sum: [Float] = [1]
        wrong.kernels.add(&sum, [2], 1)
        #expect(sum == [3])
    }

    @Test("of 8-bit and of float32 products that are off by one output of many are refused", arguments: [0, 12, 32])
    func offByOne(_ place: Int) throws {
        OneWrongOutput.$place.withValue(place) {
            let wrong = choosing { kernels in
                kernels.linear = { layer, input, rows, output in
                    guard let layer, let output, let baseline = OneWrongOutput.baseline.pointee.kernels.linear else {
                        return
                    }
                    baseline(layer, input, rows, output)
                    output[min(OneWrongOutput.place, rows * layer.pointee.outputs - 1)] += 0.01
                }
                kernels.quantized_linear = { layer, input, rows, output, scratch in
                    guard let layer, let output, let baseline = OneWrongOutput.baseline.pointee.kernels.quantized_linear
                    else { return }
                    baseline(layer, input, rows, output, scratch)
                    output[min(OneWrongOutput.place, rows * layer.pointee.outputs - 1)] += 100
                }
            }
            let kernels = found(wrong)
            #expect(kernels[0].refused != nil)
            #expect(kernels[1].refused != nil)
        }
    }

    @Test("are told of once where one is refused, with what is used in its place")
    func warning() {
        let sound = Kernel.all
        #expect(Kernel.warnings(of: sound).isEmpty)
        #expect(sound.count == Int(VM_OPERATIONS))
        #expect(sound[0].operation == "float32 product")
        let lines = "attention".withCString { operation in
            "AVX2".withCString { set in
                "AVX-512".withCString { refused in
                    Kernel.warnings(of: [
                        Kernel(VMKernel(operation: operation, set: set, difference: 0, refused: refused))
                    ])
                }
            }
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("attention (AVX-512; AVX2 is used)") == true)
    }

    @Test("of the widest set are the ones that the processor has a name for")
    func names() {
        #expect(VectorInstructions.names == Self.sets().map { String(cString: $0.pointee.name) })
        #expect(VectorInstructions.problem == nil)
    }
}

/// Which output a planted kernel spoils, and the kernel that it spoils.
private enum OneWrongOutput {
    @TaskLocal static var place = 0
    nonisolated(unsafe) static let baseline: UnsafePointer<VMInstructionSet> = {
        var sets = [UnsafePointer<VMInstructionSet>?](repeating: nil, count: Int(VM_MOST_SETS))
        _ = vm_available_sets(&sets)
        guard let first = sets[0] else { preconditionFailure("there is always plain C") }
        return first
    }()
}
