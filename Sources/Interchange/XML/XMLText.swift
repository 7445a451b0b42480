/// Text and attributes in XML 1.0.
enum XMLText {
    /// The text with what XML means something by written as references.
    ///
    /// A carriage return, and in attributes a line end or tab, would be changed by a reader (XML 1.0, 2.11 and 3.3.3) and is
    /// written as a reference. What XML 1.0 cannot hold at all becomes U+FFFD, one for one, so that offsets stay.
    ///
    /// - Parameter replaced: counts characters that XML cannot hold.
    static func escape(_ text: String, replaced: inout Int) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\r": result += "&#13;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}":
                result += "\u{FFFD}"
                replaced += 1
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
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
