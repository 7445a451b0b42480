/// Text and attributes in XML 1.0.
enum XMLText {
    /// The text with what XML means something by written as references.
    ///
    /// A carriage return, and in attributes a line end or tab, would be changed by a reader (XML 1.0, 2.11 and 3.3.3) and is
    /// written as a reference. What XML 1.0 cannot hold at all becomes U+FFFD, one for one, so that offsets stay.
    ///
    /// - Parameter replaced: counts characters that XML cannot hold.
    static func escape(_ text: String, replaced: inout Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case 0x0D: bytes += "&#13;".utf8
            case 0x0A: bytes += "&#10;".utf8
            case 0x09: bytes += "&#9;".utf8
            case 0x00..<0x20:
                bytes += "\u{FFFD}".utf8
                replaced += 1
            case 0xBE, 0xBF:
                // U+FFFE and U+FFFF are EF BF BE and EF BF BF; U+FFFD ends in BD.
                if bytes.suffix(2).elementsEqual([0xEF, 0xBF]) {
                    bytes.append(0xBD)
                    replaced += 1
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same, where nothing can be lost: names and labels.
    static func escape(_ text: String) -> String {
        var ignored = 0
        return escape(text, replaced: &ignored)
    }

    /// ` name="value"` for each pair.
    static func attributes(_ pairs: [(String, String)]) -> String {
        pairs.map { " \($0)=\"\(escape($1))\"" }.joined()
    }

    /// A name that XML allows, and whether it had to be changed: letters, digits, `_`, `-`, `.`; no digit first.
    static func name(_ name: String) -> (name: String, isSame: Bool) {
        var result = ""
        for scalar in name.unicodeScalars {
            let isLetter = scalar.value < 0x80 ? scalar.properties.isAlphabetic || scalar == "_" : false
            let isOther = ("0"..."9").contains(scalar) || scalar == "-" || scalar == "."
            if isLetter || (isOther && !result.isEmpty) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "_"
            }
        }
        if result.isEmpty { result = "_" }
        return (result, result.utf8.elementsEqual(name.utf8))
    }
}
