import ClinicalText

/// The name of an annotator, which also names their journal.
public enum AnnotatorName {
    /// Long enough for a login or an e-mail's local part, short enough for any file system with `.jsonl.torn` behind it.
    private static let longest = 64

    /// Whether `name` may name an annotator: 1 to 64 of `A-Z a-z 0-9 . _ -`, no dot in front.
    public static func isValid(_ name: String) -> Bool {
        (1...longest).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    return true
                default: return false
                }
            }
    }

    /// Checks a name.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - source: where it was given, as `--annotator` or `$USER`.
    /// - Throws: ``BadInput`` naming the source and the rule.
    public static func check(_ name: String, from source: String) throws(BadInput) {
        guard isValid(name) else {
            throw BadInput(
                SourceLocation(source),
                "'\(name)' cannot name an annotator: use 1 to \(longest) letters, digits, '.', '_' or '-', no dot in front "
                    + "(--annotator NAME)")
        }
    }
}
