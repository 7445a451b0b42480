import ClinicalText

/// A machine for the opcodes of Python's pickle protocols 2 to 5 that tensors are written with
/// (https://github.com/python/cpython/blob/main/Lib/pickletools.py documents each).
///
/// It has no way to call anything: REDUCE knows the few names of ``TorchGlobal`` and builds what they stand for itself.
struct Unpickler {
    private var cursor: FileCursor
    private var pickle = Pickle()
    private var stack: [Pickle.Value] = []
    /// Heights of the stack at which a MARK was put.
    private var marks: [Int] = []
    private var memo: [UInt32: Pickle.Value] = [:]
    /// Where the opcode at work stands.
    private var opcodeByte = 0

    /// A tensor takes about forty opcodes and the largest encoders have a thousand tensors; past a quarter of a million, a file is made
    /// to be slow to read or to fill the memory, which each opcode takes a little of.
    static let mostOpcodes = 1 << 18

    /// torch numbers its storages, or calls them by their addresses; a name of a megabyte that as many tensors share would
    /// take for ever to look up.
    static let longestKey = 64

    /// Reads the pickle that starts where `cursor` stands.
    ///
    /// - Throws: ``BadInput`` with the byte: cut off, an opcode that tensors do not need, a name that is not on the list, or
    ///   values of the wrong kind.
    static func read(_ cursor: FileCursor) throws(BadInput) -> Pickle {
        var unpickler = Unpickler(cursor: cursor)
        return try unpickler.run()
    }

    private init(cursor: FileCursor) { self.cursor = cursor }

    private func bad(_ reason: String) -> BadInput { cursor.bad(reason, at: opcodeByte) }

    private mutating func run() throws(BadInput) -> Pickle {
        for _ in 0..<Self.mostOpcodes {
            opcodeByte = cursor.position
            let code = try cursor.integer(UInt8.self)
            guard let opcode = Opcode(rawValue: code) else { throw unknown(code) }
            if opcode == .stop {
                pickle.root = try pop()
                pickle.end = cursor.position
                return pickle
            }
            try execute(opcode)
        }
        throw bad("more than \(Self.mostOpcodes) pickle opcodes; no tensors are written like that")
    }

    private func unknown(_ code: UInt8) -> BadInput {
        bad("the pickle opcode 0x\(String(code, radix: 16)) is not one that tensors are written with")
    }

    private mutating func execute(_ opcode: Opcode) throws(BadInput) {
        switch opcode {
        case .proto:
            let version = try cursor.integer(UInt8.self)
            guard (2...5).contains(version) else {
                throw bad("pickle protocol \(version) is not supported; 2 to 5 are")
            }
        case .frame: _ = try cursor.integer(UInt64.self)
        case .stop: break
        case .mark: marks.append(stack.count)
        case .pop: _ = try pop()
        case .popMark: _ = try popToMark()
        case .duplicate: stack.append(try top())
        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .int8: stack.append(.int(Int(try cursor.integer(UInt8.self))))
        case .int16: stack.append(.int(Int(try cursor.integer(UInt16.self))))
        case .int32: stack.append(.int(Int(try cursor.integer(Int32.self))))
        case .long1: stack.append(Self.long(try cursor.bytes(countedBy: UInt8.self)))
        case .long4: stack.append(Self.long(try cursor.bytes(countedBy: UInt32.self)))
        case .float:
            _ = try cursor.bytes(8)
            stack.append(.other)
        case .text8: stack.append(try text(try cursor.bytes(countedBy: UInt8.self)))
        case .text32: stack.append(try text(try cursor.bytes(countedBy: UInt32.self)))
        case .text64: stack.append(try text(try cursor.bytes(countedBy: UInt64.self)))
        case .string8: stack.append(try text(try cursor.bytes(countedBy: UInt8.self)))
        case .string32: stack.append(try text(try cursor.bytes(countedBy: UInt32.self)))
        case .bytes8:
            _ = try cursor.bytes(countedBy: UInt8.self)
            stack.append(.other)
        case .bytes32:
            _ = try cursor.bytes(countedBy: UInt32.self)
            stack.append(.other)
        case .bytes64:
            _ = try cursor.bytes(countedBy: UInt64.self)
            stack.append(.other)
        case .emptyTuple: stack.append(tuple([]))
        case .tuple1: stack.append(tuple(try pop(1)))
        case .tuple2: stack.append(tuple(try pop(2)))
        case .tuple3: stack.append(tuple(try pop(3)))
        case .tuple: stack.append(tuple(try popToMark()))
        case .emptyList:
            pickle.sequences.append([])
            stack.append(.list(pickle.sequences.count - 1))
        case .append: try append(try pop(1))
        case .appends: try append(try popToMark())
        case .emptyDictionary: stack.append(dictionary())
        case .setItem: try set(try pop(2))
        case .setItems: try set(try popToMark())
        case .put8: memo[UInt32(try cursor.integer(UInt8.self))] = try top()
        case .put32: memo[try cursor.integer(UInt32.self)] = try top()
        case .memoize: memo[UInt32(memo.count)] = try top()
        case .get8: stack.append(try remembered(UInt32(try cursor.integer(UInt8.self))))
        case .get32: stack.append(try remembered(try cursor.integer(UInt32.self)))
        case .global: try lookUp(module: try cursor.line(), name: try cursor.line())
        case .stackGlobal:
            let names = try pop(2)
            guard let module = names[0].text, let name = names[1].text else {
                throw bad("STACK_GLOBAL needs two strings")
            }
            try lookUp(module: module, name: name)
        case .instance: throw refusal(of: "\(try cursor.line()).\(try cursor.line())")
        case .extension8: throw refusal(of: "extension \(try cursor.integer(UInt8.self))")
        case .extension16: throw refusal(of: "extension \(try cursor.integer(UInt16.self))")
        case .extension32: throw refusal(of: "extension \(try cursor.integer(UInt32.self))")
        case .object, .newObject, .newObjectKeywords:
            throw bad("it makes an object of a class, which no tensor needs; nothing of it was run")
        case .reduce: try reduce()
        case .build: try build()
        case .persistentID: try persistentID()
        }
    }
}

