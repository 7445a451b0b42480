import ClinicalText

/// Places that are to be looked at one after another, in whatever notes they are: what `check` found.
public struct ReviewQueue: Hashable, Sendable {
    /// A place, and why it should be looked at.
    public struct Target: Hashable, Sendable {
        /// The note's id.
        public let note: String
        /// Where in it; `nil` for all of it.
        public let span: TextSpan?
        /// Why, in words.
        public let reason: String

        /// Makes a target.
        public init(note: String, span: TextSpan?, reason: String) {
            self.note = note
            self.span = span
            self.reason = reason
        }
    }

    /// The places, in the order in which they are opened.
    public let targets: [Target]
    /// Which of them is open.
    public internal(set) var position = 0

    /// Makes a queue.
    public init(_ targets: [Target]) { self.targets = targets }

    /// The one that is open.
    var current: Target? { targets.indices.contains(position) ? targets[position] : nil }
}
