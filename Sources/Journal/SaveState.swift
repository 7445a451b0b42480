/// Whether what was decided is on the disk.
public enum SaveState: Hashable, Sendable {
    /// All of it is, in the journal.
    case saved
    /// All of it is with the operating system and survives this process, not yet a power cut.
    case saving
    /// Some of it is in memory only, or cannot be brought to the disk; the writer goes on trying.
    case failed(reason: String)
    /// All of it is on the disk, but in another file: the journal was taken from under the session.
    case elsewhere(Displacement)

    /// What became of a session's journal.
    public struct Displacement: Hashable, Sendable {
        /// The journal that the session opened.
        public let journal: String
        /// What happened to it, as "was deleted".
        public let change: String
        /// The file in which the session's decisions are.
        public let file: String
        /// Whether that file has what the journal held before the session, too.
        public let isWhole: Bool

        /// What happened and what to do, for a person who leaves.
        public var description: String {
            let holds =
                isWhole
                ? "the whole journal with this session's decisions is in \(file); compare the two and give it the "
                    + "journal's name"
                : "this session's decisions are in \(file); bring the rest back from a copy and add them at its end"
            return "the journal \(change) while it was open; \(holds)"
        }
    }
}
