/// Several token sequences one after the other in one matrix, without padding.
///
/// Everything but attention works row by row and does not see where one sequence ends; attention stays within each
/// (ByteTransformer, Zhai and others 2022).
struct PackedBatch {
    /// Token ids of all sequences.
    private(set) var ids: [Int32] = []
    /// Token types of all sequences.
    private(set) var types: [Int32] = []
    /// The rows of each sequence.
    private(set) var sequences: [Range<Int>] = []

    var rows: Int { ids.count }

    /// Tokens of the longest sequence.
    var longest: Int { sequences.map(\.count).max() ?? 0 }

    mutating func append(ids: [Int32], types: [Int32]) {
        let start = self.ids.count
        self.ids += ids
        self.types += types
        sequences.append(start..<self.ids.count)
    }
}
