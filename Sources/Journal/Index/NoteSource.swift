import ClinicalText
import Storage

/// A path of notes as it is on the disk: a file, or a folder with all its text files.
struct NoteSource: Hashable, Sendable {
    private let path: FileFingerprint?
    /// The names and the fingerprints of a folder's files, as one digest.
    private let files: RawDigest?

    init(_ path: String) {
        self.path = FileFingerprint(of: path)
        guard PrivateFile.isFolder(path), let names = try? NoteReader.textFiles(in: path) else {
            files = nil
            return
        }
        var listing = ByteWriter()
        for name in names {
            listing.add(name)
            FileFingerprint(of: "\(path)/\(name)")?.write(to: &listing)
        }
        files = RawDigest(TextDigest(of: listing.bytes))
    }

    init?(from reader: inout ByteReader) {
        guard let path = FileFingerprint(from: &reader), let isFolder = reader.number() else { return nil }
        self.path = path
        files = isFolder == 1 ? RawDigest(from: &reader) : nil
    }

    /// Whether there is anything at the path.
    var isThere: Bool { path != nil }
    /// Bytes of the file.
    var size: Int { path?.size ?? 0 }

    func write(to writer: inout ByteWriter) {
        path?.write(to: &writer)
        writer.add(files == nil ? 0 : 1)
        files?.write(to: &writer)
    }
}
