import ClinicalText
import Screen

/// A `keys.toml`: the keys that a person or a project gives to commands, a binding a line under a table a context.
///
///     [note]
///     accept = "y"
///     reject = ["x", "Delete"]
///     skip = []            # no key: still in the palette
///
/// The part of TOML 1.0 (https://toml.io) that this takes: tables, strings, arrays of strings on one line, comments.
public struct KeyFile: Hashable, Sendable {
    /// A line that binds.
    struct Binding: Hashable, Sendable {
        let context: KeyContext
        let command: String
        let keys: [Key]
        let location: SourceLocation
    }

    let bindings: [Binding]

    /// Reads a file's text.
    ///
    /// - Parameter file: its name, for errors.
    /// - Throws: ``BadInput`` with `file:line` for what is not a binding, an unknown context or an unknown key.
    public init(_ text: String, file: String) throws(BadInput) {
        var bindings: [Binding] = []
        var context: KeyContext?
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let location = SourceLocation(file, line: number)
            var reader = TOMLLine(line, location)
            if reader.isBlank { continue }
            if let table = try reader.table() {
                guard let known = KeyContext(rawValue: table) else {
                    let all = KeyContext.allCases.map(\.rawValue).joined(separator: ", ")
                    throw BadInput(location, "there is no context [\(table)]: it is one of \(all)")
                }
                context = known
                continue
            }
            let (command, names) = try reader.binding()
            guard let context else {
                throw BadInput(location, "a binding needs its context above it, such as [note]")
            }
            var keys: [Key] = []
            for name in names {
                guard let key = Key(named: name) else {
                    throw BadInput(
                        location,
                        "there is no key '\(name)': a key is one character, Space, Enter, Esc, Tab, Shift-Tab, Backspace, "
                            + "Delete, Up, Down, Left, Right, Home, End, PageUp, PageDown, F1 to F12, or Ctrl- and a letter"
                    )
                }
                if !keys.contains(key) { keys.append(key) }
            }
            bindings.append(Binding(context: context, command: command, keys: keys, location: location))
        }
        self.bindings = bindings
    }
}

extension Key {
    /// The key that is written like this in help and key files; `nil` if none is.
    public init?(named name: String) {
        let named: [String: Key] = [
            "space": .character(" "), "enter": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
            "shift-tab": .backTab, "backspace": .backspace, "delete": .delete, "up": .up, "↑": .up, "down": .down,
            "↓": .down, "left": .left, "←": .left, "right": .right, "→": .right, "home": .home, "end": .end,
            "pageup": .pageUp, "pagedown": .pageDown,
        ]
        let small = name.lowercased()
        if name.count == 1, let character = name.first, !character.isWhitespace, named[small] == nil {
            self = .character(character)
        } else if let key = named[small] {
            self = key
        } else if small.hasPrefix("ctrl-"), small.count == 6, let letter = small.last, ("a"..."z").contains(letter) {
            self = .control(letter)
        } else if small.hasPrefix("f"), let number = Int(small.dropFirst()), (1...12).contains(number) {
            self = .function(number)
        } else {
            return nil
        }
    }
}
