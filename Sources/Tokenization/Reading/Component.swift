import ClinicalText

/// An object of `tokenizer.json`, whose members are of the kind that was asked for or are refused by name.
struct Component {
    let json: OrderedJSON
    /// Where it stands in the file: `pre_tokenizer`.
    let path: String
    let file: String

    func bad(_ reason: String) -> BadInput { BadInput(SourceLocation(file), "\(path): \(reason)") }

    /// The member, or `nil` if it is missing or null.
    private func member(_ name: String) -> OrderedJSON? {
        guard let value = json[name] else { return nil }
        if case .null = value { return nil }
        return value
    }

    private func wrong(_ name: String, _ kind: String) -> BadInput { bad("'\(name)' is not \(kind)") }

    func bool(_ name: String) throws(BadInput) -> Bool? {
        guard let value = member(name) else { return nil }
        guard let bool = value.bool else { throw wrong(name, "true or false") }
        return bool
    }

    func string(_ name: String) throws(BadInput) -> String? {
        guard let value = member(name) else { return nil }
        guard let string = value.string else { throw wrong(name, "a string") }
        return string
    }

    func int(_ name: String) throws(BadInput) -> Int? {
        guard let value = member(name) else { return nil }
        guard let int = value.int else { throw wrong(name, "a whole number") }
        return int
    }

    func number(_ name: String) throws(BadInput) -> Double? {
        guard let value = member(name) else { return nil }
        guard case .number(let digits) = value, let number = Double(digits) else { throw wrong(name, "a number") }
        return number
    }

    func elements(_ name: String) throws(BadInput) -> [OrderedJSON]? {
        guard let value = member(name) else { return nil }
        guard let elements = value.elements else { throw wrong(name, "an array") }
        return elements
    }

    func members(_ name: String) throws(BadInput) -> [(key: String, value: OrderedJSON)]? {
        guard let value = member(name) else { return nil }
        guard let members = value.members else { throw wrong(name, "an object") }
        return members
    }

    func required<Value>(_ name: String, _ value: Value?) throws(BadInput) -> Value {
        guard let value else { throw bad("'\(name)' is missing") }
        return value
    }

    /// The component in the member `name`; `nil` if there is none or it is null.
    func component(_ name: String) throws(BadInput) -> Component? {
        guard let value = member(name) else { return nil }
        guard value.members != nil else { throw wrong(name, "an object") }
        return Component(json: value, path: path.isEmpty ? name : "\(path).\(name)", file: file)
    }

    /// The components in the array `name`.
    func components(_ name: String) throws(BadInput) -> [Component] {
        var components: [Component] = []
        for (index, element) in try required(name, try elements(name)).enumerated() {
            guard element.members != nil else { throw bad("'\(name)' holds something that is not an object") }
            components.append(Component(json: element, path: "\(path).\(name)[\(index)]", file: file))
        }
        return components
    }

    /// What `type` says it is.
    func type() throws(BadInput) -> String { try string("type") ?? "none" }

    /// Says that components of this type are not supported, and which are.
    func unsupported(_ type: String, _ supported: [String]) -> BadInput {
        BadInput(
            SourceLocation(file),
            "\(path) of type '\(type)' is not supported; supported: \(supported.joined(separator: ", "))")
    }

    /// A token id.
    static func id(_ json: OrderedJSON?) -> Int32? {
        guard let id = json?.int, id >= 0, id <= Vocabulary.largestID else { return nil }
        return Int32(id)
    }
}
