import Glibc

/// A file that a benchmark fills with hundreds of megabytes, a few at a time.
final class BulkFile {
    private let file: UnsafeMutablePointer<FILE>

    init?(_ path: String) {
        guard let file = fopen(path, "w") else { return nil }
        self.file = file
    }

    func add(_ bytes: [UInt8]) { fwrite(bytes, 1, bytes.count, file) }

    deinit { fclose(file) }
}
