import CZlib
import ClinicalText
import Glibc

/// The bytes of a file, standard input or memory, a piece at a time; gzip (RFC 1952) is unpacked on the way.
///
/// Whether a file is compressed is seen from its first two bytes, not from its name.
public final class ByteSource {
    /// What it is called in errors.
    public let name: String
    /// How many bytes of the file were read, before unpacking: what a progress bar can know.
    public private(set) var consumed = 0
    /// How many bytes the file has; `nil` where that is not known.
    public let total: Int?

    private var descriptor: Int32
    private var memory: [UInt8]
    private var inflater: Inflater?
    private var isStarted = false

    /// One system call a quarter of a megabyte, and no more than that in memory.
    private static let pieceLength = 262_144

    /// Reads from memory.
    public init(_ bytes: [UInt8], name: String) {
        self.name = name
        descriptor = -1
        memory = bytes
        total = bytes.count
    }

    /// Opens a file, or standard input for `-`.
    ///
    /// - Throws: ``BadInput`` if it cannot be opened.
    public init(path: String) throws(BadInput) {
        memory = []
        if path == NoteReader.standardInput {
            name = "standard input"
            descriptor = STDIN_FILENO
            total = nil
            return
        }
        name = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw BadInput(SourceLocation(path), "cannot be opened (\(String(cString: strerror(errno))))")
        }
        var status = stat()
        total = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    /// The next bytes; `nil` at the end.
    ///
    /// - Throws: ``BadInput`` for a file that cannot be read, or whose gzip is damaged or cut off.
    public func next() throws(BadInput) -> [UInt8]? {
        if !isStarted {
            isStarted = true
            // Two bytes tell gzip from everything that is text.
            while descriptor >= 0, memory.count < 2, let more = try piece() { memory += more }
            if memory.starts(with: [0x1F, 0x8B]) { inflater = Inflater(file: name) }
        }
        guard let inflater else { return try raw() }
        while true {
            if let bytes = try inflater.unpack(Self.pieceLength) { return bytes }
            guard let more = try raw() else {
                try inflater.finish()
                return nil
            }
            inflater.feed(more)
        }
    }

    /// All that is left.
    ///
    /// - Parameter limit: more than this is refused: files that hold one note.
    /// - Throws: ``BadInput``.
    func rest(limit: Int = ByteSource.largestDocument) throws(BadInput) -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try next() {
            bytes += more
            guard bytes.count <= limit else {
                throw BadInput(SourceLocation(name), "is larger than \(limit >> 20) MiB, which no single document is")
            }
        }
        return bytes
    }

    /// A file that has to be in memory whole may have a quarter of a gigabyte: what does not is no single document.
    static let largestDocument = 1 << 28

    private func raw() throws(BadInput) -> [UInt8]? {
        if !memory.isEmpty {
            let bytes = memory
            memory = []
            if descriptor < 0 { consumed = bytes.count }
            return bytes
        }
        return descriptor >= 0 ? try piece() : nil
    }

    private func piece() throws(BadInput) -> [UInt8]? {
        let descriptor = descriptor
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceLength) { buffer, count in
            var result = read(descriptor, buffer.baseAddress, buffer.count)
            while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, buffer.count) }
            if result < 0 { failure = errno }
            count = max(0, result)
        }
        guard failure == 0 else {
            throw BadInput(SourceLocation(name), "cannot be read (\(String(cString: strerror(failure))))")
        }
        consumed += bytes.count
        return bytes.isEmpty ? nil : bytes
    }
}

/// zlib's unpacking of a gzip file, members after members.
private final class Inflater {
    private var stream = z_stream()
    private let file: String
    private var input: [UInt8] = []
    private var position = 0
    private var isReady: Bool
    private var isBetweenMembers = false

    init(file: String) {
        self.file = file
        // 16 + 15: gzip's wrapper, the largest window (zlib.h).
        isReady = inflateInit2_(&stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit { inflateEnd(&stream) }

    func feed(_ bytes: [UInt8]) {
        input = bytes
        position = 0
    }

    /// Some unpacked bytes; `nil` when more have to be fed.
    func unpack(_ most: Int) throws(BadInput) -> [UInt8]? {
        guard isReady else { throw BadInput(SourceLocation(file), "zlib cannot be started") }
        while position < input.count {
            if isBetweenMembers {
                inflateReset(&stream)
                isBetweenMembers = false
            }
            var result: Int32 = Z_OK
            let output = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
                input.withUnsafeMutableBufferPointer { bytes in
                    stream.next_in = bytes.baseAddress.map { $0 + position }
                    stream.avail_in = UInt32(bytes.count - position)
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    result = inflate(&stream, Z_NO_FLUSH)
                    position = bytes.count - Int(stream.avail_in)
                    count = buffer.count - Int(stream.avail_out)
                }
            }
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
                throw BadInput(SourceLocation(file), "the gzip file is damaged; unpack it with gunzip to see where")
            }
            isBetweenMembers = result == Z_STREAM_END
            if !output.isEmpty { return output }
            if result == Z_BUF_ERROR { break }
        }
        return nil
    }

    func finish() throws(BadInput) {
        guard isBetweenMembers else { throw BadInput(SourceLocation(file), "the gzip file is cut off before its end") }
    }
}

/// zlib's packing of what is written.
public final class Deflater {
    private var stream = z_stream()
    private let isReady: Bool

    /// Starts a gzip file.
    public init() {
        // 16 + 15: gzip's wrapper; 8: zlib's usual memory.
        isReady =
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit { deflateEnd(&stream) }

    /// Packs `bytes`; with `isLast` the file is complete.
    ///
    /// - Throws: ``BadInput`` if zlib cannot.
    public func pack(_ bytes: [UInt8], isLast: Bool = false) throws(BadInput) -> [UInt8] {
        var packed: [UInt8] = []
        var input = bytes
        var result: Int32 = isReady ? Z_OK : Z_MEM_ERROR
        input.withUnsafeMutableBufferPointer { buffer in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(buffer.count)
            while result == Z_OK {
                var isFull = false
                packed += [UInt8](unsafeUninitializedCapacity: 65_536) { output, count in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    result = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    count = output.count - Int(stream.avail_out)
                    isFull = stream.avail_out == 0
                }
                if !isFull, !isLast { break }
            }
        }
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
            throw BadInput(SourceLocation("zlib"), "cannot compress (\(result))")
        }
        return packed
    }
}
