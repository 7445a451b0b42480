import ClinicalText

/// A number for a name under a seed, which is the same on every machine and whatever else is in a collection.
///
/// What is drawn by such numbers stays as it is when notes are added.
enum SeededOrder {
    static func number(_ name: String, seed: UInt64) -> UInt64 {
        TextDigest(of: Array("\(seed)\u{0}\(name)".utf8)).hex.utf8.prefix(16).reduce(0) { number, digit in
            let value = digit >= UInt8(ascii: "a") ? digit - UInt8(ascii: "a") + 10 : digit - UInt8(ascii: "0")
            return number << 4 | UInt64(value)
        }
    }
}
