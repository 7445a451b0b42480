import Annotation

/// What was done in this session and how long it took, as far as keys tell.
///
/// Decisions are counted in what stands of them, so that an undo takes them out again. Time comes with the keys.
struct SessionStatistics: Hashable, Sendable {
    /// What became of the suggestions of one label, and what a person marked with it.
    struct LabelCounts: Hashable, Sendable {
        /// Taken as offered.
        var accepted = 0
        /// Taken with other edges or another label; counted under the label that was offered.
        var corrected = 0
        /// Refused.
        var rejected = 0
        /// Marked without a suggestion.
        var own = 0

        /// The share of what was decided that was taken as offered, 0 to 1; `nil` if nothing was offered.
        var acceptRate: Double? {
            let offered = accepted + corrected + rejected
            return offered > 0 ? Double(accepted) / Double(offered) : nil
        }

        var total: Int { accepted + corrected + rejected + own }
    }

    /// Milliseconds between two keys above which the person was away; so much of a pause is counted.
    static let longestPause: UInt64 = 60_000

    /// Milliseconds at work.
    private(set) var activeTime: UInt64 = 0
    private var lastKey: UInt64?
    /// Positions of the notes that something was decided on.
    private(set) var touched: Set<Int> = []
    /// Those that were completed or skipped.
    private(set) var finished: Set<Int> = []
    private var events: Set<EventID> = []

    /// A key was pressed.
    ///
    /// - Parameter now: milliseconds since 1970.
    mutating func keyPressed(at now: UInt64) {
        if let lastKey, now > lastKey { activeTime += min(now - lastKey, Self.longestPause) }
        lastKey = now
    }

    /// Something was decided on the note at `position`.
    mutating func record(_ decided: [IdentifiedEvent], on position: Int) {
        touched.insert(position)
        for event in decided {
            events.insert(event.id)
            if event.event == .completed || event.event == .skipped { finished.insert(position) }
        }
    }

    /// Counts what stands of a note's decisions of this session, by the label that was offered or given.
    func count(_ document: Document, into counts: inout [String: LabelCounts]) {
        for span in document.spans where events.contains(span.id) {
            if let offered = span.offered?.content {
                let isAsOffered = offered == span.content
                counts[offered.label, default: LabelCounts()].accepted += isAsOffered ? 1 : 0
                counts[offered.label, default: LabelCounts()].corrected += isAsOffered ? 0 : 1
            } else {
                counts[span.content.label, default: LabelCounts()].own += 1
            }
        }
        for rejected in document.rejected where events.contains(rejected.id) {
            counts[rejected.offered.content.label, default: LabelCounts()].rejected += 1
        }
    }
}
