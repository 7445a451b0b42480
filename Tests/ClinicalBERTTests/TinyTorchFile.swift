/// A small file as `torch.save` would write it, made byte by byte: what describes the tensors can be told to lie.
struct TinyTorchFile {
    /// A tensor that looks into a storage.
    struct Tensor {
        var name: String
        var storage: Int
        var offset = 0
        var shape: [Int]
        var strides: [Int]
        var isParameter = false
        /// What it calls its storage; by default the storage's index.
        var key: String?
        /// Numbers that its storage is said to have; by default as many as it has.
        var storageCount: Int?
    }

    /// Numbers in a row.
    struct Storage {
        var type = "FloatStorage"
        var size = 4
        var bytes: [UInt8]

        static func floats(_ numbers: [Float]) -> Storage { Storage(bytes: numbers.flatMap(\.bitPattern.bytes)) }

        static func doubles(_ numbers: [Float]) -> Storage {
            Storage(type: "DoubleStorage", size: 8, bytes: numbers.flatMap { Double($0).bitPattern.bytes })
        }
    }

    var tensors: [Tensor]
    var storages: [Storage]
    /// Whether the tensors are one entry, "state_dict", of a trainer's dictionary.
    var isWrapped = false

    /// The tensors of ``TinyCheckpoint``, each with a storage of its own.
    static func checkpoint(
        tensors: [(name: String, shape: [Int])] = TinyCheckpoint.tensors
    ) -> TinyTorchFile {
        TinyTorchFile(
            tensors: tensors.enumerated().map { index, tensor in
                Tensor(name: tensor.name, storage: index, shape: tensor.shape, strides: rowMajor(tensor.shape))
            },
            storages: tensors.map { .floats(TinyCheckpoint.numbers($0.name, $0.shape)) })
    }

    /// The strides of a tensor whose numbers follow one another.
    static func rowMajor(_ shape: [Int]) -> [Int] {
        shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    }
}

extension TinyTorchFile {
    private static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func text(_ text: String) -> [UInt8] {
        Array("X".utf8) + UInt32(text.utf8.count).bytes + Array(text.utf8)
    }

    private static func int(_ number: Int) -> [UInt8] {
        if let small = Int32(exactly: number) { return Array("J".utf8) + small.bytes }
        return [0x8A, 8] + Int64(number).bytes
    }

    private static func tuple(_ elements: [[UInt8]]) -> [UInt8] {
        Array("(".utf8) + elements.joined() + Array("t".utf8)
    }

    /// `program` between the first and the last opcode of a pickle.
    static func pickle(_ program: [UInt8], protocol version: UInt8 = 2) -> [UInt8] {
        [0x80, version] + program + Array(".".utf8)
    }

    /// A tensor, the storage's reference with `extra` elements at its end.
    private func description(_ tensor: Tensor, extra: [[UInt8]]) -> [UInt8] {
        let storage = storages[tensor.storage]
        let reference =
            [
                Self.text("storage"), Self.global("torch", storage.type), Self.text(tensor.key ?? "\(tensor.storage)"),
                Self.text("cpu"), Self.int(tensor.storageCount ?? storage.bytes.count / storage.size),
            ] + extra
        // The hooks: an OrderedDict from the memo, called without arguments.
        let hooks = Array("h\0)R".utf8)
        let arguments =
            [
                Self.tuple(reference) + Array("Q".utf8), Self.int(tensor.offset),
                Self.tuple(tensor.shape.map(Self.int)), Self.tuple(tensor.strides.map(Self.int)), [0x89],
            ] + [hooks]
        let rebuilt =
            Self.global("torch._utils", "_rebuild_tensor_v2") + Self.tuple(arguments) + Array("R".utf8)
        guard tensor.isParameter else { return rebuilt }
        return Self.global("torch._utils", "_rebuild_parameter") + Self.tuple([rebuilt, [0x88], hooks])
            + Array("R".utf8)
    }

    /// An OrderedDict, remembered under 0, of names and tensors, with an empty `_metadata`.
    private func program(extra: [[UInt8]] = []) -> [UInt8] {
        let items = tensors.flatMap { Self.text($0.name) + description($0, extra: extra) }
        let dictionary =
            Self.global("collections", "OrderedDict") + Array("q\0)R(".utf8) + items + Array("u}".utf8)
            + Self.text("_metadata") + Array("h\0)Rsb".utf8)
        guard isWrapped else { return dictionary }
        return Array("}(".utf8) + Self.text("epoch") + Array("K\u{3}".utf8) + Self.text("state_dict") + dictionary
            + Array("u".utf8)
    }

