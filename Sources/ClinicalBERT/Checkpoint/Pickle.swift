/// What a pickle holds, read without running anything.
///
/// Containers stand in arrays and values refer to them by index: a list that holds itself, or a tuple nested a million deep,
/// costs neither a cycle of references nor a stack.
struct Pickle {
    /// One value.
    enum Value {
        case none
        case bool(Bool)
        case int(Int)
        /// An integer of more than 64 bits, little-endian.
        case long([UInt8])
        case text(String)
        /// Something of Python's that no tensor needs: bytes, or a number with a fraction.
        case other
        case tuple(Int)
        case list(Int)
        case dictionary(Int)
        case global(TorchGlobal)
        case storage(Int)
        case tensor(Int)
    }

    /// What the pickle is the pickle of.
    var root = Value.none
    /// Tuples and lists.
    var sequences: [[Value]] = []
    var dictionaries: [[(key: Value, value: Value)]] = []
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []
    /// The file's byte after it.
    var end = 0

    /// The elements of a tuple or list.
    func elements(_ value: Value) -> [Value]? {
        switch value {
        case .tuple(let index), .list(let index): sequences[index]
        default: nil
        }
    }

    /// The members of a dictionary.
    func members(_ value: Value) -> [(key: Value, value: Value)]? {
        if case .dictionary(let index) = value { return dictionaries[index] }
        return nil
    }

    /// The value of a dictionary's string key; the last of several, as in Python.
    func member(_ name: String, of value: Value) -> Value? {
        members(value)?.last { $0.key.text == name }?.value
    }

    /// Whole numbers of a tuple or list, at most as many as a tensor has dimensions.
    func integers(_ value: Value) -> [Int]? {
        guard let elements = elements(value), elements.count <= StoredTensor.mostDimensions else { return nil }
        let numbers = elements.compactMap(\.int)
        return numbers.count == elements.count ? numbers : nil
    }
}

extension Pickle.Value {
    var int: Int? {
        if case .int(let value) = self { return value }
        return nil
    }

    var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }
}
