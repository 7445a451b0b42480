/// How many keys were pressed, and what for.
public struct KeyTally: Hashable, Sendable {
    /// What a key press goes on.
    public enum Purpose: String, Hashable, Sendable, CaseIterable {
        /// Saying yes to a suggestion that is right.
        case accepting = "accepting"
        /// Saying no to one that is wrong.
        case rejecting = "rejecting"
        /// Giving a suggestion the right label.
        case relabelling = "relabelling"
        /// Moving a suggestion's edges to the right words.
        case edges = "moving edges"
        /// Going to words that nothing was offered for.
        case finding = "going to missed spans"
        /// Marking them.
        case marking = "marking missed spans"
        /// Going to the next suggestion where no answer did.
        case goingOn = "going on"
        /// Enter, and the answer to its question.
        case finishing = "finishing notes"
    }

    private var counts: [Int] = Array(repeating: 0, count: Purpose.allCases.count)
    /// All of them.
    public private(set) var total = 0

    /// No key yet.
    public init() {}

    /// The keys of one purpose.
    public subscript(purpose: Purpose) -> Int { counts[Self.place(of: purpose)] }

    mutating func count(_ keys: Int = 1, for purpose: Purpose) {
        counts[Self.place(of: purpose)] += keys
        total += keys
    }

    /// Adds the keys of another note.
    public static func += (left: inout KeyTally, right: KeyTally) {
        for purpose in Purpose.allCases { left.count(right[purpose], for: purpose) }
    }

    private static func place(of purpose: Purpose) -> Int { Purpose.allCases.firstIndex(of: purpose) ?? 0 }
}
