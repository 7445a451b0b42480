import Screen

/// One line of text being written, with its cursor between graphemes.
package struct LineEditor: Hashable, Sendable {
    /// The graphemes so far.
    private var characters: [Character] = []
    /// Graphemes before the cursor.
    private var position = 0

    init(_ text: String = "") {
        insert(text)
    }

    /// What was written.
    package var text: String { String(characters) }

    /// What stands before the cursor.
    var textBeforeCursor: String { String(characters[..<position]) }

    /// Puts text at the cursor; line ends and tabs of a paste become spaces.
    mutating func insert(_ text: String) {
        let line = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        let tail = Array(characters[position...])
        let head = String(characters[..<position]) + String(line)
        // Joined again, because a combining mark melts into the character before it.
        characters = Array(head)
        position = characters.count
        characters += tail
    }

    /// Carries an editing key out.
    ///
    /// - Returns: whether the key meant anything.
    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .paste(let text): insert(text)
        case .backspace:
            if position > 0 {
                position -= 1
                characters.remove(at: position)
            }
        case .delete: if position < characters.count { characters.remove(at: position) }
        case .left: position = max(0, position - 1)
        case .right: position = min(characters.count, position + 1)
        case .home, .control("a"): position = 0
        case .end, .control("e"): position = characters.count
        case .control("u"):
            characters.removeSubrange(..<position)
            position = 0
        case .control("w"):
            var start = position
            while start > 0, characters[start - 1] == " " { start -= 1 }
            while start > 0, characters[start - 1] != " " { start -= 1 }
            characters.removeSubrange(start..<position)
            position = start
        default: return false
        }
        return true
    }
}
