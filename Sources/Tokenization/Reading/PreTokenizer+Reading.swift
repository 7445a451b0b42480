import ClinicalText

extension PreTokenizer {
    private static let supported = [
        "BertPreTokenizer", "ByteLevel", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation", "Digits",
        "CharDelimiterSplit", "Split", "Sequence",
    ]

    /// Reads `pre_tokenizer`.
    init(_ component: Component) throws(BadInput) {
        let type = try component.type()
        switch type {
        case "BertPreTokenizer": self = .bert
        case "ByteLevel":
            self = .byteLevel(
                addsPrefixSpace: try component.bool("add_prefix_space") ?? true,
                usesPattern: try component.bool("use_regex") ?? true)
        case "Metaspace": self = .metaspace(try Metaspace(component))
        case "Whitespace": self = .whitespace
        case "WhitespaceSplit": self = .whitespaceSplit
        case "Punctuation": self = .punctuation(try SplitBehavior(component) ?? .isolated)
        case "Digits": self = .digits(individual: try component.bool("individual_digits") ?? false)
        case "Delimiter", "CharDelimiterSplit": self = .delimiter(try component.character("delimiter"))
        case "Split":
            self = .split(
                try Pattern(component), try component.required("behavior", try SplitBehavior(component)),
                inverted: try component.bool("invert") ?? false)
        case "Sequence":
            var parts: [PreTokenizer] = []
            for part in try component.components("pretokenizers") { parts.append(try PreTokenizer(part)) }
            self = .sequence(parts)
        default: throw component.unsupported(type, Self.supported)
        }
    }
}

extension SplitBehavior {
    /// Reads the member `behavior`, if it is there.
    init?(_ component: Component) throws(BadInput) {
        guard let name = try component.string("behavior") else { return nil }
        guard let behavior = SplitBehavior(rawValue: name) else {
            let known = SplitBehavior.allCases.map(\.rawValue).joined(separator: ", ")
            throw component.bad("the behavior '\(name)' is not one of \(known)")
        }
        self = behavior
    }
}

extension Metaspace {
    init(_ component: Component) throws(BadInput) {
        let named = try component.string("prepend_scheme")
        var prepend = Prepend.always
        if let named {
            guard let scheme = Prepend(rawValue: named) else {
                let known = Prepend.allCases.map(\.rawValue).joined(separator: ", ")
                throw component.bad("the prepend_scheme '\(named)' is not one of \(known)")
            }
            prepend = scheme
        }
        if try component.bool("add_prefix_space") == false {
            guard named == nil || prepend == .never else {
                throw component.bad("add_prefix_space and prepend_scheme contradict each other")
            }
            prepend = .never
        }
        self.init(
            replacement: try component.character("replacement"), prepend: prepend,
            splits: try component.bool("split") ?? true)
    }
}

extension Component {
    /// A member that is one code point.
    fileprivate func character(_ name: String) throws(BadInput) -> UInt32 {
        let scalars = try required(name, try string(name)).unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { throw bad("'\(name)' is not one character") }
        return first.value
    }
}
