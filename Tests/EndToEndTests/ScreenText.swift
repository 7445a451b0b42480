/// What a terminal shows, as text.
struct ScreenText: CustomStringConvertible {
    let lines: [String]

    var text: String { lines.joined(separator: "\n") }

    /// The screen in a frame, for the message of a test that fails.
    var description: String {
        let edge = "+" + String(repeating: "-", count: 40)
        return ([edge] + lines.map { "|" + $0 } + [edge]).joined(separator: "\n")
    }

    func contains(_ words: String) -> Bool { text.contains(words) }

    /// `review`'s first row: the note, how it stands, who decides.
    var title: String { lines.first ?? "" }

    /// The third row from below: what is under the cursor.
    var span: String { lines.dropLast(2).last ?? "" }

    /// The second row from below: a question or a notice, and whether all is saved.
    var status: String { lines.dropLast().last ?? "" }

    /// How many suggestions the title says are undecided; 0 where it says that the note is open or complete.
    var undecided: Int? {
        let words = title.split(separator: " ")
        if let index = words.firstIndex(of: "undecided"), index > 0 { return Int(words[index - 1]) }
        return words.contains("open") || words.contains("complete") ? 0 : nil
    }

    /// The words between the first “ and the next ” of a row.
    static func quoted(in row: String) -> String? {
        guard let start = row.firstIndex(of: "“") else { return nil }
        let rest = row[row.index(after: start)...]
        return rest.firstIndex(of: "”").map { String(rest[..<$0]) }
    }

    /// The parameters of every colour-and-attribute sequence (`ESC [ … m`) in a styled capture.
    static func attributes(in styled: String) -> [Int] {
        styled.split(separator: "\u{1B}[").dropFirst().flatMap { piece -> [Int] in
            guard let end = piece.firstIndex(where: { $0.isLetter }), piece[end] == "m" else { return [] }
            return piece[..<end].split(whereSeparator: { $0 == ";" || $0 == ":" }).compactMap { Int($0) }
        }
    }
}
