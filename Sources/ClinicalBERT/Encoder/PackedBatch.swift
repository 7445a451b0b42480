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

    /// `rows` divided where one sequence ends and the next starts, each part with all rows of its sequence.
    func parts(of rows: Range<Int>) -> [(rows: Range<Int>, sequence: Range<Int>)] {
        sequences.compactMap { sequence in
            let part = sequence.clamped(to: rows)
            return part.isEmpty ? nil : (part, sequence)
        }
    }

    mutating func append(ids: some Collection<Int32>, types: some Collection<Int32>) {
        let start = self.ids.count
        self.ids += ids
        self.types += types
        sequences.append(start..<self.ids.count)
    }
}
