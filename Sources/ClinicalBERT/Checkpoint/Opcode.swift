extension Unpickler {
    /// The opcodes that are understood, and those that are known in order to be refused by name.
    ///
    /// Left out, and so refused by number: the text forms of protocol 0, sets, and buffers outside of the pickle.
    enum Opcode: UInt8 {
        case proto = 0x80
        case frame = 0x95
        case stop = 0x2E  // .
        case mark = 0x28  // (
        case pop = 0x30  // 0
        case popMark = 0x31  // 1
        case duplicate = 0x32  // 2

        case none = 0x4E  // N
        case newTrue = 0x88
        case newFalse = 0x89
        case int8 = 0x4B  // K
        case int16 = 0x4D  // M
        case int32 = 0x4A  // J
        case long1 = 0x8A
        case long4 = 0x8B
        case float = 0x47  // G
        case text8 = 0x8C
        case text32 = 0x58  // X
        case text64 = 0x8D
        case string8 = 0x55  // U
        case string32 = 0x54  // T
        case bytes8 = 0x43  // C
        case bytes32 = 0x42  // B
        case bytes64 = 0x8E

        case emptyTuple = 0x29  // )
        case tuple1 = 0x85
        case tuple2 = 0x86
        case tuple3 = 0x87
        case tuple = 0x74  // t
        case emptyList = 0x5D  // ]
        case append = 0x61  // a
        case appends = 0x65  // e
        case emptyDictionary = 0x7D  // }
        case setItem = 0x73  // s
        case setItems = 0x75  // u

        case put8 = 0x71  // q
        case put32 = 0x72  // r
        case memoize = 0x94
        case get8 = 0x68  // h
        case get32 = 0x6A  // j

        case global = 0x63  // c
        case stackGlobal = 0x93
        case reduce = 0x52  // R
        case build = 0x62  // b
        case persistentID = 0x51  // Q

        // Ways to name or make something that is no tensor.
        case instance = 0x69  // i
        case object = 0x6F  // o
        case newObject = 0x81
        case newObjectKeywords = 0x92
        case extension8 = 0x82
        case extension16 = 0x83
        case extension32 = 0x84
    }
}
