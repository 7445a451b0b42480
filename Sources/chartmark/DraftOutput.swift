import ClinicalText
import FoundationEssentials
import Glibc
import Interchange
import Journal

/// A file or folder that is written beside its place and takes it when it is whole, so that what was interrupted never looks
/// complete; a file whose name ends in `.gz` is packed on the way.
struct DraftOutput: RecordOutput {
    private enum Place {
        case standardOutput
        case file
        case folder
    }

    private let path: String
    private let draft: String
    private let place: Place
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []
    private var deflater: Deflater?
    private var folders: Set<String> = []

    /// Few system calls, and little memory.
    private static let bufferLength = 262_144

    /// - Throws: ``BadInput`` if it cannot be made, or a folder is there already.
    init(_ path: String, isFolder: Bool) throws(BadInput) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        draft = "\(path).\(getpid()).new"
        if path == NoteReader.standardInput {
            place = .standardOutput
            descriptor = STDOUT_FILENO
            return
        }
        place = isFolder ? .folder : .file
        if isFolder {
            if PrivateFile.exists(path) {
                let held = try? FileManager.default.contentsOfDirectory(atPath: path)
                guard let held, held.isEmpty else {
                    throw BadInput(
                        SourceLocation(path), "is there already and not an empty folder; give another --output")
                }
            }
            // What a process of the same number left behind when it was killed would be added to.
            try? FileManager.default.removeItem(atPath: draft)
            try makeFolder(draft)
        } else {
            if PrivateFile.isFolder(path) {
                throw BadInput(SourceLocation(path), "is a folder; give the name of a file")
            }
            descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, PrivateFile.fileMode)
            guard descriptor >= 0 else { throw cannotWrite(errno) }
            if path.hasSuffix(".gz") { deflater = Deflater() }
        }
    }

    mutating func append(_ bytes: [UInt8], to file: String) throws(BadInput) {
        guard place == .folder else {
            buffer += bytes
            if buffer.count >= Self.bufferLength { try flush() }
            return
        }
        let target = "\(draft)/\(file)"
        if let slash = target.lastIndex(of: "/"), folders.insert(String(target[..<slash])).inserted {
            try makeFolder(String(target[..<slash]))
        }
        let descriptor = open(target, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, PrivateFile.fileMode)
        guard descriptor >= 0 else { throw cannotWrite(errno) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor)
    }

    /// Puts what was written in its place.
    mutating func commit() throws(BadInput) {
        switch place {
        case .standardOutput: try flush()
        case .folder: try put(draft)
        case .file:
            try flush()
            if let deflater { try write(try deflater.pack([], isLast: true), to: descriptor) }
            guard fsync(descriptor) == 0 || errno == EINVAL else { throw cannotWrite(errno) }
            close(descriptor)
            descriptor = -1
            try put(draft)
        }
    }

    /// Removes what was written.
    mutating func discard() {
        guard place != .standardOutput else { return }
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        try? FileManager.default.removeItem(atPath: draft)
    }

    private func put(_ draft: String) throws(BadInput) {
        guard rename(draft, path) == 0 else { throw cannotWrite(errno) }
    }

    private mutating func flush() throws(BadInput) {
        if let deflater {
            try write(try deflater.pack(buffer), to: descriptor)
        } else {
            try write(buffer, to: descriptor)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(BadInput) {
        do {
            // Not `print`, which ignores a full disk.
            try PrivateFile.write(bytes, to: descriptor)
        } catch {
            throw cannotWrite(error.code)
        }
    }

    private func makeFolder(_ folder: String) throws(BadInput) {
        do {
            try PrivateFile.makeFolder(folder)
        } catch {
            throw BadInput(SourceLocation(folder), "cannot be made (\(error))")
        }
    }

    private func cannotWrite(_ code: Int32) -> BadInput {
        BadInput(
            SourceLocation(place == .standardOutput ? "standard output" : path),
            "cannot be written (\(SystemError(code)))")
    }
}
