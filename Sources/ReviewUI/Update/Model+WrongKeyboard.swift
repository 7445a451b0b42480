import Screen

extension Model {
    /// What to say of a character that no command can be on: an input method or another keyboard layout is on.
    static func hint(about key: Key) -> String? {
        guard case .character(let character) = key, let scalar = character.unicodeScalars.first, !character.isASCII
        else {
            return nil
        }
        switch scalar.value {
        case fullWidthASCII:
            let plain = Unicode.Scalar(scalar.value - fullWidthOffset).map { String($0) } ?? ""
            return "“\(character)” is full-width: switch the input method off, then press \(plain)"
        case 0x3000: return "that space is full-width: switch the input method off, then press Space"
        default:
            guard character.isLetter else { return nil }
            return "“\(character)” is on no key here: is another keyboard layout on?"
        }
    }

    /// Unicode's Halfwidth and Fullwidth Forms mirror ASCII from `!` to `~`.
    private static let fullWidthASCII: ClosedRange<UInt32> = 0xFF01...0xFF5E
    private static let fullWidthOffset: UInt32 = 0xFEE0
}
