import ClinicalText

/// A safetensors file: 8 bytes of header length, a JSON header, the tensors' bytes without holes
/// (https://github.com/huggingface/safetensors, "Format").
struct Safetensors: Sendable {
    let tensors: [StoredTensor]
    /// Tensors of types that no weight has here (`U32`, `F8_E4M3` and others), by name: they may be there, unused.
    let unread: [String: String]

    /// The longest header that is read.
    ///
    /// The format allows 100 MB, which would take thirty times as much memory once it is parsed. A tensor takes a hundred
    /// bytes and the largest encoders have a thousand.
    static let longestHeader = 4_000_000

    /// Maps the file and checks every claim of its header.
    ///
    /// - Throws: ``BadInput`` with the byte: truncated, a header longer than the file, JSON that is none, a name given
    ///   twice, offsets that overlap, leave a hole or run past the end, a shape that does not match its bytes.
    init(_ path: String) throws(BadInput) {
        let file = try MappedFile(path)
        try file.checkIsNoPointer()
        let size = file.bytes.count
        func bad(_ byte: Int, _ reason: String) -> BadInput { BadInput(SourceLocation(path, byte: byte), reason) }
        guard size >= 8 else { throw bad(size, "the file is too short to be safetensors; was the download cut off?") }
        let stated = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard stated <= UInt64(size - 8) else {
            throw bad(
                0, "the header is said to be \(stated) bytes long and the file has \(size); it is cut off or damaged")
        }
        guard stated <= UInt64(Self.longestHeader) else {
            throw bad(0, "the header is \(stated) bytes long; \(Self.longestHeader) are supported")
        }
        let dataStart = 8 + Int(stated)
        guard file.bytes[8...].first == UInt8(ascii: "{") else { throw bad(8, "the header is not a JSON object") }
        let header = try OrderedJSON.parse(UnsafeRawBufferPointer(rebasing: file.bytes[8..<dataStart]), file: path)
        var names: Set<String> = []
        var tensors: [StoredTensor] = []
        var unread: [String: String] = [:]
        var places: [(name: String, range: Range<Int>)] = []
        for (name, entry) in header.members ?? [] {
            guard names.insert(name).inserted else { throw bad(8, "the tensor '\(name.printable)' is given twice") }
            if name == "__metadata__" { continue }
            let place = try Self.place(name, entry, dataStart: dataStart, file: file)
            places.append((name, place))
            guard let kind = entry["dtype"]?.string else { continue }
            if let type = StoredType(rawValue: kind) {
                tensors.append(try Self.tensor(name, entry, type, place, file: file))
            } else {
                unread[name] = kind
            }
        }
        try Self.checkLayout(places, dataStart: dataStart, size: size, path: path)
        self.tensors = tensors
        self.unread = unread
    }

    /// Where a tensor's bytes stand in the file.
    private static func place(
        _ name: String, _ entry: OrderedJSON, dataStart: Int, file: MappedFile
    ) throws(BadInput) -> Range<Int> {
        func bad(_ reason: String) -> BadInput {
            BadInput(SourceLocation(file.path, byte: 8), "the tensor '\(name.printable)' \(reason)")
        }
        guard entry["dtype"]?.string != nil else { throw bad("has no dtype") }
        guard let dimensions = entry["shape"]?.elements, dimensions.count <= StoredTensor.mostDimensions,
            let offsets = entry["data_offsets"]?.elements,
            offsets.count == 2, let start = offsets[0].int, let end = offsets[1].int
        else { throw bad("has no shape of at most \(StoredTensor.mostDimensions) dimensions or no data_offsets") }
        let available = file.bytes.count - dataStart
        guard start >= 0, start <= end, end <= available else {
            throw bad("claims bytes \(start) to \(end) of \(available)")
        }
        return dataStart + start..<dataStart + end
    }

    private static func tensor(
        _ name: String, _ entry: OrderedJSON, _ type: StoredType, _ place: Range<Int>, file: MappedFile
    ) throws(BadInput) -> StoredTensor {
        func bad(_ reason: String) -> BadInput {
            BadInput(SourceLocation(file.path, byte: 8), "the tensor '\(name.printable)' \(reason)")
        }
        var shape: [Int] = []
        var bytes = type.size
        for dimension in entry["shape"]?.elements ?? [] {
            guard let length = dimension.int, length >= 0 else { throw bad("has a shape that is no list of counts") }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            guard !overflow else { throw bad("has a shape that no file could hold") }
            bytes = product
            shape.append(length)
        }
        guard bytes == place.count else {
            throw bad("of shape \(shape) and type \(type.rawValue) needs \(bytes) bytes and has \(place.count)")
        }
        return StoredTensor(name: name, type: type, shape: shape, range: place, file: file)
    }

    private static func checkLayout(
        _ tensors: [(name: String, range: Range<Int>)], dataStart: Int, size: Int, path: String
    ) throws(BadInput) {
        var position = dataStart
        for tensor in tensors.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard tensor.range.lowerBound == position else {
                throw BadInput(
                    SourceLocation(path, byte: tensor.range.lowerBound),
                    "the tensor '\(tensor.name.printable)' "
                        + (tensor.range.lowerBound < position
                            ? "overlaps the one before it" : "leaves a hole before it"))
            }
            position = tensor.range.upperBound
        }
        guard position == size else {
            throw BadInput(
                SourceLocation(path, byte: position),
                "\(size - position) bytes follow the last tensor; the file is damaged")
        }
    }
}
