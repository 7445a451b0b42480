import ClinicalBERT
import ClinicalText
import Glibc

/// The numbers of all parameters in one stretch of memory, and others of the same layout: gradients, moments.
package final class ParameterArena: @unchecked Sendable {
    private let memory: FloatMemory
    package let count: Int

    var start: UnsafeMutablePointer<Float> { memory.pointer }

    /// Allocates `count` numbers and sets none: pages of frozen parameters, which nothing touches, take no memory.
    package init(count: Int) {
        memory = FloatMemory(count: count)
        self.count = count
    }

    /// Sets these stretches to zero.
    func clear(_ ranges: [Range<Int>]) {
        for range in ranges { (memory.pointer + range.lowerBound).update(repeating: 0, count: range.count) }
    }

    /// The numbers of a parameter.
    package subscript(_ parameter: Parameter) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: memory.pointer + parameter.offset, count: parameter.count)
    }

    /// All numbers.
    package var numbers: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: memory.pointer, count: count)
    }
}

extension EncoderModel {
    /// The first weights: the checkpoint's, and new ones for what it lacks of a head.
    ///
    /// - Parameter seed: new weights are normal with the checkpoint's `initializer_range`, the same for the same seed.
    /// - Throws: ``BadInput`` if a tensor of the encoder is missing, has another shape, or holds NaN or infinity.
    package func weights(
        from checkpoint: TrainableCheckpoint, seed: UInt64
    ) throws(BadInput) -> ParameterArena {
        let arena = ParameterArena(count: layout.count)
        for (index, parameter) in layout.parameters.enumerated() {
            let numbers = arena[parameter]
            guard let start = numbers.baseAddress else { continue }
            switch parameter.origin {
            case .checkpoint: try checkpoint.copy(storedName(parameter, checkpoint), parameter.shape, to: start)
            case .checkpointOr(let new):
                let name = storedName(parameter, checkpoint)
                if checkpoint.has(name) {
                    try checkpoint.copy(name, parameter.shape, to: start)
                } else {
                    fill(numbers, new, checkpoint.initializerRange, seed, index, columns: parameter.shape.last ?? 1)
                }
            case .new(let new):
                fill(numbers, new, checkpoint.initializerRange, seed, index, columns: parameter.shape.last ?? 1)
            }
        }
        return arena
    }

    /// The name in a checkpoint, which lacks the architecture's prefix where it is the bare encoder's.
    private func storedName(_ parameter: Parameter, _ checkpoint: TrainableCheckpoint) -> String {
        let prefix = EncoderNames.of(architecture).prefix
        guard parameter.name.hasPrefix(prefix), !checkpoint.has(parameter.name) else { return parameter.name }
        let bare = String(parameter.name.dropFirst(prefix.count))
        return checkpoint.has(bare) ? bare : parameter.name
    }

    private func fill(
        _ numbers: UnsafeMutableBufferPointer<Float>, _ new: Parameter.New, _ deviation: Float, _ seed: UInt64,
        _ index: Int, columns: Int
    ) {
        switch new {
        case .zeros: numbers.update(repeating: 0)
        case .ones: numbers.update(repeating: 1)
        case .uniform:
            var generator = SplitMix(seed: seed, stream: UInt64(index))
            let bound = 1 / Float(columns).squareRoot()
            for place in numbers.indices { numbers[place] = Float.random(in: -bound..<bound, using: &generator) }
        case .normal:
            // Box and Muller 1958.
            var generator = SplitMix(seed: seed, stream: UInt64(index))
            for place in numbers.indices {
                let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)))
                    .squareRoot()
                let angle = Double.random(in: 0..<(2 * Double.pi), using: &generator)
                numbers[place] = deviation * Float(radius * cos(angle))
            }
        }
    }
}
