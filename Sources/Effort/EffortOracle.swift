import Annotation
import ClinicalText
import ReviewUI
import Screen

/// Counts the keys from suggestions to gold: it knows the gold spans and presses the real keys of `review`.
///
/// Every way is tried on the real `update`. What it may use is what a practised user sees on the screen: the next
/// suggestion, words and rows that can be counted at a glance, the hints on words. It looks for the cheapest way through a
/// note in reading order, keeping the few best after each place (a beam search), so its figure is an upper bound of the
/// least effort, reached by keys that anybody can press again.
public struct EffortOracle: Sendable {
    /// What was pressed for a note.
    public struct Effort: Sendable {
        /// How many keys, and what for.
        public let tally: KeyTally
        /// Every key, in order.
        public let keys: [Key]
    }

    /// Which keys are there to be used.
    public enum Batches: Sendable {
        /// Each suggestion is accepted by a key of its own: neither `+` nor "accept all" at Enter. "Reject all" at Enter counts
        /// as one answer.
        case never
        /// `+` takes all that is right and still undecided when the rest is done.
        case acceptAll
    }

    private let schema: LabelSchema
    private let size: ScreenSize
    private let keys: OracleKeys

    /// How many ways are kept after each place of a note.
    private static let beamWidth = 4
    /// From how many keys on a missed span may be left until the suggestions are through; `max` never.
    private static let deferring = [4, 6, Int.max]

    /// Makes an oracle for a terminal of this size.
    public init(schema: LabelSchema, size: ScreenSize) {
        self.schema = schema
        self.size = size
        keys = OracleKeys(.standard)
    }

    /// Reviews a note.
    ///
    /// - Parameters:
    ///   - note: the note.
    ///   - suggestions: what is offered for it.
    ///   - gold: what has to stand at the end.
    ///   - batches: which keys may be used.
    /// - Returns: the keys after which the note is complete and its spans are the gold ones.
    /// - Throws: ``BadInput`` if no keys were found that lead there: a gold span without a capital, or with one code point of
    ///   nothing.
    public func review(
        _ note: Note, suggestions: [Suggestion], gold: Set<LabelledSpan>, batches: Batches
    ) throws(BadInput) -> Effort {
        let review = NoteReview(
            note: note, document: Document(note: note.id, text: note.text), suggestions: .ready(suggestions))
        let model = Model(
            notes: [review], schema: schema, annotator: "oracle", engine: .none, ids: EventIDSource(seed: 1), size: size
        )
        guard let model else { throw BadInput(SourceLocation(note.id), "there is no note") }
        let start = Typist(model, desk: Typist.Desk(note, keys: keys, schema: schema))
        let clusters = SpanCluster.clusters(of: model.undecidedSuggestions, gold: gold.sorted())
        var best: Typist?
        for limit in Self.deferring {
            for end in through(clusters, from: start, gold: gold, batches: batches, deferringFrom: limit)
            where end.tally.total < best?.tally.total ?? .max { best = end }
        }
        guard let best else {
            throw BadInput(
                note.location ?? SourceLocation(note.id),
                "no keys were found that make the spans of '\(note.id)' the gold ones")
        }
        return Effort(tally: best.tally, keys: best.typed)
    }

    /// The complete reviews that the beam comes to.
    private func through(
        _ clusters: [SpanCluster], from start: Typist, gold: Set<LabelledSpan>, batches: Batches,
        deferringFrom limit: Int
    ) -> [Typist] {
        struct Way {
            var typist: Typist
            var later: [SpanCluster] = []
            var cost: Int { typist.tally.total + later.count * EffortOracle.laterCost }
        }
        // From here on nothing is right: Enter may answer for all of it.
        let lastWithGold = clusters.lastIndex { !$0.gold.isEmpty } ?? -1
        var beam = [Way(typist: start)]
        var ends: [Typist] = []
        for (index, cluster) in clusters.enumerated() {
            if index == lastWithGold + 1 {
                ends += beam.flatMap { ending($0.typist, $0.later, gold: gold, batches: batches) }
            }
            var next: [Way] = []
            for way in beam {
                let leaves = batches == .acceptAll
                if leaves, cluster.isExact {
                    next.append(way)
                    continue
                }
                let settled =
                    cluster.offers.isEmpty
                    ? cluster.gold.first.map { way.typist.marking($0) } ?? []
                    : way.typist.settling(cluster, leavingRight: leaves)
                let isDear = settled.first.map { $0.tally.total - way.typist.tally.total >= limit } ?? true
                if cluster.offers.isEmpty, isDear {
                    next.append(Way(typist: way.typist, later: way.later + [cluster]))
                }
                next += settled.prefix(Self.beamWidth).map { Way(typist: $0, later: way.later) }
            }
            next.sort { $0.cost < $1.cost }
            beam = []
            var seen: Set<Typist.Place> = []
            for way in next where beam.count < Self.beamWidth && seen.insert(way.typist.place).inserted {
                beam.append(way)
            }
        }
        return ends + beam.flatMap { ending($0.typist, $0.later, gold: gold, batches: batches) }
    }

    /// What a missed span costs that was left for later, on average: a jump of three keys and its label.
    private static let laterCost = 4

    /// Marks what was left, from either side, and completes the note.
    private func ending(
        _ typist: Typist, _ later: [SpanCluster], gold: Set<LabelledSpan>, batches: Batches
    ) -> [Typist] {
        (later.count < 2 ? [later] : [later, later.reversed()]).compactMap { order in
            var way = typist
            for cluster in order {
                for missed in cluster.gold {
                    guard let marked = way.marking(missed).first else { return nil }
                    way = marked
                }
            }
            guard let complete = keys.complete else { return nil }
            let waiting = way.model.undecidedSuggestions
            let isRight = waiting.map { gold.contains(LabelledSpan($0.content)) }
            if batches == .acceptAll, !waiting.isEmpty {
                guard isRight.allSatisfy({ $0 }), let all = keys.acceptAll else { return nil }
                way.press([all], for: .accepting)
            }
            way.press([complete], for: .finishing)
            if case .completeQuestion = way.model.context {
                guard batches == .never, !isRight.contains(true), let reject = keys.reject else { return nil }
                way.press([reject], for: .finishing)
            }
            let document = way.model.review.document
            return document.status == .completed && document.spans.count == gold.count && way.spans == gold ? way : nil
        }
    }
}
