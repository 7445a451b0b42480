extension LabelSchema {
    /// The attribute of this name.
    public func attribute(named name: String) -> SpanAttribute? { attributes.first { $0.name == name } }

    /// The attributes that spans with a label may have.
    public func attributes(of label: String) -> [SpanAttribute] { attributes.filter { $0.isFor(label) } }

    /// Attributes without those that say what holds anyway.
    public func withoutDefaults(_ attributes: [String: String]) -> [String: String] {
        attributes.filter { name, value in attribute(named: name)?.default != value }
    }

    /// What is wrong with the attributes, one sentence each.
    var attributeProblems: [String] {
        var problems: [String] = []
        for attribute in attributes {
            if attribute.values.isEmpty { problems.append("the attribute '\(attribute.name)' has no values") }
            for value in attribute.values where value.key.count != 1 || !("a"..."z").contains(value.key) {
                problems.append(
                    "the key '\(value.key)' of '\(value.value)' (\(attribute.name)) is not one of the letters a to z")
            }
            for label in attribute.labels ?? [] where spanLabel(named: label) == nil {
                problems.append("the attribute '\(attribute.name)' is for the label '\(label)', which is not there")
            }
        }
        // Spans of one label have their values in one list, each on its letter.
        for label in spans.map(\.label) {
            let keys = attributes(of: label).flatMap { $0.values.map(\.key) }
            let twice = keys.filter { key in keys.count { $0 == key } > 1 }
            if let key = twice.min() {
                problems.append("the key '\(key)' is given to two attribute values of '\(label)'")
                break
            }
        }
        return problems
    }
}

extension SpanAttribute {
    /// Whether spans with a label have it.
    public func isFor(_ label: String) -> Bool { labels?.contains(label) ?? true }
}
