extension Unicode.Scalar {
    /// Whether a terminal would do something at it: a control, or one that turns the direction of what follows.
    package var isTerminalCommand: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9).
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The string as a terminal may be given it: what it would obey is shown as �, but for line ends and tabs.
    package var harmless: String { replacingCommands { $0 == "\n" || $0 == "\t" } }

    /// The same on one line.
    package var harmlessLine: String { replacingCommands { _ in false } }

    private func replacingCommands(except isKept: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: { $0.isTerminalCommand && !isKept($0) }) else { return self }
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.isTerminalCommand && !isKept($0) ? "\u{FFFD}" : $0 }))
    }

    /// JSON that says the same without anything that a terminal would obey: such characters stand in strings only, and
    /// there they can be escaped.
    package var harmlessJSON: String {
        guard unicodeScalars.contains(where: { $0.isTerminalCommand && $0 != "\n" }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            guard scalar.isTerminalCommand, !"\n\r\t".unicodeScalars.contains(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return result
    }

    /// The string as a message may show it: no control characters, which a terminal would obey, and not a page long.
    package var printable: String {
        let longest = 200
        let shown = String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(longest).map {
                    switch $0.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{FFFD}"
                    default: $0
                    }
                }))
        return unicodeScalars.count > longest ? shown + "…" : shown
    }
}
