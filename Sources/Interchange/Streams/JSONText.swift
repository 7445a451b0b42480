import ClinicalText

/// JSON as bytes, members in the order they are given.
enum JSONText {
    /// Appends a value.
    static func append(_ value: OrderedJSON, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += value ? "true".utf8 : "false".utf8
        case .number(let digits): bytes += digits.utf8
        case .string(let text): append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends members without the braces around them.
    static func append(members: [(String, OrderedJSON?)], to bytes: inout [UInt8]) {
        var isFirst = true
        for case (let key, let value?) in members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(value, to: &bytes)
        }
    }

    /// Appends a whole number that is not negative.
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        guard number >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(clamping: max(0, number))) }
        append(number / 10, to: &bytes)
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Appends a string with its quotes: control characters, `"` and `\` escaped, everything else as it is.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(quoted: $0, to: &bytes) }
    }

    /// Appends UTF-8 as a string.
    static func append(utf8: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        utf8.withUnsafeBufferPointer { append(quoted: $0, to: &bytes) }
    }

    private static func append(quoted utf8: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in utf8.indices {
            let byte = utf8[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: utf8[start..<index])
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""): bytes += #"\""#.utf8
            case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
            case 0x0A: bytes += #"\n"#.utf8
            case 0x0D: bytes += #"\r"#.utf8
            case 0x09: bytes += #"\t"#.utf8
            default:
                let digits = Array("0123456789abcdef".utf8)
                bytes += #"\u00"#.utf8
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        bytes.append(contentsOf: utf8[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    /// One value and a line end.
    static func line(_ value: OrderedJSON) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        bytes.append(0x0A)
        return bytes
    }
}

extension OrderedJSON {
    /// A whole number.
    static func int(_ value: Int) -> OrderedJSON { .number(Substring(String(value))) }

    /// A number; JSON has no infinity and nothing that is not a number, so that these become `null`.
    static func double(_ value: Double) -> OrderedJSON {
        guard value.isFinite else { return .null }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return .int(whole) }
        return .number(Substring("\(value)"))
    }

    /// Members that are there; those that are `nil` are left out.
    static func members(_ members: [(String, OrderedJSON?)]) -> OrderedJSON {
        .object(members.compactMap { key, value in value.map { (key: key, value: $0) } })
    }

    /// The same value; members of objects in alphabetical order.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .number(Substring(String(value)))
        case .number(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .array(elements.map(OrderedJSON.init))
        case .object(let members):
            self = .object(
                members.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
                    .map { (key: $0.key, value: OrderedJSON($0.value)) })
        }
    }

    /// The same value without the order.
    var value: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let digits): Int64(digits).map(JSONValue.integer) ?? .number(Double(digits) ?? 0)
        case .string(let value): .string(value)
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.value) }, uniquingKeysWith: { $1 }))
        }
    }

    /// The number, if it is one.
    var double: Double? {
        if case .number(let digits) = self { return Double(digits) }
        return nil
    }

    /// A string, or a number as one: ids are written either way.
    var name: String? {
        if case .number(let digits) = self { return String(digits) }
        return string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The members of an object that are not among `known`, for passing on.
    func others(than known: Set<String>) -> [String: JSONValue] {
        var others: [String: JSONValue] = [:]
        for member in members ?? [] where !known.contains(member.key) { others[member.key] = member.value.value }
        return others
    }
}
