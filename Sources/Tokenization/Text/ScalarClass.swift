/// Classes of code points as the reference's libraries see them.
///
/// Its pattern engines know Unicode 16, one version less than Swift, so that what came later belongs to no class.
enum ScalarClass {
    @inline(__always)
    static func isWhitespace(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return scalar == 0x20 || (scalar >= 0x09 && scalar <= 0x0D) }
        return Unicode.Scalar(scalar)?.properties.isWhitespace ?? false
    }

    /// Whether it is of `\p{L}`.
    @inline(__always)
    static func isLetter(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return (scalar | 0x20) >= 0x61 && (scalar | 0x20) <= 0x7A }
        switch known(scalar) {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// Whether it is of `\p{N}`.
    @inline(__always)
    static func isNumber(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return scalar >= 0x30 && scalar <= 0x39 }
        switch known(scalar) {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }

    /// Rust's `char::is_numeric`, whose tables are as new as Swift's.
    static func isNumeric(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return scalar >= 0x30 && scalar <= 0x39 }
        switch Unicode.Scalar(scalar)?.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }

    /// `\w` of the `regex` crate: letters, marks, digits, connector punctuation, joiners.
    static func isWord(_ scalar: UInt32) -> Bool {
        guard let properties = Unicode.Scalar(scalar)?.properties, let category = known(scalar) else { return false }
        switch category {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return properties.isAlphabetic || properties.isJoinControl
        }
    }

    /// `\w` of Oniguruma, which has no joiners, and outside brackets the Latin-1 fractions and exponents.
    static func isOnigurumaWord(_ scalar: UInt32, inBrackets: Bool) -> Bool {
        switch scalar {
        case 0xB2, 0xB3, 0xB9, 0xBC...0xBE: !inBrackets
        case 0x200C, 0x200D: false
        default: isWord(scalar)
        }
    }

    /// The general category, or `nil` for what Unicode 16 has not assigned.
    @inline(__always)
    static func known(_ scalar: UInt32) -> Unicode.GeneralCategory? {
        guard let properties = Unicode.Scalar(scalar)?.properties else { return nil }
        return UnicodeAge.isKnown(properties, since: 16) ? properties.generalCategory : nil
    }
}

/// In which version of Unicode a code point came to be: the reference's tables are of several versions.
enum UnicodeAge {
    @inline(__always)
    static func isKnown(_ properties: Unicode.Scalar.Properties, since version: Int) -> Bool {
        guard let age = properties.age else { return true }
        return age.major <= version
    }

    /// Category M of Unicode 9, the version of the crate that `StripAccents` asks.
    static func isCombiningMark(_ scalar: UInt32) -> Bool {
        if scalar < 0x300 { return false }
        switch scalar {
        // Marks until Unicode 12, and one that has been one since Unicode 11.
        case 0x1CF2, 0x1CF3: return true
        case 0x111C9: return false
        default: break
        }
        guard let properties = Unicode.Scalar(scalar)?.properties, isKnown(properties, since: 9) else { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }
}