extension Unpickler {
    private func top() throws(BadInput) -> Pickle.Value {
        guard stack.count > (marks.last ?? 0), let value = stack.last else { throw bad("the pickle's stack is empty") }
        return value
    }

    private mutating func pop() throws(BadInput) -> Pickle.Value {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func pop(_ count: Int) throws(BadInput) -> [Pickle.Value] {
        guard stack.count - (marks.last ?? 0) >= count else { throw bad("the pickle's stack is empty") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(BadInput) -> [Pickle.Value] {
        guard let mark = marks.popLast() else { throw bad("the pickle has no mark here") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private func remembered(_ index: UInt32) throws(BadInput) -> Pickle.Value {
        guard let value = memo[index] else { throw bad("the pickle remembers nothing under \(index)") }
        return value
    }

    /// A signed little-endian number of any length.
    private static func long(_ bytes: UnsafeRawBufferPointer) -> Pickle.Value {
        guard bytes.count <= 8 else { return .long(Array(bytes)) }
        let isNegative = (bytes.last ?? 0) >= 0x80
        let number = bytes.reversed().reduce(isNegative ? ~UInt64(0) : 0) { $0 << 8 | UInt64($1) }
        return .int(Int(Int64(bitPattern: number)))
    }

    private func text(_ bytes: UnsafeRawBufferPointer) throws(BadInput) -> Pickle.Value {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw bad("a string is not UTF-8") }
        return .text(text)
    }

    private mutating func tuple(_ elements: [Pickle.Value]) -> Pickle.Value {
        pickle.sequences.append(elements)
        return .tuple(pickle.sequences.count - 1)
    }

    private mutating func dictionary() -> Pickle.Value {
        pickle.dictionaries.append([])
        return .dictionary(pickle.dictionaries.count - 1)
    }

    private mutating func append(_ elements: [Pickle.Value]) throws(BadInput) {
        guard case .list(let index) = try top() else { throw bad("something is appended to what is no list") }
        pickle.sequences[index] += elements
    }

    private mutating func set(_ items: [Pickle.Value]) throws(BadInput) {
        guard case .dictionary(let index) = try top(), items.count % 2 == 0 else {
            throw bad("keys and values are put into what is no dictionary, or one of them is missing")
        }
        for item in stride(from: 0, to: items.count, by: 2) {
            pickle.dictionaries[index].append((items[item], items[item + 1]))
        }
    }
}

extension Unpickler {
    private mutating func lookUp(module: String, name: String) throws(BadInput) {
        guard let global = TorchGlobal(module: module, name: name) else { throw refusal(of: "\(module).\(name)") }
        stack.append(.global(global))
    }

    private func refusal(of name: String) -> BadInput {
        bad(
            "it names '\(name.printable)', which no tensor needs and which was not run; "
                + "if you trust where the file is from, save its tensors alone, best as safetensors")
    }

    /// Builds what a name of the list stands for.
    private mutating func reduce() throws(BadInput) {
        let parts = try pop(2)
        guard case .global(let global) = parts[0], let arguments = pickle.elements(parts[1]) else {
            throw bad("it calls something that is not a name; nothing of it was run")
        }
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw bad("an OrderedDict is made of more than nothing") }
            stack.append(dictionary())
        case .rebuildTensor:
            guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
                let offset = arguments[1].int, let shape = pickle.integers(arguments[2]),
                let strides = pickle.integers(arguments[3]), shape.count == strides.count
            else { throw bad("a tensor is not made of a storage, an offset, a shape and strides") }
            pickle.tensors.append(
                TorchTensor(
                    storage: pickle.storages[storage], offset: offset, shape: shape, strides: strides,
                    byte: opcodeByte))
            stack.append(.tensor(pickle.tensors.count - 1))
        case .rebuildParameter:
            guard let tensor = arguments.first, case .tensor = tensor else {
                throw bad("a parameter is not made of a tensor")
            }
            stack.append(tensor)
        case .storage: throw bad("a storage is made out of nothing")
        }
    }

    /// Takes a state off the stack: `_metadata`, the versions of a module's parts, hangs on the dictionary of its tensors.
    private mutating func build() throws(BadInput) {
        _ = try pop()
        guard case .dictionary = try top() else {
            throw bad("a state is set on what is no dictionary; nothing of it was run")
        }
    }

    /// `('storage', type, key, device, numbers)`, and in the legacy form a view of another storage, which is always none.
    private mutating func persistentID() throws(BadInput) {
        guard let parts = pickle.elements(try pop()), (5...6).contains(parts.count), parts[0].text == "storage",
            case .global(.storage(let type)) = parts[1], let key = parts[2].text, key.utf8.count <= Self.longestKey,
            let count = parts[4].int, count >= 0
        else { throw bad("a storage is not described by its type, key, device and number of elements") }
        if parts.count == 6 {
            guard case .none = parts[5] else {
                throw bad("a storage is a view of another; torch before 0.4 wrote that")
            }
        }
        pickle.storages.append(TorchStorage(key: key, type: type, count: count))
        stack.append(.storage(pickle.storages.count - 1))
    }
}
