import ClinicalText
import Glibc
import Storage

/// A part of a file.
enum FileStretch {
    /// Reads some bytes of a file.
    ///
    /// - Parameter isOfProject: whether it is one of the project's own files, in which no link is followed.
    /// - Throws: ``BadInput`` if they cannot be read, or are not there.
    static func read(_ path: String, _ range: Range<Int>, isOfProject: Bool) throws(BadInput) -> [UInt8] {
        let file: Int32
        do {
            file = try open(path, isOfProject: isOfProject)
        } catch {
            throw BadInput(SourceLocation(path), "cannot be read (\(error))")
        }
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

    private static func open(_ path: String, isOfProject: Bool) throws(SystemError) -> Int32 {
        if isOfProject {
            let (folder, name) = try Folder.of(path, followsLink: false)
            return try folder.read(name)
        }
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError.last }
        return file
    }
}
