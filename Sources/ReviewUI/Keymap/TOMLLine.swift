import ClinicalText

/// Reads one line of a key file.
struct TOMLLine {
    private var rest: Substring
    private let location: SourceLocation

    init(_ line: Substring, _ location: SourceLocation) {
        rest = line
        self.location = location
        skipSpace()
    }

    /// Whether nothing stands there but a comment.
    var isBlank: Bool { rest.isEmpty || rest.first == "#" }

    /// The name in `[name]`; `nil` if the line is no table.
    mutating func table() throws(BadInput) -> String? {
        guard rest.first == "[" else { return nil }
        rest.removeFirst()
        skipSpace()
        let name = try bareName()
        guard take("]") else { throw bad("the table's name is not closed by ]") }
        try expectEnd()
        return name
    }

    /// The name and the strings of `name = "a"` or `name = ["a", "b"]`.
    mutating func binding() throws(BadInput) -> (name: String, values: [String]) {
        let name = try bareName()
        guard take("=") else { throw bad("a line is command = \"key\", or [context]") }
        var values: [String] = []
        if take("[") {
            while !take("]") {
                values.append(try string())
                if !take(","), rest.first != "]" { throw bad("the list of keys is not closed by ] on its line") }
            }
        } else {
            values.append(try string())
        }
        try expectEnd()
        return (name, values)
    }

    private mutating func bareName() throws(BadInput) -> String {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        guard !name.isEmpty else { throw bad("a line is command = \"key\", or [context]") }
        rest = rest.dropFirst(name.count)
        skipSpace()
        return String(name)
    }

    /// `"…"` with the escapes `\"` and `\\`, or `'…'` as it stands.
    private mutating func string() throws(BadInput) -> String {
        guard let quote = rest.first, quote == "\"" || quote == "'" else {
            throw bad("a key stands in quotes: \"a\"")
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == quote {
                skipSpace()
                return value
            }
            guard character == "\\", quote == "\"" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\"": value.append("\"")
            case "\\": value.append("\\")
            default: throw bad("after a backslash only \\ and \" are known; or write the key in single quotes")
            }
        }
        throw bad("the quote is not closed on its line")
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        skipSpace()
        return true
    }

    private func expectEnd() throws(BadInput) {
        if !isBlank { throw bad("'\(rest)' is too much on this line") }
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" } }

    private func bad(_ reason: String) -> BadInput { BadInput(location, reason) }
}
