import ClinicalText

extension Document {
    /// The events after which each of some stretches stands with a label.
    ///
    /// What is offered exactly there keeps its provenance: it is accepted, and relabelled where it had another label. What
    /// stands with the label already gets no event.
    func markEach(
        _ stretches: [TextSpan], label: String, offers: [Suggestion], schema: LabelSchema, add: (Event) -> EventID
    ) throws(CommandRejected) {
        try checkLabel(label, schema)
        var bySpan: [TextSpan: [Suggestion]] = [:]
        for offer in offers where offer.content.fragments == nil {
            bySpan[offer.content.span, default: []].append(offer)
        }
        var standing = Set(spans.map { DecidedMark($0.content) })
        var count = 0
        for stretch in stretches {
            guard text.holds(stretch) else { throw CommandRejected("a span needs at least one character of the note") }
            let content = SpanContent(stretch, in: text, label: label)
            guard standing.insert(DecidedMark(content)).inserted else { continue }
            count += 1
            let offered = bySpan[stretch] ?? []
            if let offer = offered.first(where: { $0.content.label == label }) ?? offered.first {
                let id = add(.accepted(offer))
                if offer.content.label != label {
                    _ = add(.relabelled(target: id, from: offer.content.label, to: label))
                }
            } else {
                _ = add(.created(content))
            }
        }
        guard count > 0 else { throw CommandRejected("all of these are marked \(label) already") }
    }
}
