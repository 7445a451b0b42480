import CVectorMath

/// The memory of a forward pass: taken once, grown when a larger batch comes, used again for the next.
///
/// One pass at a time has it, and the workers of a pass write rows of their own.
final class Workspace: @unchecked Sendable {
    /// How many floats an encoder needs.
    struct Sizes: Sendable {
        /// Width of a token's vector.
        var hidden: Int
        /// Width of the widest layer between two vectors.
        var intermediate: Int
        /// Width of one attention head.
        var headSize: Int
        /// What is kept of the embedded tokens beside the layers' vectors, for each row.
        var embedded = 0
        /// What attention needs for a block of queries beside the scores, whatever the length.
        var attention = 0
        /// What a linear layer needs.
        var linear = 0
    }

    /// Memory of one worker alone.
    struct Scratch {
        let attention: FloatMemory
        let linear: FloatMemory
    }

    let sizes: Sizes
    private var rowCapacity = 0
    private var sequenceCapacity = 0
    private(set) var hidden = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var context = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var update = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var intermediate = FloatMemory(count: 0)  // [rows, intermediate]
    private(set) var embedded = FloatMemory(count: 0)  // [rows, embedded]
    private(set) var logits = FloatMemory(count: 0)  // as many as a head asks for
    private(set) var scratch: [Scratch] = []
    private var projections: [FloatMemory] = []  // [rows, 3 * hidden]

    init(_ sizes: Sizes) { self.sizes = sizes }

    /// Makes room for a batch and its workers.
    func reserve(_ batch: PackedBatch, workers: Int = 1) {
        let layersAtOnce = min(workers, 2)
        if batch.rows > rowCapacity || projections.count < layersAtOnce {
            rowCapacity = max(rowCapacity, batch.rows)
            hidden = FloatMemory(count: rowCapacity * sizes.hidden)
            context = FloatMemory(count: rowCapacity * sizes.hidden)
            update = FloatMemory(count: rowCapacity * sizes.hidden)
            intermediate = FloatMemory(count: rowCapacity * sizes.intermediate)
            embedded = FloatMemory(count: rowCapacity * sizes.embedded)
            projections = (0..<max(layersAtOnce, projections.count)).map { _ in
                FloatMemory(count: rowCapacity * sizes.hidden * 3)
            }
        }
        if batch.longest > sequenceCapacity || scratch.count < workers {
            sequenceCapacity = max(sequenceCapacity, batch.longest)
            let attention =
                [
                    vm_attention_scratch(sequenceCapacity, sizes.headSize),
                    vm_has_bfloat16() == 1 ? vm_bfloat16_attention_scratch(sequenceCapacity, sizes.headSize) : 0,
                    DisentangledAttention.memory(keys: sequenceCapacity, headSize: sizes.headSize) + sizes.attention,
                ].max() ?? 0
            scratch = (0..<max(workers, scratch.count)).map { _ in
                Scratch(attention: FloatMemory(count: attention), linear: FloatMemory(count: sizes.linear))
            }
        }
    }

    /// Queries, keys and values of layer `layer`, [rows, 3 * hidden].
    ///
    /// Where workers share a batch, one may project its rows for the next layer while another still attends to this one:
    /// neighbouring layers have memory of their own.
    func queryKeyValue(_ layer: Int) -> FloatMemory { projections[layer % projections.count] }

    /// Makes room for `count` logits.
    func reserve(logits count: Int) {
        if count > logits.count { logits = FloatMemory(count: count) }
    }
}
