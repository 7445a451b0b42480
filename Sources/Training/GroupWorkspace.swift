import CVectorMath
import ClinicalBERT

/// One worker's memory for a group: what the forward pass keeps and the backward pass needs.
///
/// Grows to the largest group that was asked for and is then used again without another allocation.
final class GroupWorkspace {
    private let model: EncoderModel
    private var memory = ReusedMemory()

    init(_ model: EncoderModel) { self.model = model }

    /// The parts of the memory for one group.
    struct Layout {
        let embeddings: EmbeddingLayer.Saved
        let blocks: [EncoderBlock.Saved]
        let scratch: EncoderBlock.Scratch
        let head: PredictionHead.Scratch
    }

    /// Stretches of memory that are handed out in the same order for each group; one that is too short is replaced.
    private struct ReusedMemory {
        private var stretches: [FloatMemory] = []
        private var next = 0

        mutating func start() { next = 0 }

        mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { next += 1 }
            if next == stretches.count {
                stretches.append(FloatMemory(count: count))
            } else if stretches[next].count < count {
                stretches[next] = FloatMemory(count: count)
            }
            return stretches[next].pointer
        }

        mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
            Matrix(take(rows * columns), rows: rows, columns: columns)
        }
    }

    /// Lays out the memory for `group`, in a step with these masks.
    func layout(_ group: SequenceGroup, _ masks: DropoutMasks) -> Layout {
        let rows = group.rows
        let size = model.hiddenSize
        let place = group.firstRow * size
        let rates = model.dropout
        memory.start()
        func norm(_ mask: VMDropout?) -> NormLayer.Saved {
            NormLayer.Saved(normalized: memory.matrix(rows, size), scales: memory.take(rows), mask: mask, place: place)
        }
        // Frozen layers always make the same of a sequence, so that it can be kept.
        func mask(_ site: DropoutMasks.Site, _ rate: Float, of block: Int) -> VMDropout? {
            block < model.frozenBlocks ? nil : masks.mask(site, rate: rate)
        }
        let embeddings = EmbeddingLayer.Saved(
            norm: norm(nil), output: memory.matrix(rows, size), mask: mask(.embeddings, rates.hidden, of: 0),
            place: place)
        let blocks = model.blocks.indices.map { index in
            EncoderBlock.Saved(
                attention: AttentionLayer.Saved(
                    projections: memory.matrix(rows, 3 * size), probabilities: memory.take(model.heads * group.pairs),
                    mask: mask(.attention(layer: index), rates.attention, of: index)),
                reduced: model.adapters.map { (memory.matrix(rows, $0.rank), memory.matrix(rows, $0.rank)) },
                context: memory.matrix(rows, size),
                attentionNorm: norm(mask(.attentionOutput(layer: index), rates.attentionOutput, of: index)),
                attended: memory.matrix(rows, size), expanded: memory.matrix(rows, model.intermediateSize),
                activated: memory.matrix(rows, model.intermediateSize),
                outputNorm: norm(mask(.feedForward(layer: index), rates.hidden, of: index)),
                output: memory.matrix(rows, size))
        }
        let longest = group.sequences.map(\.count).max() ?? 0
        let scratch = EncoderBlock.Scratch(
            attention: .init(first: memory.take(longest * longest), second: memory.take(longest * longest)),
            update: memory.matrix(rows, size), reduced: model.adapters.map { memory.matrix(rows, $0.rank) },
            projections: memory.matrix(rows, 3 * size),
            expanded: memory.matrix(rows, model.intermediateSize))
        return Layout(embeddings: embeddings, blocks: blocks, scratch: scratch, head: head(group))
    }

    private func head(_ group: SequenceGroup) -> PredictionHead.Scratch {
        let rows = group.targets.count
        let size = model.hiddenSize
        return PredictionHead.Scratch(
            gathered: memory.matrix(rows, size), transformed: memory.matrix(rows, size),
            activated: memory.matrix(rows, size), normalized: memory.matrix(rows, size), scales: memory.take(rows),
            vectors: memory.matrix(rows, size), gradient: memory.matrix(rows, size),
            logits: memory.matrix(rows, model.head.classes))
    }
}

extension EncoderModel {
    /// Runs a group forwards, its loss, and backwards.
    ///
    /// - Parameters:
    ///   - target: gets the gradients of the embedded tokens, [rows, hidden].
    ///   - scale: of the loss in its gradients.
    /// - Returns: the sum of the targets' losses, not scaled.
    func apply(
        _ pass: LayerPass, _ group: SequenceGroup, _ workspace: GroupWorkspace, _ target: Matrix, _ loss: CrossEntropy,
        scale: Float
    ) -> Double {
        let saved = workspace.layout(group, pass.dropout)
        let inputs = forward(pass, group, saved, through: blocks.count)
        let sum = head.apply(pass, group, inputs[blocks.count], target, saved.head, loss, scale: scale)
        for block in blocks.reversed() where block.index >= frozenBlocks {
            block.backward(
                pass, group, saved.blocks[block.index], saved.scratch, inputs[block.index], target,
                needsInput: block.index > frozenBlocks || trainsEmbeddings)
        }
        if trainsEmbeddings { embeddings.backward(pass, group, saved.embeddings, target) }
        return sum
    }

    /// Runs a group forwards and its loss.
    ///
    /// - Returns: the sum of the targets' losses.
    func loss(_ pass: LayerPass, _ group: SequenceGroup, _ workspace: GroupWorkspace, _ loss: CrossEntropy) -> Double {
        let saved = workspace.layout(group, pass.dropout)
        let outputs = forward(pass, group, saved, through: blocks.count)
        return head.loss(pass, group, outputs[blocks.count], saved.head, loss, scale: 1)
    }

    /// The input of each block up to `end`, and the last one's output.
    ///
    /// Frozen blocks are left out where the group comes with what they make of it; what stands for their inputs is not set.
    func forward(
        _ pass: LayerPass, _ group: SequenceGroup, _ saved: GroupWorkspace.Layout, through end: Int
    ) -> [Matrix] {
        let outputs = [saved.embeddings.output] + saved.blocks.map(\.output)
        var start = 0
        if let vectors = group.frozenOutputs {
            start = frozenBlocks
            for (sequence, vectors) in zip(group.sequences, vectors) { vectors.copy(to: outputs[start].rows(sequence)) }
        } else {
            embeddings.forward(pass, group, saved.embeddings)
        }
        for block in blocks[start..<end] {
            block.forward(pass, group, saved.blocks[block.index], saved.scratch, outputs[block.index])
        }
        return outputs
    }
}
