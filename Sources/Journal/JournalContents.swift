import ClinicalText

/// What a journal holds, and what its end looks like.
public struct JournalContents: Sendable {
    /// The end of a journal that a crash or a power cut left half written.
    public struct TornTail: Hashable, Sendable {
        /// Its first byte.
        public let byte: Int
        /// The line it starts at, counted from 1.
        public let line: Int
        /// Its bytes.
        public let bytes: [UInt8]
        /// Whole events among them: those of the batch that the torn line belongs to.
        public let events: Int

        /// What happened, in words.
        public var description: String {
            let whole = events == 0 ? "" : " with \(events) whole event\(events == 1 ? "" : "s") of its batch"
            return "the last \(bytes.count) bytes\(whole) were not written to the end"
        }
    }

    /// The events, in order, without those of a torn batch.
    public internal(set) var lines: [JournalLine] = []
    /// The line of the file that each of ``lines`` stands on, counted from 1.
    public internal(set) var lineNumbers: [Int] = []
    /// The bytes of each of ``lines``, the newline included.
    var places: [Range<Int>] = []
    /// The torn end, if there is one.
    public internal(set) var torn: TornTail?
    /// The newest version of the form in it; lines newer than this program's that it cannot read are not in ``lines``.
    public internal(set) var version = JournalLine.version

    /// An empty journal.
    public init() {}

    /// Whether a newer program wrote to it, so that this one must not.
    public var isNewer: Bool { version > JournalLine.version }
}
