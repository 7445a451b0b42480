import Annotation
import ClinicalText
import ReviewUI
import Screen

/// A review of one note under the oracle's hands: the real model, and the keys it was given so far.
struct Typist {
    private(set) var model: Model
    private(set) var tally = KeyTally()
    /// Every key, in order.
    private(set) var typed: [Key] = []
    let desk: Desk

    /// What the oracle knows about a note, the same on all the ways it tries.
    final class Desk {
        let keys: OracleKeys
        let charts: MotionCharts
        let schema: LabelSchema
        let tokens: [WordToken]

        init(_ note: Note, keys: OracleKeys, schema: LabelSchema) {
            self.keys = keys
            self.schema = schema
            charts = MotionCharts(keys: keys)
            tokens = WordToken.tokens(of: note.text)
        }
    }

    /// A way to a missed span that takes more keys than this is one nobody takes; searching always comes to it.
    private static let motionLimit = 4

    init(_ model: Model, desk: Desk) {
        self.model = model
        self.desk = desk
    }

    /// Where the way stands: what tells two of equal cost apart.
    var place: Place { Place(cursor: model.cursor, focus: model.focusedMark?.id) }

    struct Place: Hashable {
        let cursor: ScalarOffset
        let focus: Mark.ID?
    }

    mutating func press(_ keys: [Key], for purpose: KeyTally.Purpose) {
        for key in keys {
            // Each key a millisecond later: the ids of events grow with it.
            _ = update(&model, .key(key, at: UInt64(typed.count + 1)))
            typed.append(key)
            tally.count(for: purpose)
        }
    }

    /// What a session would be after some keys that are not counted.
    func after(_ keys: [Key]) -> Model {
        var probe = model
        for key in keys { _ = update(&probe, .key(key, at: UInt64(typed.count + 1))) }
        return probe
    }

    /// Gives a label by its capital, and says so where the program asks about Caps Lock.
    ///
    /// - Returns: whether there is a capital for it.
    mutating func give(_ label: String, for purpose: KeyTally.Purpose) -> Bool {
        guard let key = desk.schema.spanLabel(named: label)?.key else { return false }
        press([.character(key)], for: purpose)
        if case .capsLockQuestion = model.context { press([.enter], for: purpose) }
        return model.context == .note && model.selection == nil
    }

    /// The spans that stand.
    var spans: Set<LabelledSpan> { Set(model.review.document.spans.map { LabelledSpan($0.content) }) }

    /// Whether a cluster is as the gold has it, and nothing in it waits for an answer but what `mayWait`.
    func has(_ cluster: SpanCluster, mayWait: (Suggestion) -> Bool) -> Bool {
        let document = model.review.document
        let here = document.spans.filter { $0.content.span.overlaps(cluster.range) }.map { LabelledSpan($0.content) }
        let waiting = cluster.offers.filter { !document.isDecided($0.content) }
        let pending = waiting.filter(mayWait).map { LabelledSpan($0.content) }
        return waiting.allSatisfy(mayWait) && here.count + pending.count == cluster.gold.count
            && Set(here + pending) == Set(cluster.gold)
    }

    /// Goes to a suggestion and makes it the one that keys act on.
    mutating func go(to offer: Suggestion) -> Bool {
        let id = Mark.ID.suggestion(offer.content)
        if model.focusedMark?.id == id { return true }
        let keys = desk.keys
        let targets = [keys.next, keys.previous].compactMap { $0 }
        var ways = targets.flatMap { target in
            (1...OracleKeys.largestCount).map { OracleKeys.times($0, target) }
        }
        // Motions are looked at only where the keys for targets take more than two.
        let isNear = ways.contains { $0.count <= 2 && after($0).focusedMark?.id == id }
        if !isNear, let token = desk.tokens.first(where: { $0.span.overlaps(offer.content.span) }) {
            let path = desk.charts.chart(from: model).path(to: token.span.start, limit: Self.motionLimit)
            let direct = [path, hint(to: token.span.start)].compactMap { $0 }
            ways +=
                direct
                + direct.flatMap { way in
                    keys.nextHere.map { here in [way + [here], way + [here, here]] } ?? []
                }
        }
        ways.sort { $0.count < $1.count }
        guard let way = ways.first(where: { after($0).focusedMark?.id == id }) else { return false }
        press(way, for: .goingOn)
        return true
    }

    /// Puts the cursor on the token that starts at `offset`.
    mutating func go(to offset: ScalarOffset) -> Bool {
        guard model.cursor != offset else { return true }
        var ways: [[Key]] = []
        func add(_ way: [Key]?) { if let way { ways.append(way) } }
        add(desk.charts.chart(from: model).path(to: offset, limit: Self.motionLimit))
        for target in [desk.keys.next, desk.keys.previous].compactMap({ $0 }) {
            let there = after([target])
            // From a neighbouring target it is worth it only if that is nearer.
            let limit = (ways.map(\.count).min() ?? Self.motionLimit) - 2
            if let path = desk.charts.chart(from: there).path(to: offset, limit: limit) { add([target] + path) }
        }
        if ways.allSatisfy({ $0.count > 3 }) { add(hint(to: offset)) }
        if ways.allSatisfy({ $0.count > 4 }) { add(search(to: offset)) }
        ways.sort { $0.count < $1.count }
        guard let way = ways.first(where: { after($0).cursor == offset }) else { return false }
        press(way, for: .finding)
        return true
    }

    /// The hint on the token at `offset`, found by trying all of them.
    private func hint(to offset: ScalarOffset) -> [Key]? {
        guard let key = desk.keys.hint else { return nil }
        let start = after([key])
        let letters = "abcdefghijklmnopqrstuvwxyz".map { Key.character($0) }
        for first in letters {
            var one = start
            _ = update(&one, .key(first, at: 0))
            if one.context != start.context { continue }
            for second in letters {
                var two = one
                _ = update(&two, .key(second, at: 0))
                if two.cursor == offset, two.context == .note { return [key, first, second] }
            }
        }
        return nil
    }

    /// A search for the first letters of what stands at `offset`, and out of it.
    private func search(to offset: ScalarOffset) -> [Key]? {
        guard let key = desk.keys.search else { return nil }
        for length in 2...8 {
            let typed = model.review.document.text[TextSpan(offset, offset.advanced(by: length))]
            let way = [key] + typed.map { .character($0) } + [.enter, .escape]
            if after(way).cursor == offset { return way }
        }
        return nil
    }
}
