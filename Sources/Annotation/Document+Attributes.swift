extension Document {
    /// The events that give some spans a value; suggestions are accepted with it.
    ///
    /// What has the value already (the default, where it was given none) gets no event, so that nothing is written that says
    /// nothing. Of several targets those whose label lacks the attribute are passed over.
    func attributeEvents(
        _ targets: [AttributeTarget], name: String, value: String, schema: LabelSchema, add: (Event) -> EventID
    ) throws(CommandRejected) {
        guard let attribute = schema.attribute(named: name) else {
            throw CommandRejected("the schema has no attribute '\(name)'")
        }
        guard attribute.values.contains(where: { $0.value == value }) else {
            throw CommandRejected("'\(value)' is not a value of \(name)")
        }
        var count = 0
        var lacking: String?
        for target in targets {
            let content = try content(of: target)
            guard attribute.isFor(content.label) else {
                lacking = content.label
                continue
            }
            switch target {
            case .span(let id):
                guard (span(id)?.attributes[name] ?? attribute.default) != value else { continue }
                _ = add(.attribute(target: id, name: name, value: value))
            case .suggestion(let suggestion):
                try checkOffer(suggestion, schema)
                let id = add(.accepted(suggestion))
                if value != attribute.default { _ = add(.attribute(target: id, name: name, value: value)) }
            }
            count += 1
        }
        guard count == 0 else { return }
        throw CommandRejected(lacking.map { "\($0) has no \(name)" } ?? "\(name) is \(value) already")
    }

    func content(of target: AttributeTarget) throws(CommandRejected) -> SpanContent {
        switch target {
        case .span(let id): try standing(id).content
        case .suggestion(let suggestion): suggestion.content
        }
    }
}
