import ClinicalText
import Glibc
import Interchange
import Storage

/// A file or folder that is written beside its place and takes it when it is whole, so that what was interrupted never looks
/// complete; a file whose name ends in `.gz` is packed on the way.
struct DraftOutput: RecordOutput {
    private enum Place {
        case standardOutput
        case file(OutputFile)
        case folder(OutputFolder)
    }

    private let path: String
    private let place: Place
    /// Whether a person's terminal reads it, on which nothing of a note may act.
    private let isForTerminal: Bool
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
        isForTerminal = path == NoteReader.standardInput && isatty(STDOUT_FILENO) == 1
        guard path != NoteReader.standardInput else {
            place = .standardOutput
            return
        }
        do {
            place = isFolder ? .folder(try OutputFolder(path)) : .file(try OutputFile(path))
        } catch {
            switch error.code {
            case EEXIST where isFolder:
                throw BadInput(SourceLocation(path), "is there already and not an empty folder; give another --output")
            case EISDIR: throw BadInput(SourceLocation(path), "is a folder; give the name of a file")
            default: throw BadInput(SourceLocation(path), "cannot be written (\(error))")
            }
        }
        if !isFolder, path.hasSuffix(".gz") { deflater = Deflater() }
    }

    mutating func append(_ bytes: [UInt8], to file: String) throws(BadInput) {
        guard case .folder(let folder) = place else {
            buffer += isForTerminal ? Array(String(decoding: bytes, as: UTF8.self).harmless.utf8) : bytes
            if buffer.count >= Self.bufferLength { try flush() }
            return
        }
        let target = "\(folder.draft)/\(file)"
        if let slash = target.lastIndex(of: "/"), folders.insert(String(target[..<slash])).inserted {
            try written { () throws(SystemError) in try PrivateFile.makeFolder(String(target[..<slash])) }
        }
        let descriptor = open(target, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, PrivateFile.fileMode)
        guard descriptor >= 0 else { throw cannotWrite(SystemError.last) }
        defer { close(descriptor) }
        try written { () throws(SystemError) in try PrivateFile.write(bytes, to: descriptor) }
    }

    /// Puts what was written in its place.
    mutating func commit() throws(BadInput) { _ = try commit(replaces: true) }

    /// Puts a file in its place.
    ///
    /// - Parameter replaces: whether one that is there goes.
    /// - Returns: which file it is; `nil` if one was there and stays, or it has no place.
    mutating func commit(replaces: Bool) throws(BadInput) -> FileIdentity? {
        if case .folder(let folder) = place {
            try written { () throws(SystemError) in try folder.commit() }
            return nil
        }
        try flush()
        if let deflater { try write(try deflater.pack([], isLast: true)) }
        guard case .file(let file) = place else { return nil }
        do {
            return try file.commit(replaces: replaces)
        } catch {
            if error.code == EEXIST, !replaces { return nil }
            throw cannotWrite(error)
        }
    }

    /// Removes what was written.
    mutating func discard() {
        switch place {
        case .standardOutput: break
        case .file(let file): file.discard()
        case .folder(let folder): folder.discard()
        }
    }

    private mutating func flush() throws(BadInput) {
        try write(try deflater?.pack(buffer) ?? buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8]) throws(BadInput) {
        try written { () throws(SystemError) in
            // Not `print`, which ignores a full disk.
            if case .file(let file) = place {
                try file.append(bytes)
            } else {
                try PrivateFile.write(bytes, to: STDOUT_FILENO)
            }
        }
    }

    private func written(_ body: () throws(SystemError) -> Void) throws(BadInput) {
        do { try body() } catch { throw cannotWrite(error) }
    }

    private func cannotWrite(_ error: SystemError) -> BadInput {
        if case .standardOutput = place {
            return BadInput(SourceLocation("standard output"), "cannot be written (\(error))")
        }
        return BadInput(SourceLocation(path), "cannot be written (\(error))")
    }
}
