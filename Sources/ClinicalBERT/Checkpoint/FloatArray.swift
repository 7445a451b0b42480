import CVectorMath

/// Numbers of a tensor, never changed after they are made: its own memory, or a stretch of a mapped file.
struct FloatArray: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    let count: Int
    /// Keeps the memory alive.
    private let owner: AnyObject

    /// Allocates `count` numbers, aligned for any vector unit, and has `fill` write them.
    init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
        let memory = FloatMemory(count: count)
        fill(memory.pointer)
        pointer = UnsafePointer(memory.pointer)
        self.count = count
        owner = memory
    }

    /// Holds `count` zeros.
    init(zeros count: Int) {
        self.init(count: count) { $0.update(repeating: 0, count: count) }
    }

    /// Borrows a float32 tensor from its file, unless it is not aligned there.
    init?(borrowing tensor: StoredTensor) {
        guard let base = tensor.file.bytes.baseAddress else { return nil }
        let start = base + tensor.range.lowerBound
        guard Int(bitPattern: start) % MemoryLayout<Float>.alignment == 0 else { return nil }
        pointer = start.assumingMemoryBound(to: Float.self)
        count = tensor.count
        owner = tensor.file
    }
}

/// Memory for floats; see ``AlignedMemory``.
final class FloatMemory: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        let raw = AlignedMemory.allocate(byteCount: max(1, count) * 4)
        pointer = raw.bindMemory(to: Float.self, capacity: max(1, count))
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// An embedding matrix left in its file's own precision; rows become float32 when they are looked up.
struct EmbeddingTable: Sendable {
    private let tensor: StoredTensor
    let rows: Int
    let columns: Int

    init(tensor: StoredTensor, rows: Int, columns: Int) {
        self.tensor = tensor
        self.rows = rows
        self.columns = columns
    }

    /// Writes row `index` to `target`; an index outside the table reads its nearest row.
    func copyRow(_ index: Int, to target: UnsafeMutablePointer<Float>) {
        let row = min(max(0, index), rows - 1)
        tensor.convert(row * columns..<(row + 1) * columns, to: target)
    }

    /// Whether every number is one.
    ///
    /// Checked a block of rows at a time, which keeps the copy in the cache.
    var isFinite: Bool {
        let block = max(1, 65_536 / max(1, columns))
        let memory = FloatMemory(count: block * columns)
        return stride(from: 0, to: rows, by: block).allSatisfy { start in
            let end = min(rows, start + block)
            tensor.convert(start * columns..<end * columns, to: memory.pointer)
            return vm_all_finite(memory.pointer, (end - start) * columns) == 1
        }
    }
}
