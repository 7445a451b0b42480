import Annotation
import ReviewUI
import Screen

/// The keys that the oracle presses, as the command registry has them; a command that it lacks is not used.
struct OracleKeys: Sendable {
    let accept: Key?
    let reject: Key?
    let acceptAll: Key?
    let next: Key?
    let previous: Key?
    let nextHere: Key?
    let select: Key?
    let characters: Key?
    let search: Key?
    let complete: Key?
    /// Hint-jump: this key, then the two letters on a word.
    let hint: Key?
    /// Labels the other occurrences of a text, after a preview that Enter answers.
    let everywhere: Key?
    let leftOut: Key?
    let leftIn: Key?
    let rightIn: Key?
    let rightOut: Key?
    /// Motions that a count repeats.
    let counted: [Key]
    /// Motions that go to one place.
    let single: [Key]

    /// Reads the keys of a registry.
    init(_ registry: CommandRegistry) {
        func key(_ id: String) -> Key? {
            let patterns = registry.commands.first { $0.id == id }?.bindings[.note] ?? []
            return patterns.lazy.compactMap { pattern in
                if case .key(let key) = pattern { key } else { nil }
            }.first
        }
        accept = key("accept")
        reject = key("reject")
        acceptAll = key("accept-all")
        next = key("next-target")
        previous = key("previous-target")
        nextHere = key("next-here")
        select = key("select")
        characters = key("characters")
        search = key("search")
        complete = key("complete")
        hint = key("hint-jump")
        everywhere = key("label-everywhere")
        leftOut = key("left-edge-out")
        leftIn = key("left-edge-in")
        rightIn = key("right-edge-in")
        rightOut = key("right-edge-out")
        let repeated = [
            "left", "right", "up", "down", "word-back", "word-forward", "sentence-back", "sentence-forward",
        ]
        counted = repeated.compactMap(key)
        single = ["row-start", "row-end"].compactMap(key)
    }

    /// More than nine of anything nobody counts at a glance; SLATE's lower bound is given any number.
    static let largestCount = 9

    /// A key pressed `times` times, or once after a count where that is shorter.
    static func times(_ times: Int, _ key: Key) -> [Key] {
        times <= 2 ? Array(repeating: key, count: max(0, times)) : String(times).map { .character($0) } + [key]
    }
}
