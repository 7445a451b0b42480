import ClinicalText
import Glibc

/// A file of `cache/` that says again, in a form that is quick to read, what other files hold.
///
/// Its content is believed only if its digest is right, and only as long as the files that it is about are as they were:
/// ``FileFingerprint``. Everything else is as if it were not there.
enum IndexFile {
    /// The version is part of it: an index of another version is none.
    private static let magic = Array("chartmark index 1\n".utf8)
    private static let digestLength = 64

    /// Reads an index.
    ///
    /// - Parameter body: reads what was written; `nil` for what is not understood.
    static func read<Value>(_ path: String, _ body: (inout ByteReader) -> Value?) -> Value? {
        guard let bytes = try? NoteReader.bytes(of: path), bytes.count >= magic.count + digestLength,
            bytes.starts(with: magic)
        else { return nil }
        return bytes.withUnsafeBytes { all in
            let payload = UnsafeRawBufferPointer(rebasing: all[(magic.count + digestLength)...])
            let stated = all[magic.count..<(magic.count + digestLength)]
            guard stated.elementsEqual(TextDigest(of: payload).hex.utf8) else { return nil }
            var reader = ByteReader(payload)
            guard let value = body(&reader), reader.isAtEnd else { return nil }
            return value
        }
    }

    /// Writes an index in the place of an old one; where that cannot be done there is none.
    static func write(_ payload: ByteWriter, to path: String, mode: mode_t) {
        let digest = Array(TextDigest(of: payload.bytes).hex.utf8)
        do { try PrivateFile.replace(path, with: magic + digest + payload.bytes, mode: mode) } catch { unlink(path) }
    }
}
