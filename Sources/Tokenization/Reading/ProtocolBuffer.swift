import ClinicalText

/// Walks the fields of a message in Protocol Buffers' wire form (https://protobuf.dev/programming-guides/encoding).
struct ProtocolBuffer {
    /// A field's value as it is written.
    enum Value {
        case number(UInt64)
        case bytes(Range<Int>)
        case float(Float)
        /// A double, which no field that is read here has.
        case other
    }

    let bytes: [UInt8]
    let file: String
    private var index: Int
    private let end: Int

    /// - Parameter range: where the message stands in `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>, file: String) {
        self.bytes = bytes
        self.file = file
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value; `nil` at the end.
    mutating func next() throws(BadInput) -> (field: Int, value: Value)? {
        guard index < end else { return nil }
        let key = try number()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw bad("a field has the number 0") }
        let field = Int(key >> 3)
        switch key & 7 {
        case 0: return (field, .number(try number()))
        case 1:
            _ = try take(8)
            return (field, .other)
        case 2:
            let length = try number()
            guard length <= UInt64(end - index) else { throw bad("a field of \(length) bytes runs past the end") }
            return (field, .bytes(try take(Int(length))))
        case 5:
            let place = try take(4)
            let bits = place.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
            return (field, .float(Float(bitPattern: bits)))
        default: throw bad("a field has the unknown form \(key & 7)")
        }
    }

    private mutating func take(_ count: Int) throws(BadInput) -> Range<Int> {
        guard count <= end - index else { throw bad("it ends within a field; was the download cut off?") }
        defer { index += count }
        return index..<index + count
    }

    /// A number of seven bits a byte, the lowest first.
    private mutating func number() throws(BadInput) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = bytes[try take(1).lowerBound]
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw bad("a number is longer than 64 bits")
    }

    private func bad(_ reason: String) -> BadInput {
        BadInput(SourceLocation(file, byte: index), "this is no model of SentencePiece: \(reason)")
    }
}
