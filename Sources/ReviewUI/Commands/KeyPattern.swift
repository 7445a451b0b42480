import Screen

/// What a command may be bound to: one key, or a kind of keys that it reads itself.
public enum KeyPattern: Hashable, Sendable {
    /// Exactly this key.
    case key(Key)
    /// Any capital: the labels.
    case capital
    /// 1 to 9: counts.
    case digit
    /// Any lower-case letter: the rows of a panel.
    case letter

    /// How it is written in help, in the documentation and in key files.
    public var name: String {
        switch self {
        case .key(let key): key.name
        case .capital: "A–Z"
        case .digit: "1–9"
        case .letter: "a–z"
        }
    }

    /// The kind that a key belongs to, where it has no binding of its own.
    static func kind(of key: Key) -> KeyPattern? {
        guard case .character(let character) = key else { return nil }
        switch character {
        case "A"..."Z": return character.isASCII ? .capital : nil
        case "1"..."9": return character.isASCII ? .digit : nil
        case "a"..."z": return character.isASCII ? .letter : nil
        default: return nil
        }
    }
}

extension Key {
    /// How the key is written: itself, or its name.
    public var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .enter: "Enter"
        case .escape: "Esc"
        case .backspace: "Backspace"
        case .delete: "Delete"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PageUp"
        case .pageDown: "PageDown"
        case .function(let number): "F\(number)"
        case .paste: "paste"
        case .mouse: "the mouse"
        }
    }
}
