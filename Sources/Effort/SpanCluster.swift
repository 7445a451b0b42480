import Annotation
import ClinicalText

/// Suggestions and gold spans that lie over one another: what has to be settled together.
struct SpanCluster {
    /// What is offered, in reading order.
    var offers: [Suggestion] = []
    /// What is right, in reading order.
    var gold: [LabelledSpan] = []
    /// From the first to the last code point of all.
    var range: TextSpan

    /// Whether what is offered is what is right.
    var isExact: Bool { offers.count == gold.count && zip(offers, gold).allSatisfy { LabelledSpan($0.content) == $1 } }

    /// Divides a note's suggestions and gold spans, in reading order.
    static func clusters(of offers: [Suggestion], gold: [LabelledSpan]) -> [SpanCluster] {
        var all: [(span: TextSpan, offer: Suggestion?, gold: LabelledSpan?)] = offers.map { ($0.content.span, $0, nil) }
        all += gold.map { ($0.span, nil, $0) }
        // Among equals, suggestions in the order in which the targets are visited.
        all.sort { ($0.span, $0.offer?.content.label ?? "") < ($1.span, $1.offer?.content.label ?? "") }
        var clusters: [SpanCluster] = []
        for element in all {
            if clusters.last.map({ $0.range.end <= element.span.start }) ?? true {
                clusters.append(SpanCluster(range: element.span))
            }
            let last = clusters.count - 1
            clusters[last].offers += element.offer.map { [$0] } ?? []
            clusters[last].gold += element.gold.map { [$0] } ?? []
            let end = max(clusters[last].range.end, element.span.end)
            clusters[last].range = TextSpan(clusters[last].range.start, end)
        }
        return clusters
    }

    /// What may become of the suggestions: each is a gold span's beginning (its place in ``gold``) or is rejected (`nil`).
    ///
    /// A suggestion that is right is accepted in all of them.
    var plans: [[Int?]] {
        var plans: [[Int?]] = [[]]
        let right = offers.map { offer in gold.firstIndex(of: LabelledSpan(offer.content)) }
        for (position, offer) in offers.enumerated() {
            if let exact = right[position] {
                plans = plans.map { $0 + [exact] }
                continue
            }
            let possible = gold.indices.filter {
                !right.contains($0) && gold[$0].span.overlaps(offer.content.span)
            }
            plans = plans.flatMap { plan in
                [plan + [nil]] + possible.filter { !plan.contains($0) }.map { plan + [$0] }
            }
            plans = Array(plans.prefix(Self.planLimit))
        }
        return plans
    }

    /// Three suggestions over three gold spans have 34 plans; more is a heap where the cheapest hardly matters.
    private static let planLimit = 64
}
