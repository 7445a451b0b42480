/// The memory of one worker's forward pass: taken once, grown when a larger batch comes, used again for the next.
final class Workspace {
    /// How many floats an encoder and a head need for each row.
    struct Sizes: Sendable {
        /// Width of a token's vector.
        var hidden: Int
        /// Width of the widest layer between two vectors.
        var intermediate: Int
        /// What is kept of the embedded tokens beside the layers' vectors.
        var embedded = 0
        /// What attention needs for a block of queries beside the scores, whatever the length.
        var attention = 0
    }

    let sizes: Sizes
    private var rowCapacity = 0
    private var sequenceCapacity = 0
    private(set) var hidden = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var queryKeyValue = FloatMemory(count: 0)  // [rows, 3 * hidden]
    private(set) var context = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var update = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var intermediate = FloatMemory(count: 0)  // [rows, intermediate]
    private(set) var embedded = FloatMemory(count: 0)  // [rows, embedded]
    private(set) var scores = FloatMemory(count: 0)  // [attention block, longest sequence]
    private(set) var attention: FloatMemory  // [attention]
    private(set) var logits = FloatMemory(count: 0)  // as many as a head asks for

    init(_ sizes: Sizes) {
        self.sizes = sizes
        attention = FloatMemory(count: sizes.attention)
    }

    /// Makes room for a batch.
    func reserve(rows: Int, longest: Int) {
        if rows > rowCapacity {
            rowCapacity = rows
            hidden = FloatMemory(count: rows * sizes.hidden)
            queryKeyValue = FloatMemory(count: rows * sizes.hidden * 3)
            context = FloatMemory(count: rows * sizes.hidden)
            update = FloatMemory(count: rows * sizes.hidden)
            intermediate = FloatMemory(count: rows * sizes.intermediate)
            embedded = FloatMemory(count: rows * sizes.embedded)
        }
        if longest > sequenceCapacity {
            sequenceCapacity = longest
            scores = FloatMemory(count: SelfAttention.queryBlock * longest)
        }
    }

    /// Makes room for `count` logits.
    func reserve(logits count: Int) {
        if count > logits.count { logits = FloatMemory(count: count) }
    }
}
