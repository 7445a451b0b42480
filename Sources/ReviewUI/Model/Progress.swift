/// How far something that takes its time has come.
public struct Progress: Hashable, Sendable {
    /// The note it is about.
    public let note: String
    /// The share that is done, 0 to 1.
    public let share: Double

    /// Makes a report.
    public init(note: String, share: Double) {
        self.note = note
        self.share = share
    }
}
