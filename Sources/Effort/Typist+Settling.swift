import Annotation
import ClinicalText
import ReviewUI
import Screen

extension Typist {
    /// The ways to bring a cluster to what the gold has, the cheapest first.
    ///
    /// - Parameter leavingRight: whether suggestions that are right stay undecided.
    func settling(_ cluster: SpanCluster, leavingRight: Bool) -> [Typist] {
        let right = Set(cluster.gold)
        func mayWait(_ offer: Suggestion) -> Bool { leavingRight && right.contains(LabelledSpan(offer.content)) }
        var ways: [Typist] = []
        for plan in cluster.plans {
            for marksFirst in cluster.offers.isEmpty ? [false] : [false, true] {
                var way = self
                let taken = Set(plan.compactMap { $0 })
                let missed = cluster.gold.indices.filter { !taken.contains($0) }.map { cluster.gold[$0] }
                guard !marksFirst || !missed.isEmpty, !marksFirst || way.mark(missed),
                    way.answer(cluster, plan, mayWait: mayWait), marksFirst || way.mark(missed)
                else { continue }
                if way.has(cluster, mayWait: mayWait) { ways.append(way) }
            }
        }
        return ways.sorted { $0.tally.total < $1.tally.total }
    }

    private mutating func answer(
        _ cluster: SpanCluster, _ plan: [Int?], mayWait: (Suggestion) -> Bool
    ) -> Bool {
        for (offer, place) in zip(cluster.offers, plan) where !mayWait(offer) {
            guard go(to: offer) else { return false }
            guard let place else {
                press([desk.keys.reject].compactMap { $0 }, for: .rejecting)
                continue
            }
            let gold = cluster.gold[place]
            if LabelledSpan(offer.content) == gold {
                press([desk.keys.accept].compactMap { $0 }, for: .accepting)
            } else if !become(gold) {
                return false
            }
        }
        return true
    }

    /// Makes of the suggestion under the cursor what the gold has: first its edges, then its label, which goes on.
    private mutating func become(_ gold: LabelledSpan) -> Bool {
        guard let mark = model.focusedMark else { return false }
        if mark.span != gold.span {
            guard let edges = edges(to: gold.span) else { return false }
            press(edges, for: .edges)
        }
        return mark.content.label == gold.label || give(gold.label, for: .relabelling)
    }

    /// The keys that move the edges of the mark under the cursor: by tokens, else by characters.
    private func edges(to span: TextSpan) -> [Key]? {
        if let keys = edges(to: span, from: model) { return keys }
        guard let characters = desk.keys.characters else { return nil }
        return edges(to: span, from: after([characters])).map { [characters] + $0 + [characters] }
    }

    private func edges(to span: TextSpan, from start: Model) -> [Key]? {
        for order in [[true, false], [false, true]] {
            var model = start
            var keys: [Key] = []
            for isLeft in order { keys += move(isLeft ? .left : .right, to: span, in: &model) ?? [] }
            if model.focusedMark?.span == span { return keys }
        }
        return nil
    }

    private enum Side { case left, right }

    private func move(_ side: Side, to span: TextSpan, in model: inout Model) -> [Key]? {
        func place(_ span: TextSpan) -> ScalarOffset { side == .left ? span.start : span.end }
        guard var here = model.focusedMark?.span, place(here) != place(span) else { return [] }
        let toTheRight = place(here) < place(span)
        let key =
            switch side {
            case .left: toTheRight ? desk.keys.leftIn : desk.keys.leftOut
            case .right: toTheRight ? desk.keys.rightOut : desk.keys.rightIn
            }
        guard let key else { return nil }
        var steps = 0
        while place(here) != place(span) {
            _ = update(&model, .key(key, at: UInt64(typed.count + steps + 1)))
            steps += 1
            guard let next = model.focusedMark?.span, next != here,
                (place(next) <= place(span)) == toTheRight
                    || place(next) == place(span)
            else { return nil }
            here = next
        }
        return OracleKeys.times(steps, key)
    }

    private mutating func mark(_ missed: [LabelledSpan]) -> Bool {
        for gold in missed {
            guard let way = marking(gold).first else { return false }
            self = way
        }
        return true
    }

    /// The ways to mark words that nothing was offered for, the cheapest first.
    func marking(_ gold: LabelledSpan) -> [Typist] {
        let words = desk.tokens.filter { $0.span.overlaps(gold.span) }.map(\.span)
        guard let first = words.first, let last = words.last else { return [] }
        var ways: [Typist] = []
        if first.start == gold.span.start, last.end == gold.span.end {
            // One word of it, then its edges out.
            for (index, word) in words.enumerated() where index < 3 || index == words.count - 1 {
                var way = self
                guard way.go(to: word.start), way.model.focusedMark == nil, way.give(gold.label, for: .marking)
                else { continue }
                way.stretch(desk.keys.leftOut, index)
                way.stretch(desk.keys.rightOut, words.count - 1 - index)
                ways.append(way)
            }
        }
        for (from, to) in first == last ? [(first, last)] : [(first, last), (last, first)] {
            if let way = selecting(from: from.start, to: to.start, gold) { ways.append(way) }
        }
        return ways.filter { $0.spans.contains(gold) }.sorted { $0.tally.total < $1.tally.total }
    }

    private mutating func stretch(_ key: Key?, _ steps: Int) {
        if let key { press(OracleKeys.times(steps, key), for: .marking) }
    }

    /// `v`, a motion, where the words are not whole the edges by characters, and the label.
    private func selecting(from: ScalarOffset, to: ScalarOffset, _ gold: LabelledSpan) -> Typist? {
        var way = self
        guard let select = desk.keys.select, way.go(to: from),
            let path = desk.charts.chart(from: way.model).path(to: to, limit: 3)
        else { return nil }
        way.press([select] + path, for: .marking)
        if way.model.selectedSpan != gold.span {
            guard let characters = desk.keys.characters else { return nil }
            way.press([characters], for: .marking)
            for (key, isDone) in [
                (desk.keys.leftIn, { (span: TextSpan) in span.start >= gold.span.start }),
                (desk.keys.rightIn, { (span: TextSpan) in span.end <= gold.span.end }),
            ] {
                guard let key else { return nil }
                var steps = 0
                var probe = way.model
                while let span = probe.selectedSpan, !isDone(span), steps < gold.span.count + 99 {
                    _ = update(&probe, .key(key, at: 0))
                    steps += 1
                }
                way.press(OracleKeys.times(steps, key), for: .marking)
            }
        }
        return way.model.selectedSpan == gold.span && way.give(gold.label, for: .marking) ? way : nil
    }
}
