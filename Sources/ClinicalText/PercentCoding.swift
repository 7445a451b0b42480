/// Names in places that cannot hold every character: `%` and two hexadecimal digits for a byte.
package enum PercentCoding {
    /// Encodes `%`, white space, control characters, and what is in `also`.
    package static func encode(_ name: some StringProtocol, also: Set<Unicode.Scalar> = []) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if isCoded(scalar) || also.contains(scalar) {
                for byte in String(scalar).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isCoded(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return scalar.value <= 0x20 || scalar.value == 0x7F || scalar == "%" }
        return scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }

    /// Takes the encoding back; a `%` without two digits stays.
    package static func decode(_ name: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        let source = Array(name.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let byte = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
