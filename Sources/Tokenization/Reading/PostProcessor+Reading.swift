import ClinicalText

extension PostProcessor {
    private static let supported = [
        "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence",
    ]

    /// Reads `post_processor`.
    init(_ component: Component) throws(BadInput) {
        var hasTemplate = false
        self.init()
        try add(component, &hasTemplate)
    }

    private mutating func add(_ component: Component, _ hasTemplate: inout Bool) throws(BadInput) {
        let type = try component.type()
        switch type {
        case "ByteLevel": try addTrim(component)
        case "TemplateProcessing": try set(try Template(component), component, &hasTemplate)
        case "BertProcessing":
            try set(
                .bert(classification: try component.tokenID("cls"), separator: try component.tokenID("sep")),
                component, &hasTemplate)
        case "RobertaProcessing":
            try addTrim(component)
            try set(
                .roberta(classification: try component.tokenID("cls"), separator: try component.tokenID("sep")),
                component, &hasTemplate)
        case "Sequence":
            for part in try component.components("processors") { try add(part, &hasTemplate) }
        default: throw component.unsupported(type, Self.supported)
        }
    }

    private mutating func addTrim(_ component: Component) throws(BadInput) {
        guard try component.bool("trim_offsets") ?? true else { return }
        trims.append(Trim(addsPrefixSpace: try component.bool("add_prefix_space") ?? true))
    }

    private mutating func set(
        _ template: Template, _ component: Component, _ hasTemplate: inout Bool
    ) throws(BadInput) {
        guard !hasTemplate else { throw component.bad("a second template is not supported") }
        hasTemplate = true
        self.template = template
    }
}

extension Component {
    /// The id of a member `["[CLS]", 101]`.
    fileprivate func tokenID(_ name: String) throws(BadInput) -> Int32 {
        guard let id = Self.id(json[name]?.elements?.last) else {
            throw BadInput(SourceLocation(file), "\(path) has no '\(name)' with an id")
        }
        return id
    }
}

extension Template {
    /// Reads a `TemplateProcessing`.
    init(_ component: Component) throws(BadInput) {
        self.init(single: try Self.items("single", component), pair: try Self.items("pair", component))
        guard !single.contains(where: { $0.isText(second: true) }), single.contains(where: { $0.isText(second: false) })
        else { throw component.bad("'single' is not a template of one text, A") }
        guard pair.contains(where: { $0.isText(second: false) }), pair.contains(where: { $0.isText(second: true) })
        else { throw component.bad("'pair' is not a template of two texts, A and B") }
    }

    private static func items(_ name: String, _ component: Component) throws(BadInput) -> [Item] {
        let special = component.json["special_tokens"]
        var items: [Item] = []
        for element in try component.required(name, try component.elements(name)) {
            if let token = element["SpecialToken"] {
                let ids = (token["id"]?.string).flatMap { special?[$0]?["ids"]?.elements }
                let numbers = ids?.compactMap(Component.id) ?? []
                guard numbers.count == ids?.count else {
                    throw component.bad("it names a special token that it gives no ids")
                }
                items.append(.special(ids: numbers, type: try type(token, component)))
            } else if let sequence = element["Sequence"], let id = sequence["id"]?.string, ["A", "B"].contains(id) {
                items.append(.text(second: id == "B", type: try type(sequence, component)))
            } else {
                throw component.bad("'\(name)' has an item that is neither a special token nor text A or B")
            }
        }
        return items
    }

    private static func type(_ item: OrderedJSON, _ component: Component) throws(BadInput) -> Int32 {
        guard let type = item["type_id"] else { return 0 }
        guard let number = Component.id(type) else { throw component.bad("'type_id' is not a whole number") }
        return number
    }
}

extension Template.Item {
    fileprivate func isText(second: Bool) -> Bool {
        if case .text(let isSecond, _) = self { return isSecond == second }
        return false
    }
}
