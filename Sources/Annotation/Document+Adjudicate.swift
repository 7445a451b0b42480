extension Document {
    /// The events that bring in what annotators agree on: nothing stands that no event says.
    func carryOver(
        _ comparison: NoteComparison, completing: Bool, add: (Event) -> EventID
    ) throws(CommandRejected) {
        guard completing || !comparison.agreed.isEmpty || !comparison.noteLabels.isEmpty else {
            throw CommandRejected("there is nothing that all annotators agree on")
        }
        for agreed in comparison.agreed {
            let id = add(agreed.offered.map { .accepted($0) } ?? .created(agreed.span.content))
            for (name, value) in agreed.span.attributes.sorted(by: { $0.key < $1.key }) {
                _ = add(.attribute(target: id, name: name, value: value))
            }
        }
        for (name, values) in comparison.noteLabels.sorted(by: { $0.key < $1.key }) {
            _ = add(.noteLabel(name: name, values: values))
        }
        if completing { _ = add(.completed) }
    }

    /// The events after which a disagreement stands as one of its readings has it.
    func take(
        _ reading: Reading, of disagreement: Disagreement, schema: LabelSchema, add: (Event) -> EventID
    ) throws(CommandRejected) {
        var count = 0
        func note(_ event: Event) -> EventID {
            count += 1
            return add(event)
        }
        for offer in disagreement.offers
        where !reading.spans.contains(where: { $0.content.marksTheSame(as: offer.content) }) {
            let isRejected = rejected.contains { $0.offered.content.marksTheSame(as: offer.content) }
            let stands = spans.contains { $0.offered?.content.marksTheSame(as: offer.content) ?? false }
            if stands || !isRejected { _ = note(.rejected(offer)) }
        }
        for offer in disagreement.offers {
            guard let wanted = reading.spans.first(where: { $0.content.marksTheSame(as: offer.content) }) else {
                continue
            }
            var had: [String: String] = [:]
            let id: EventID
            if let standing = spans.first(where: { $0.content.marksTheSame(as: offer.content) }) {
                had = schema.withoutDefaults(standing.attributes)
                id = standing.id
            } else {
                try checkLabel(offer.content.label, schema)
                // Edges that the adjudicator moved are given up with the rest of another reading.
                if let moved = spans.first(where: { $0.offered?.content.marksTheSame(as: offer.content) ?? false }) {
                    _ = note(.rejected(moved.offered ?? offer))
                }
                id = note(.accepted(offer))
            }
            for name in Set(had.keys).union(wanted.attributes.keys).sorted() {
                let value = wanted.attributes[name] ?? schema.attribute(named: name)?.default
                if let value, value != had[name] { _ = note(.attribute(target: id, name: name, value: value)) }
            }
        }
        if count == 0 { throw CommandRejected("this is how it stands already") }
    }
}
