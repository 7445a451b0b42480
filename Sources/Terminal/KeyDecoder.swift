import Screen

/// Reads raw keys as keys: UTF-8, controls, pasted text, and escape sequences that the terminal's description lacks.
///
/// A sequence that nobody knows (a modified arrow, a focus report) must not fall apart into Escape and letters, for
/// letters are commands. So Escape is held until what follows in the same batch is seen.
package struct KeyDecoder: Sendable {
    /// Longer pastes are cut here, in UTF-8 bytes: a search or a comment needs no more, and a lost end mark must not
    /// fill the memory.
    package static let pasteLimit = 100_000
    /// The longest sequence in use has about twenty; what is longer is noise.
    private static let sequenceLimit = 32

    private enum State {
        case plain
        case escape
        /// Escape and `[`, and the parameters so far (ECMA-48, 5.4).
        case control(String)
        /// Escape and `O`.
        case single
        case paste
        /// Bytes left of a mouse report in its first form, which only counts as noise: they are letters as well.
        case oldMouse(Int)
        /// Escape and `]`, and what the terminal answers (ECMA-48, 8.3.89).
        case answer(String)
    }
    private var state = State.plain
    private var scalars = ScalarAssembler()
    private var pasted = ""
    /// What the terminal answered that it writes on.
    private var ground: Ground?

    /// A decoder that has seen nothing.
    package init() {}

    /// Reads all that waited at one time.
    ///
    /// A paste, a character's bytes, the mouse and an answer of the terminal may go on in the next batch; other escape
    /// sequences may not.
    package mutating func decode(_ batch: some Sequence<RawKey>) -> [Key] {
        var keys: [Key] = []
        for raw in batch {
            if case .byte(let byte) = raw {
                if case .oldMouse(let left) = state {
                    state = left > 1 ? .oldMouse(left - 1) : .plain
                } else if let scalar = scalars.take(byte) {
                    take(scalar, &keys)
                }
            } else {
                scalars = ScalarAssembler()
                takeNamed(raw, &keys)
            }
        }
        if !isHeld { release(&keys) }
        return keys
    }

    /// What the terminal said it writes on, once.
    package mutating func takeGround() -> Ground? {
        defer { ground = nil }
        return ground
    }

    /// Whether what was begun may come in two parts: nobody types it, and its rest would be read as commands.
    private var isHeld: Bool {
        switch state {
        case .control(let parameters): parameters.hasPrefix("<")
        case .answer(let text): !text.isEmpty
        case .oldMouse: true
        case .plain, .escape, .single, .paste: false
        }
    }

    /// What was held turns out to be keys, typed one after the other.
    private mutating func release(_ keys: inout [Key]) {
        switch state {
        case .paste: return
        case .plain, .oldMouse: break
        case .answer(""): keys += [.escape, .character("]")]
        case .answer: break
        case .escape: keys.append(.escape)
        case .control(""): keys += [.escape, .character("[")]
        // A sequence cut short: no hand types parameters that fast.
        case .control: break
        case .single: keys += [.escape, .character("O")]
        }
        state = .plain
    }

    private mutating func takeNamed(_ raw: RawKey, _ keys: inout [Key]) {
        release(&keys)
        switch (raw, state) {
        case (.pasteEnd, .paste): endPaste(.paste(Self.lines(pasted)), &keys)
        case (_, .paste): break
        case (.pasteBegin, _): state = .paste
        case (.key(let key), _): keys.append(key)
        case (.pasteEnd, _), (.ignored, _), (.byte, _): break
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ keys: inout [Key]) {
        switch state {
        case .paste:
            if scalar == "\u{03}" {
                // A way out when the end mark was lost.
                endPaste(.control("c"), &keys)
            } else if pasted.utf8.count < Self.pasteLimit {
                pasted.unicodeScalars.append(scalar)
            }
        case .plain:
            if scalar == "\u{1B}" { state = .escape } else { keys += Self.key(scalar).map { [$0] } ?? [] }
        case .escape where scalar == "[": state = .control("")
        case .escape where scalar == "O": state = .single
        case .escape where scalar == "]": state = .answer("")
        case .answer(let text): takeAnswer(scalar, text, &keys)
        case .oldMouse: break
        case .control(let parameters): takeControl(scalar, parameters, &keys)
        case .single:
            if let key = Self.singleKeys[scalar] {
                state = .plain
                keys.append(key)
                return
            }
            fallthrough
        case .escape:
            release(&keys)
            take(scalar, &keys)
        }
    }

    private mutating func takeControl(_ scalar: Unicode.Scalar, _ parameters: String, _ keys: inout [Key]) {
        switch scalar {
        case "\u{20}"..."\u{3F}" where parameters.utf8.count < Self.sequenceLimit:
            state = .control(parameters + String(scalar))
        case "\u{40}"..."\u{7E}":
            state = .plain
            if parameters.hasPrefix("<") {
                if let action = MouseAction(report: parameters.dropFirst(), isUp: scalar == "m") {
                    keys.append(.mouse(action))
                }
            } else if parameters.isEmpty, scalar == "M" {
                state = .oldMouse(3)
            } else if let key = Self.controlKeys[parameters + String(scalar)] {
                keys.append(key)
            }
        default:
            release(&keys)
            take(scalar, &keys)
        }
    }

    /// An answer ends with BEL or with Escape and a backslash; of the latter the backslash is swallowed.
    private mutating func takeAnswer(_ scalar: Unicode.Scalar, _ text: String, _ keys: inout [Key]) {
        switch scalar {
        case "\u{07}",
            "\\" where text.hasSuffix("\u{1B}"):
            state = .plain
            ground = Ground(answer: text) ?? ground
        case _ where text.isEmpty && scalar != "1":
            // Only the ground was asked for: this was typed.
            release(&keys)
            take(scalar, &keys)
        case _ where text.utf8.count < Self.sequenceLimit: state = .answer(text + String(scalar))
        default: state = .plain
        }
    }

    private mutating func endPaste(_ key: Key, _ keys: inout [Key]) {
        keys.append(key)
        state = .plain
        pasted = ""
    }

    /// Terminals send a line's end in a paste as the Enter key's CR.
    private static func lines(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": result.append("\n")
            case "\n" where last == "\r": break
            case "\n", "\t": result.append(scalar)
            case _ where scalar.properties.generalCategory == .control: break
            default: result.append(scalar)
            }
            last = scalar
        }
        return String(result)
    }

    private static func key(_ scalar: Unicode.Scalar) -> Key? {
        switch scalar.value {
        case 8, 127: .backspace
        case 9: .tab
        case 10, 13: .enter
        case 0: .control(" ")
        case 1...26: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60)))
        case 28...31: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40)))
        // The C1 controls.
        case 0x80...0x9F: nil
        default: .character(Character(scalar))
        }
    }

    // The forms of xterm and of its many descendants, for where TERM describes another terminal.
    private static let singleKeys: [Unicode.Scalar: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "M": .enter,
        "P": .function(1), "Q": .function(2), "R": .function(3), "S": .function(4),
    ]
    private static let controlKeys: [String: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
        "1~": .home, "7~": .home, "4~": .end, "8~": .end, "3~": .delete, "5~": .pageUp, "6~": .pageDown,
        "11~": .function(1), "12~": .function(2), "13~": .function(3), "14~": .function(4), "15~": .function(5),
        "17~": .function(6), "18~": .function(7), "19~": .function(8), "20~": .function(9), "21~": .function(10),
        "23~": .function(11), "24~": .function(12),
    ]
}
