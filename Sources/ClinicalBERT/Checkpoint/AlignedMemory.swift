import Glibc

/// Memory for matrices, to be deallocated by its pointer.
enum AlignedMemory {
    /// A cache line, and a vector register of AVX-512.
    private static let line = 64

    /// The size of a huge page on x86-64 and Arm.
    ///
    /// A product reads its weights from front to end, and with pages of 4 KiB it would wait for the address of each.
    private static let hugePage = 2 << 20

    /// Allocates `byteCount` bytes, on huge pages where they fill some and the system has any.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        guard byteCount >= hugePage else {
            return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: line)
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
        madvise(memory, byteCount / hugePage * hugePage, MADV_HUGEPAGE)
        return memory
    }
}
