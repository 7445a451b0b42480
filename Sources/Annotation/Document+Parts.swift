import ClinicalText

extension Document {
    /// The content with its outer edges at `span`: its first part begins there and its last one ends there.
    func edited(_ old: SpanContent, to span: TextSpan) throws(CommandRejected) -> SpanContent {
        guard text.holds(span) else {
            throw CommandRejected("the span cannot grow past the note or shrink to nothing")
        }
        var new = SpanContent(span, in: text, label: old.label)
        guard var parts = old.fragments, let first = parts.first, let last = parts.last else { return new }
        parts[0] = TextSpan(span.start, first.end)
        parts[parts.count - 1] = TextSpan(parts[parts.count - 1].start, span.end)
        guard parts.allSatisfy(text.holds), first.end > span.start, last.start < span.end else {
            throw CommandRejected("the edge cannot pass its part of the span; d removes the span")
        }
        new.fragments = parts
        return new
    }

    /// The events after which a span has one more part.
    func addPart(
        _ part: TextSpan, to target: AttributeTarget, schema: LabelSchema, add: (Event) -> EventID
    ) throws(CommandRejected) {
        let old = try content(of: target)
        guard text.holds(part) else { throw CommandRejected("a part needs at least one character of the note") }
        let parts = old.fragments ?? [old.span]
        guard !parts.contains(where: { $0.overlaps(part) }) else {
            throw CommandRejected("the span has these words already")
        }
        let new = SpanContent(parts: parts + [part], in: text, label: old.label)
        switch target {
        case .span(let id):
            try checkFree(new, besides: id)
            _ = add(.edited(target: id, from: old, to: new))
        case .suggestion(let suggestion):
            try checkOffer(suggestion, schema)
            try checkFree(new, besides: nil)
            let id = add(.accepted(suggestion))
            _ = add(.edited(target: id, from: old, to: new))
        }
    }

    /// The events after which a span is two, each with the label, the attributes and the offer of the one it was.
    func split(
        _ target: AttributeTarget, before place: ScalarOffset, schema: LabelSchema, add: (Event) -> EventID
    ) throws(CommandRejected) {
        let old = try content(of: target)
        guard old.fragments == nil else {
            throw CommandRejected("a span in several parts is not cut: delete it and mark its parts")
        }
        guard old.span.start < place, place < old.span.end else {
            throw CommandRejected("the cut is before the cursor: put it on a later word of the span")
        }
        let halves = [TextSpan(old.span.start, place), TextSpan(place, old.span.end)].map(text.trimmed)
        let contents = halves.map { SpanContent($0, in: text, label: old.label) }
        for content in contents { try checkFree(content, besides: nil) }
        switch target {
        case .suggestion(let suggestion):
            try checkOffer(suggestion, schema)
            for content in contents {
                let id = add(.accepted(suggestion))
                _ = add(.edited(target: id, from: suggestion.content, to: content))
            }
        case .span(let id):
            let span = try standing(id)
            _ = add(.edited(target: id, from: old, to: contents[0]))
            let second: EventID
            if let offered = span.offered {
                second = add(.accepted(offered))
                _ = add(.edited(target: second, from: offered.content, to: contents[1]))
                if offered.content.label != old.label {
                    _ = add(.relabelled(target: second, from: offered.content.label, to: old.label))
                }
            } else {
                second = add(.created(contents[1]))
            }
            for (name, value) in span.attributes.sorted(by: { $0.key < $1.key }) {
                _ = add(.attribute(target: second, name: name, value: value))
            }
        }
    }

    /// What takes a span away: a rejection of what was offered, unless another span stands that came from the same offer.
    func removal(of span: EntitySpan) -> Event {
        guard let offered = span.offered else { return .deleted(target: span.id) }
        let isShared = spans.contains { other in
            other.id != span.id && other.offered?.content.marksTheSame(as: offered.content) ?? false
        }
        return isShared ? .deleted(target: span.id) : .rejected(offered)
    }
}

extension SpanContent {
    /// A span of several parts, in any order; parts with only white space between them become one.
    init(parts: [TextSpan], in note: NoteText, label: String) {
        var joined: [TextSpan] = []
        for part in parts.sorted() {
            guard let last = joined.last else {
                joined.append(part)
                continue
            }
            let gap = TextSpan(last.end, part.start)
            if part.start <= last.end || note[gap].allSatisfy(\.isWhitespace) {
                joined[joined.count - 1] = TextSpan(last.start, max(last.end, part.end))
            } else {
                joined.append(part)
            }
        }
        let start = joined.first?.start ?? ScalarOffset(0)
        self.init(TextSpan(start, joined.last?.end ?? start), in: note, label: label)
        fragments = joined.count > 1 ? joined : nil
    }
}
