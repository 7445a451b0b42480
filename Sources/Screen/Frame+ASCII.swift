extension Frame {
    /// The frame in ASCII, cell for cell: lines and signs by what looks like them, accented letters by their bare form, full-width signs by the plain ones,
    /// any other character by `?` in each of its cells.
    ///
    /// Only what is shown is changed; cells, and so the note's offsets, stay where they are.
    public func inASCII() -> Frame {
        var result = self
        for row in 0..<size.rows {
            // What the other cells of a wide character show.
            var filler = "?"
            for column in 0..<size.columns {
                let text = self[row, column].text
                if text.utf8.count == 1, text.utf8.allSatisfy({ $0 < 0x80 }) { continue }
                if text.isEmpty {
                    result[row, column].text = filler
                } else {
                    let known = Self.fullWidth(text) ?? Self.ascii(text)
                    result[row, column].text = known
                    filler = known == "?" ? "?" : " "
                }
            }
        }
        return result
    }

    /// Unicode's Fullwidth Forms are ASCII's `!` to `~` at a fixed distance; beside them are the marks that CJK text is
    /// divided by.
    private static func fullWidth(_ text: String) -> String? {
        guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else { return nil }
        switch scalar.value {
        case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0).map { String($0) }
        case 0x3000: return " "
        case 0x3001: return ","
        case 0x3002: return "."
        default: return nil
        }
    }

    private static func ascii(_ text: String) -> String {
        if let known = likeness[text] { return known }
        // A letter whose marks are code points of their own.
        if let first = text.unicodeScalars.first, first.isASCII, text.unicodeScalars.count > 1 { return String(first) }
        return "?"
    }

    private static let likeness: [String: String] = {
        var table: [String: String] = [
            "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "┃": "#", "┤": "+", "┫": "%", "•": "*",
            "·": ".",
            "…": "~", "▸": ">", "◂": "<", "▾": "v", "✓": "x", "▪": "+", "●": "@", "█": "#", "░": ".", "›": ">",
            "×": "x",
            "“": "\"", "”": "\"", "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "≥": ">", "≤": "<", "±": "+",
            "←": "<", "→": ">", "↑": "^", "↓": "v", "µ": "u", "μ": "u", "°": "o", "º": "o", "ß": "s", "æ": "a",
            "Æ": "A",
            "ø": "o", "Ø": "O", "œ": "o", "Œ": "O", "ł": "l", "Ł": "L", "²": "2", "³": "3", "₂": "2",
        ]
        let accented: [(String, String)] = [
            ("àáâãäå", "a"), ("ÀÁÂÃÄÅ", "A"), ("ç", "c"), ("Ç", "C"), ("èéêë", "e"), ("ÈÉÊË", "E"), ("ìíîï", "i"),
            ("ÌÍÎÏ", "I"), ("ñ", "n"), ("Ñ", "N"), ("òóôõö", "o"), ("ÒÓÔÕÖ", "O"), ("ùúûü", "u"), ("ÙÚÛÜ", "U"),
            ("ýÿ", "y"), ("Ý", "Y"),
        ]
        for (letters, bare) in accented { for letter in letters { table[String(letter)] = bare } }
        return table
    }()
}
