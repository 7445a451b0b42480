import ClinicalText
import Glibc

/// A file mapped read-only into memory; unmapped when the last tensor that borrows from it is gone.
final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer
    /// Whether the pages are memory of our own, which the kernel could not read again.
    private let isCopy: Bool

    /// - Throws: ``BadInput`` if the file is not there, is empty or cannot be read.
    init(_ path: String) throws(BadInput) {
        // Not blocking: a named pipe that nobody writes to would keep us waiting for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw BadInput(
                SourceLocation(path), errno == ENOENT ? "no such file" : "cannot be read; check its permissions")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw BadInput(SourceLocation(path), "is not a file with anything in it")
        }
        let size = Int(status.st_size)
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw BadInput(SourceLocation(path), "cannot be mapped into memory (\(size) bytes)")
        }
        self.path = path
        isCopy = false
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    /// Memory filled with something of `file`, for a tensor that does not stand in it row after row.
    ///
    /// - Throws: ``BadInput`` if there is not so much memory.
    init(
        copyOf file: MappedFile, byteCount: Int, fill: (UnsafeMutableRawPointer) -> Void
    ) throws(BadInput) {
        let size = max(1, byteCount)
        guard let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            address != MAP_FAILED
        else { throw BadInput(SourceLocation(file.path), "there is no memory for a tensor of \(byteCount) bytes") }
        if byteCount > 0 { fill(address) }
        path = file.path
        isCopy = true
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Tells the kernel that the pages of `range` have been copied and need not stay resident.
    func forget(_ range: Range<Int>) {
        guard !isCopy, let base = bytes.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        if start < end { madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED) }
    }

    /// What a clone made without Git LFS has in a large file's place.
    private static let pointer = "version https://git-lfs"

    /// Makes sure that this is the file itself.
    ///
    /// - Throws: ``BadInput`` for a pointer that Git LFS left in its place.
    func checkIsNoPointer() throws(BadInput) {
        guard bytes.starts(with: Self.pointer.utf8) else { return }
        throw BadInput(SourceLocation(path), "is a pointer of Git LFS, not the weights; fetch them with git lfs pull")
    }
}
