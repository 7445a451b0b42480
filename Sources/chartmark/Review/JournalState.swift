import Journal

/// The journal's save state, apart from the screen's type of the same name.
typealias JournalState = SaveState

extension JournalState {
    /// Whether decisions are in memory only.
    var isFailed: Bool {
        if case .failed = self { return true }
        return false
    }
}
