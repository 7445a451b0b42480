import ClinicalText

/// Two letters for each word on the screen, one of which is about to be jumped to.
package struct HintJump: Hashable, Sendable {
    /// A place with the letters that go there.
    package struct Hint: Hashable, Sendable {
        /// The letter to type first.
        package let first: Character
        /// The letter to type after it.
        package let second: Character
        /// The first code point of the token.
        package let offset: ScalarOffset
    }

    /// The places, in reading order.
    package let hints: [Hint]
    /// The first letter, once it was typed.
    package var typed: Character?

    /// Letters under the fingers first (QWERTY's home row, then the rows above and below it).
    private static let letters = Array("asdfghjklqwertyuiopzxcvbnm")
    /// As many places as two letters can name.
    static let limit = letters.count * letters.count

    /// Gives letters to places, the same first letter to those that stand together.
    init(_ offsets: [ScalarOffset]) {
        hints = zip(offsets.indices, offsets.prefix(Self.limit)).map { index, offset in
            Hint(
                first: Self.letters[index / Self.letters.count], second: Self.letters[index % Self.letters.count],
                offset: offset)
        }
    }

    /// The places that what was typed still leads to.
    var open: [Hint] { typed.map { typed in hints.filter { $0.first == typed } } ?? hints }
}
