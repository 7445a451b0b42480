/// What happens to files: bits turn, ends are missing, pieces come twice or from elsewhere, numbers grow beyond all bounds.
package enum Mutation {
    private static let words: [String] = [
        "", "\u{0}", "\n", "{", "}", "[]", "null", "true", "-1", "0", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "1e400", "1e-400", "\"\"", "\\u0000", "\\ud800", "\u{FEFF}", "\u{202E}",
        "\u{1B}]0;x\u{7}",
        "é", "👩\u{200D}⚕\u{FE0F}", "../../x", "/dev/null",
    ]

    /// A changed copy.
    package static func of(_ bytes: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let other = Int.random(in: 0...bytes.count, using: &random)
            let range = min(place, other)..<max(place, other)
            switch Int.random(in: 0..<8, using: &random) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(place...)
            case 2: bytes.removeSubrange(range.lowerBound..<min(range.upperBound, range.lowerBound + 64))
            case 3: bytes.insert(contentsOf: bytes[range].prefix(512), at: place)
            case 4: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: place)
            case 5: bytes = replacingNumber(of: bytes, from: place, using: &random)
            case 6: bytes = replacingLine(of: bytes, from: place, using: &random)
            default: bytes.append(contentsOf: (words.randomElement(using: &random) ?? "").utf8)
            }
        }
        return bytes
    }

    /// The next number after a place becomes another.
    private static func replacingNumber(
        of bytes: [UInt8], from place: Int, using random: inout SeededRandom
    ) -> [UInt8] {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return bytes }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        return bytes[..<start] + Array((words.randomElement(using: &random) ?? "7").utf8) + bytes[end...]
    }

    /// A line is lost or comes twice.
    private static func replacingLine(
        of bytes: [UInt8], from place: Int, using random: inout SeededRandom
    ) -> [UInt8] {
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        return Bool.random(using: &random)
            ? Array(bytes[..<start] + bytes[end...]) : Array(bytes[..<end] + bytes[start...])
    }
}
