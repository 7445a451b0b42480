import ClinicalText

extension TorchFile {
    /// A zip archive: `<root>/data.pkl`, the storages in `<root>/data/`, `<root>/byteorder` (torch's `serialization.py`).
    static func readZip(_ file: MappedFile) throws(BadInput) -> Parts {
        let archive = try ZipArchive(file)
        let suffix = "/data.pkl"
        let pickles = archive.entries.values.filter { $0.name.hasSuffix(suffix) }
        guard let entry = pickles.first, pickles.count == 1 else {
            throw BadInput(
                SourceLocation(file.path),
                "the zip archive has \(pickles.count) files 'data.pkl'; torch.save writes one")
        }
        let root = entry.name.dropLast(suffix.utf8.count)
        func stored(_ entry: ZipArchive.Entry) throws(BadInput) -> Range<Int> {
            guard entry.isStored else {
                throw BadInput(
                    SourceLocation(file.path, byte: entry.range.lowerBound),
                    "'\(entry.name.printable)' is compressed, which torch.save never does; save the weights again")
            }
            return entry.range
        }
        if let order = archive.entries["\(root)/byteorder"] {
            let name = String(decoding: file.bytes[try stored(order)].prefix(20), as: UTF8.self)
            guard name == "little" else {
                throw BadInput(
                    SourceLocation(file.path, byte: order.range.lowerBound),
                    "the byte order '\(name.printable)' is not supported; supported: little")
            }
        }
        let pickle = try Unpickler.read(FileCursor(file, try stored(entry)))
        var storages: [String: Range<Int>] = [:]
        for storage in pickle.storages where storages[storage.key] == nil {
            if let entry = archive.entries["\(root)/data/\(storage.key)"] { storages[storage.key] = try stored(entry) }
        }
        return Parts(pickle: pickle, storages: storages)
    }

    /// The integer that starts a stream, 0x1950A86A20F9469CFC6C.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    private static let streamVersion = 1001

    /// Pickles one after the other: a magic number, a version, the machine, the tensors, the storages' keys; then for each
    /// key a count of 64 bits and the numbers (torch's `_legacy_save`).
    static func readLegacy(_ file: MappedFile) throws(BadInput) -> Parts {
        let end = file.bytes.count
        func read(from start: Int) throws(BadInput) -> Pickle {
            try Unpickler.read(FileCursor(file, start..<end))
        }
        guard file.bytes.prefix(32).contains(magic) else {
            throw BadInput(
                SourceLocation(file.path, byte: 0),
                "this is neither a zip archive nor a stream that torch.save writes; is it a model's weights?")
        }
        let start = try read(from: 0)
        guard case .long(Self.magic) = start.root else {
            throw BadInput(SourceLocation(file.path, byte: 0), "torch's magic number is damaged")
        }
        let version = try read(from: start.end)
        guard version.root.int == streamVersion else {
            throw BadInput(
                SourceLocation(file.path, byte: start.end),
                "the stream's version is not \(streamVersion), torch's only one")
        }
        let machine = try read(from: version.end)
        if case .bool(false)? = machine.member("little_endian", of: machine.root) {
            throw BadInput(
                SourceLocation(file.path, byte: version.end), "the byte order 'big' is not supported; supported: little"
            )
        }
        let pickle = try read(from: machine.end)
        let keys = try read(from: pickle.end)
        return Parts(pickle: pickle, storages: try legacyStorages(pickle, keys, file))
    }

    private static func legacyStorages(
        _ pickle: Pickle, _ keys: Pickle, _ file: MappedFile
    ) throws(BadInput) -> [String: Range<Int>] {
        let types = Dictionary(pickle.storages.map { ($0.key, $0.type) }, uniquingKeysWith: { first, _ in first })
        var cursor = FileCursor(file, keys.end..<file.bytes.count)
        var storages: [String: Range<Int>] = [:]
        for key in keys.elements(keys.root) ?? [] {
            let start = cursor.position
            guard let key = key.text, let type = types[key], storages[key] == nil else {
                throw cursor.bad("the storages' keys are not those that the tensors name", at: pickle.end)
            }
            let count = try cursor.integer(Int64.self)
            let (bytes, overflow) = Int(count).multipliedReportingOverflow(by: type.size)
            guard count >= 0, !overflow else { throw cursor.bad("a storage of \(count) numbers cannot be", at: start) }
            let data = cursor.position
            _ = try cursor.bytes(bytes)
            storages[key] = data..<data + bytes
        }
        return storages
    }
}
