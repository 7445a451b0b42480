/// Recursive descent over the bytes of one document (RFC 8259).
struct OrderedJSONParser {
    let bytes: UnsafeRawBufferPointer
    let file: String
    let unread: Set<String>
    let isPython: Bool
    var index = 0
    var depth = 0

    /// Deeper nesting is refused: no tokenizer or header nests a tenth of this, and the stack is finite.
    static let deepest = 256
    /// Room for the members of a journal's line or a span, so that the array of most objects never grows.
    private static let usualMembers = 9
    /// So many digits are always a number that fits.
    private static let plainDigits = 18

    mutating func document() throws(BadInput) -> OrderedJSON {
        if let byte = InvalidUTF8.firstInvalidByte(of: bytes) {
            throw BadInput(SourceLocation(file, byte: byte), "not UTF-8; convert the file")
        }
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw bad("something follows the end of the JSON document") }
        return value
    }

    private func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(file, byte: index), reason) }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(BadInput) -> OrderedJSON {
        skipSpace()
        guard index < bytes.count else { throw bad("the JSON document ends too early") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try nested { (parser) throws(BadInput) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(BadInput) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-") where isPython && bytes[(index + 1)...].first == UInt8(ascii: "I"):
            return try word("-Infinity", .number("-Infinity"))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "I") where isPython: return try word("Infinity", .number("Infinity"))
        case UInt8(ascii: "N") where isPython: return try word("NaN", .number("NaN"))
        default: throw bad("this is not JSON")
        }
    }

    private mutating func nested(
        _ body: (inout OrderedJSONParser) throws(BadInput) -> OrderedJSON
    ) throws(BadInput) -> OrderedJSON {
        guard depth < Self.deepest else { throw bad("nested deeper than \(Self.deepest) levels") }
        depth += 1
        defer { depth -= 1 }
        index += 1
        return try body(&self)
    }

    private mutating func object() throws(BadInput) -> OrderedJSON {
        var members: [(key: String, value: OrderedJSON)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        members.reserveCapacity(Self.usualMembers)
        repeat {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw bad("a member's name must be a string")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw bad("':' is missing after a member's name") }
            if depth == 1, unread.contains(key) {
                try skip()
                members.append((key, .null))
            } else {
                members.append((key, try value()))
            }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw bad("'}' or ',' is missing") }
        return .object(members)
    }

    private mutating func array() throws(BadInput) -> OrderedJSON {
        var elements: [OrderedJSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw bad("']' or ',' is missing") }
        return .array(elements)
    }

    /// Goes over a value as ``value()`` does and keeps nothing of it.
    private mutating func skip() throws(BadInput) {
        skipSpace()
        guard index < bytes.count else { throw bad("the JSON document ends too early") }
        switch bytes[index] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < Self.deepest else { throw bad("nested deeper than \(Self.deepest) levels") }
            depth += 1
            defer { depth -= 1 }
            try skipMembers(bytes[index] == UInt8(ascii: "{"))
        case UInt8(ascii: "\""): try skipString()
        default: _ = try value()
        }
    }

    private mutating func skipMembers(_ isObject: Bool) throws(BadInput) {
        let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        index += 1
        skipSpace()
        if take(end) { return }
        repeat {
            skipSpace()
            if isObject {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                    throw bad("a member's name must be a string")
                }
                try skipString()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw bad("':' is missing after a member's name") }
            }
            try skip()
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(end) else { throw bad("\(isObject ? "'}'" : "']'") or ',' is missing") }
    }

    private mutating func skipString() throws(BadInput) {
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        throw bad("a string has no end")
    }

    private mutating func word(_ word: String, _ value: OrderedJSON) throws(BadInput) -> OrderedJSON {
        guard bytes[index...].starts(with: word.utf8) else { throw bad("this is not JSON") }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(BadInput) -> OrderedJSON {
        let start = index
        digits: while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                index += 1
            default: break digits
            }
        }
        let digits = Substring(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        // A vocabulary has an id a piece: plain digits need no second look.
        if index - start <= Self.plainDigits, bytes[start..<index].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            return .number(digits)
        }
        guard let value = Double(digits), value.isFinite else { throw bad("'\(digits)' is not a number") }
        return .number(digits)
    }

    private mutating func string() throws(BadInput) -> String {
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index += 1 }
        guard index < bytes.count else { throw bad("a string has no end") }
        if bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        }
        var text = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape().utf8
            default: text.append(byte)
            }
        }
        throw bad("a string has no end")
    }

    private mutating func escape() throws(BadInput) -> String {
        guard index < bytes.count else { throw bad("a string has no end") }
        index += 1
        switch bytes[index - 1] {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "u"):
            var units = [try hexadecimal()]
            if UTF16.isLeadSurrogate(units[0]) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw bad("half of a surrogate pair") }
                units.append(try hexadecimal())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw bad("half of a surrogate pair") }
            return text
        default: throw bad("an unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(BadInput) -> UInt16 {
        guard index + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw bad("\\u needs four hexadecimal digits") }
        index += 4
        return unit
    }
}
