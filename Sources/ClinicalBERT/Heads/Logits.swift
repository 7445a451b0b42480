import Glibc

/// What a head puts out for one text: a row for each token, or one row, and a column for each label.
///
/// A question answerer has two columns, of starts and ends; a masked language model one for each piece.
public struct Logits: Sendable, Hashable {
    /// Tokens, special ones included; 1 for a sequence classifier.
    public let rows: Int
    /// Labels.
    public let columns: Int
    /// Row after row, [rows, columns].
    public let values: [Float]

    /// Takes `values` row after row.
    package init(rows: Int, columns: Int, values: [Float]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    init(rows: Int, columns: Int, copying pointer: UnsafePointer<Float>) {
        self.init(
            rows: rows, columns: columns,
            values: Array(UnsafeBufferPointer(start: pointer, count: rows * columns)))
    }

    /// The index of the largest value of each row.
    public func bestLabels() -> [Int] { (0..<rows).map { self[$0].argmax() } }

    /// One row.
    public subscript(row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

    /// One column.
    public func column(_ index: Int) -> [Float] { (0..<rows).map { values[$0 * columns + index] } }
}

extension Collection<Float> {
    /// Softmax over the elements, shifted by the largest so that nothing overflows.
    func softmax() -> [Float] {
        let top = self.max() ?? 0
        let exponentials = map { exp($0 - top) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    /// The logarithm of ``softmax()`` of the elements divided by `temperature`.
    func logSoftmax(temperature: Float) -> [Float] {
        let scaled = map { Double($0 / temperature) }
        let top = scaled.max() ?? 0
        let logSum = top + log(scaled.reduce(0) { $0 + exp($1 - top) })
        return scaled.map { Float($0 - logSum) }
    }

    /// The index of the largest element, counted from 0; the first of equals.
    func argmax() -> Int {
        var best = 0
        var top = -Float.infinity
        for (index, value) in enumerated() where value > top {
            top = value
            best = index
        }
        return best
    }
}
