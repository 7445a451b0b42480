import ClinicalText
import Glibc

/// A part of a file.
enum FileStretch {
    /// Reads some bytes of a file.
    ///
    /// - Throws: ``BadInput`` if they cannot be read, or are not there.
    static func read(_ path: String, _ range: Range<Int>) throws(BadInput) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BadInput(SourceLocation(path), "cannot be read (\(SystemError.last))") }
        defer { close(file) }
        // Before memory is taken for them: what an index says may be more than there is.
        guard let there = FileFingerprint(of: file), range.upperBound <= there.size else {
            throw BadInput(SourceLocation(path, byte: range.lowerBound), "the file is shorter than it was")
        }
        var bytes = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, range.lowerBound + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw BadInput(
                    SourceLocation(path, byte: range.lowerBound + done), "cannot be read (\(SystemError.last))")
            }
            done += count
        }
        return bytes
    }
}
