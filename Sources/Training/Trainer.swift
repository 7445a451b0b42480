import COpenBLAS
import CVectorMath
import ClinicalBERT
import Dispatch
import Synchronization

/// Weights with the optimiser's moments, and the step that changes them.
///
/// Workers take a part of a batch's sequences each, with gradients of their own, and do not wait for each other until all
/// are through: products of a few hundred rows are computed fastest by one thread each.
package final class Trainer: @unchecked Sendable {
    package let model: EncoderModel
    package let weights: ParameterArena
    package let loss: CrossEntropy
    package let optimizer: AdamW
    /// Steps taken so far.
    package internal(set) var step = 0
    let firstMoments: ParameterArena
    let secondMoments: ParameterArena
    /// The mean of the weights of several epochs, where it is kept.
    private(set) var average: ParameterArena?
    private let gradients: [ParameterArena]
    private let workspaces: [GroupWorkspace]
    private let trainedRanges: [Range<Int>]
    private var embedded: [Float] = []
    private let seed: UInt64
    private let largestNorm: Float

    /// What one step came to.
    package struct StepResult: Sendable, Hashable {
        /// The mean loss of the batch's targets, before the step.
        package let loss: Double
        /// The norm of the gradients before they were clipped.
        package let gradientNorm: Double
    }

    /// A loss or gradient that is no number: the weights were not changed by it.
    package struct NotFinite: Error, Hashable {
        package let loss: Double
        package let gradientNorm: Double
    }

    /// - Parameters:
    ///   - weights: the first ones; they are changed in place.
    ///   - seed: of the dropout masks.
    ///   - largestNorm: gradients are scaled down to this norm.
    package init(
        _ model: EncoderModel, weights: ParameterArena, loss: CrossEntropy = CrossEntropy(),
        optimizer: AdamW = AdamW(), seed: UInt64, largestNorm: Float = 1, workers: Int
    ) {
        // One BLAS thread in each of our workers.
        openblas_set_num_threads(1)
        self.model = model
        self.weights = weights
        self.loss = loss
        self.optimizer = optimizer
        self.seed = seed
        self.largestNorm = largestNorm
        let workers = max(1, workers)
        firstMoments = ParameterArena(count: model.layout.count)
        secondMoments = ParameterArena(count: model.layout.count)
        gradients = (0..<workers).map { worker in
            ParameterArena(count: worker == 0 ? model.layout.count : model.gradientCount)
        }
        trainedRanges = model.layout.trainedRanges
        firstMoments.clear(trainedRanges)
        secondMoments.clear(trainedRanges)
        workspaces = (0..<workers).map { _ in GroupWorkspace(model) }
    }

    /// What the training comes to: the mean of the weights where it is kept, else the weights.
    package var result: ParameterArena { average ?? weights }

    /// Begins to keep the mean of the weights, with those of now.
    func keepAverage() {
        let mean = ParameterArena(count: model.layout.count)
        mean.numbers.baseAddress?.update(from: weights.start, count: weights.count)
        average = mean
    }

    /// Moves the mean that is kept by this share of the way to the weights of now.
    func moveAverage(by share: Float) {
        guard let average else { return }
        for index in trainedRanges.joined() {
            average.start[index] += share * (weights.start[index] - average.start[index])
        }
    }

    /// The gradients of the last step: the sum of all workers'.
    package var summedGradients: ParameterArena { gradients[0] }

    /// One step of the optimiser.
    ///
    /// - Parameter batch: no sequence longer than the model's positions; targets within its classes.
    /// - Throws: ``NotFinite`` before anything is changed.
    package func step(_ batch: [TrainingSequence], rate: Float) throws(NotFinite) -> StepResult {
        let result = computeGradients(of: batch)
        guard result.loss.isFinite, result.gradientNorm.isFinite else {
            throw NotFinite(loss: result.loss, gradientNorm: result.gradientNorm)
        }
        step += 1
        update(rate: rate, scale: min(1, largestNorm / (Float(result.gradientNorm) + 1e-6)))
        return result
    }

    /// Computes the loss of a batch and leaves its gradients in ``summedGradients``.
    package func computeGradients(of batch: [TrainingSequence]) -> StepResult {
        let workers = gradients.count
        let total = batch.reduce(Float(0)) { $0 + $1.targets.reduce(0) { $0 + loss.weight(of: $1.label) } }
        let scale = total > 0 ? 1 / total : 0
        let parts = SequenceGroup.divide(batch, longestPossible: model.positions, workers: workers)
        let rows = batch.reduce(0) { $0 + $1.ids.count }
        let size = model.hiddenSize
        if embedded.count < rows * size { embedded = [Float](repeating: 0, count: rows * size) }
        let losses = Mutex([Double](repeating: 0, count: workers))
        embedded.withUnsafeMutableBufferPointer { embedded in
            guard let start = embedded.baseAddress else { return }
            let changes = SharedMemory(start)
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                let arena = gradients[worker]
                arena.clear(trainedRanges.map { $0.clamped(to: 0..<arena.count) })
                let pass = LayerPass(
                    weights: weights.start, gradients: arena.start, dropout: DropoutMasks(seed: seed, step: step))
                var sum = 0.0
                for group in parts[worker] {
                    let target = Matrix(changes.start + group.firstRow * size, rows: group.rows, columns: size)
                    sum += model.apply(pass, group, workspaces[worker], target, loss, scale: scale)
                }
                losses.withLock { $0[worker] = sum }
            }
            addWordGradients(batch, changes.start)
        }
        let norm = addUpWorkers()
        return StepResult(loss: losses.withLock { $0.reduce(0, +) } * Double(scale), gradientNorm: norm.squareRoot())
    }

    /// The sum of the losses of a batch's targets, without dropout: what a model that nobody trains any more would have.
    package func sumOfLosses(of batch: [TrainingSequence]) -> Double {
        let parts = SequenceGroup.divide(batch, longestPossible: model.positions, workers: gradients.count)
        let losses = Mutex([Double](repeating: 0, count: gradients.count))
        DispatchQueue.concurrentPerform(iterations: gradients.count) { worker in
            let masks = DropoutMasks(seed: seed, step: 0, drops: false)
            let pass = LayerPass(weights: weights.start, gradients: gradients[worker].start, dropout: masks)
            let sum = parts[worker].reduce(0.0) { $0 + model.loss(pass, $1, workspaces[worker], loss) }
            losses.withLock { $0[worker] = sum }
        }
        return losses.withLock { $0.reduce(0, +) }
    }

    /// What the frozen layers make of each sequence; `nil` for each if nothing is frozen or it would not fit.
    package func frozenOutputs(of sequences: [TrainingSequence]) -> [FrozenOutputs?] {
        let size = model.hiddenSize
        let rows = sequences.reduce(0) { $0 + $1.ids.count }
        guard model.frozenBlocks > 0, rows * size * MemoryLayout<Float>.size <= FrozenOutputs.mostBytes else {
            return sequences.map { _ in nil }
        }
        let parts = SequenceGroup.divide(sequences, longestPossible: model.positions, workers: gradients.count)
        let memory = FloatMemory(count: rows * size)
        DispatchQueue.concurrentPerform(iterations: gradients.count) { worker in
            let masks = DropoutMasks(seed: seed, step: 0)
            let pass = LayerPass(weights: weights.start, gradients: gradients[worker].start, dropout: masks)
            for group in parts[worker] {
                let saved = workspaces[worker].layout(group, masks)
                let outputs = model.forward(pass, group, saved, through: model.frozenBlocks)
                (memory.pointer + group.firstRow * size).update(
                    from: outputs[model.frozenBlocks].start, count: group.rows * size)
            }
        }
        var row = 0
        return sequences.map { sequence in
            defer { row += sequence.ids.count }
            return FrozenOutputs(memory, start: row * size)
        }
    }

    /// Adds the gradients of the embedded tokens to the rows of the word table.
    private func addWordGradients(_ batch: [TrainingSequence], _ changes: UnsafeMutablePointer<Float>) {
        let words = model.embeddings.words
        guard model.trainsEmbeddings else { return }
        var row = 0
        for sequence in batch {
            for id in sequence.ids {
                let target = gradients[0].start + words.offset + Int(id) * words.columns
                vm_add(target, changes + row * words.columns, words.columns)
                row += 1
            }
        }
    }

    /// Numbers that a worker takes at once in passes over an arena: enough to be worth it, the same on every machine, so that
    /// sums come out alike.
    private static let numbersAtOnce = 1 << 18

    private static func pieces(of ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.flatMap { range in
            stride(from: range.lowerBound, to: range.upperBound, by: numbersAtOnce).map {
                $0..<min(range.upperBound, $0 + numbersAtOnce)
            }
        }
    }

    /// Calls `body` with the numbers 0 to `count - 1`, each worker with the next.
    private func share(_ count: Int, _ body: @Sendable (Int) -> Void) {
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: gradients.count) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
    }

    /// Adds all workers' gradients to the first one's.
    ///
    /// - Returns: the sum of their squares.
    private func addUpWorkers() -> Double {
        let pieces = Self.pieces(of: trainedRanges)
        let squares = Mutex([Double](repeating: 0, count: pieces.count))
        share(pieces.count) { index in
            let piece = pieces[index]
            let sum = gradients[0].start + piece.lowerBound
            for other in gradients.dropFirst() {
                let end = min(piece.upperBound, other.count)
                if end > piece.lowerBound { vm_add(sum, other.start + piece.lowerBound, end - piece.lowerBound) }
            }
            let square = vm_sum_of_squares(sum, piece.count)
            squares.withLock { $0[index] = square }
        }
        return squares.withLock { $0.reduce(0, +) }
    }

    private func update(rate: Float, scale: Float) {
        let pieces = model.layout.parameters.filter(\.isTrained).flatMap { parameter in
            Self.pieces(of: [parameter.range]).map { (range: $0, decays: parameter.decays) }
        }
        share(pieces.count) { index in
            let (range, decays) = pieces[index]
            var step = optimizer.step(step, rate: rate, gradientScale: scale, decays: decays)
            vm_adamw(
                &step, weights.start + range.lowerBound, gradients[0].start + range.lowerBound,
                firstMoments.start + range.lowerBound, secondMoments.start + range.lowerBound, range.count)
        }
    }
}

/// Memory of which each worker writes rows of its own.
private struct SharedMemory: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>

    init(_ start: UnsafeMutablePointer<Float>) { self.start = start }
}