    /// The form of torch 1.6 and later.
    ///
    /// - Parameters:
    ///   - pickle: in the place of the tensors' own.
    ///   - order: what `byteorder` says.
    func zip(pickle: [UInt8]? = nil, order: String = "little", isWide: Bool = false) -> [UInt8] {
        var archive = TinyZip(isWide: isWide)
        archive.add("archive/data.pkl", pickle ?? Self.pickle(program()))
        archive.add("archive/byteorder", Array(order.utf8))
        for (index, storage) in storages.enumerated() { archive.add("archive/data/\(index)", storage.bytes) }
        archive.add("archive/version", Array("3\n".utf8))
        return archive.bytes
    }

    /// The form before it.
    ///
    /// - Parameter pickle: in the place of the tensors' own.
    func legacy(pickle: [UInt8]? = nil, isLittleEndian: Bool = true) -> [UInt8] {
        let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        let machine =
            Array("}".utf8) + Self.text("little_endian") + [isLittleEndian ? 0x88 : 0x89] + Array("s".utf8)
        let keys = Array("](".utf8) + storages.indices.flatMap { Self.text("\($0)") } + Array("e".utf8)
        var file = Self.pickle(magic) + Self.pickle(Array("M".utf8) + UInt16(1001).bytes) + Self.pickle(machine)
        file += pickle ?? Self.pickle(program(extra: [Array("N".utf8)]))
        file += Self.pickle(keys)
        for storage in storages { file += Int64(storage.bytes.count / storage.size).bytes + storage.bytes }
        return file
    }
}

/// A zip archive of stored entries whose data start at multiples of 64, as torch pads them.
struct TinyZip {
    /// Whether the directory has zip64's wide numbers.
    var isWide = false
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    init(isWide: Bool = false) { self.isWide = isWide }

    /// - Parameter method: 0 for stored, 8 for deflated.
    mutating func add(_ name: String, _ data: [UInt8], method: UInt16 = 0) {
        let offset = body.count
        let padding = 63 - (offset + 30 + name.utf8.count + 4 + 63) % 64
        // Sizes and checksum are left to the directory, as bit 3 of the flags says.
        let common = UInt16(0x0808).bytes + method.bytes + UInt32(0).bytes
        body += Array("PK\u{3}\u{4}".utf8) + UInt16(0).bytes + common + [UInt8](repeating: 0, count: 12)
        body += UInt16(name.utf8.count).bytes + UInt16(4 + padding).bytes + Array(name.utf8)
        body += Array("FB".utf8) + UInt16(padding).bytes + [UInt8](repeating: 0x5A, count: padding) + data

        let narrow = isWide ? UInt32.max : nil
        let size = UInt32(data.count)
        let wide =
            isWide
            ? UInt16(1).bytes + UInt16(24).bytes + UInt64(size).bytes + UInt64(size).bytes + UInt64(offset).bytes : []
        directory += Array("PK\u{1}\u{2}".utf8) + UInt32(0).bytes + common + UInt32(0).bytes
        directory += (narrow ?? size).bytes + (narrow ?? size).bytes + UInt16(name.utf8.count).bytes
        directory += UInt16(wide.count).bytes + [UInt8](repeating: 0, count: 10)
        directory += (narrow ?? UInt32(offset)).bytes + Array(name.utf8) + wide
        count += 1
    }

    var bytes: [UInt8] {
        var file = body + directory
        let length = directory.count
        if isWide {
            let record = file.count
            file += Array("PK\u{6}\u{6}".utf8) + UInt64(44).bytes + [UInt8](repeating: 0, count: 12)
            file += UInt64(count).bytes + UInt64(count).bytes + UInt64(length).bytes + UInt64(body.count).bytes
            file += Array("PK\u{6}\u{7}".utf8) + UInt32(0).bytes + UInt64(record).bytes + UInt32(1).bytes
        }
        file += Array("PK\u{5}\u{6}".utf8) + UInt32(0).bytes + count.bytes + count.bytes
        file += isWide ? UInt32.max.bytes + UInt32.max.bytes : UInt32(length).bytes + UInt32(body.count).bytes
        return file + UInt16(0).bytes
    }
}
