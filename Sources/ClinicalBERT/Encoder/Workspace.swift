/// The memory of one worker's forward pass: taken once, grown when a larger batch comes, used again for the next.
final class Workspace {
    private let configuration: ModelConfiguration
    private var rowCapacity = 0
    private var sequenceCapacity = 0
    private(set) var hidden = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var queryKeyValue = FloatMemory(count: 0)  // [rows, 3 * hidden]
    private(set) var context = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var update = FloatMemory(count: 0)  // [rows, hidden]
    private(set) var intermediate = FloatMemory(count: 0)  // [rows, intermediate]
    private(set) var scores = FloatMemory(count: 0)  // [attention block, longest sequence]
    private(set) var logits = FloatMemory(count: 0)  // [rows, labels]

    init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// Makes room for a batch.
    func reserve(rows: Int, longest: Int) {
        if rows > rowCapacity {
            rowCapacity = rows
            hidden = FloatMemory(count: rows * configuration.hiddenSize)
            queryKeyValue = FloatMemory(count: rows * configuration.hiddenSize * 3)
            context = FloatMemory(count: rows * configuration.hiddenSize)
            update = FloatMemory(count: rows * configuration.hiddenSize)
            intermediate = FloatMemory(count: rows * configuration.intermediateSize)
            logits = FloatMemory(count: rows * configuration.labels.count)
        }
        if longest > sequenceCapacity {
            sequenceCapacity = longest
            scores = FloatMemory(count: SelfAttention.queryBlock * longest)
        }
    }
}
