/// What may be marked in a project: span labels with their keys, attributes of spans, labels of whole notes.
///
/// The `schema.json` of a project; also derived from a model's labels where a project has none.
public struct LabelSchema: Hashable, Sendable, Codable {
    /// Labels of spans, in the order of the legend.
    public var spans: [SpanLabel]
    /// Attributes such as assertion.
    public var attributes: [SpanAttribute]
    /// Labels of the whole note.
    public var noteLabels: [NoteLabel]

    /// Makes a schema.
    public init(spans: [SpanLabel], attributes: [SpanAttribute] = [], noteLabels: [NoteLabel] = []) {
        self.spans = spans
        self.attributes = attributes
        self.noteLabels = noteLabels
    }

    /// Reads a schema in which each of the three parts may be absent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        spans = try container.decodeIfPresent([SpanLabel].self, forKey: .spans) ?? []
        attributes = try container.decodeIfPresent([SpanAttribute].self, forKey: .attributes) ?? []
        noteLabels = try container.decodeIfPresent([NoteLabel].self, forKey: .noteLabels) ?? []
    }

    /// The label of this name.
    public func spanLabel(named name: String) -> SpanLabel? { spans.first { $0.label == name } }

    /// The label on this capital.
    public func spanLabel(on key: Character) -> SpanLabel? { spans.first { $0.key == key } }

    /// The label a model's or file's name stands for: itself, or the one that has it among its aliases.
    public func spanLabel(standingFor name: String) -> SpanLabel? {
        spanLabel(named: name) ?? spans.first { $0.aliases.contains(name) }
    }

    /// The note label of this name.
    public func noteLabel(named name: String) -> NoteLabel? { noteLabels.first { $0.name == name } }

    /// What is wrong with the schema, one sentence each; empty if nothing is.
    public var problems: [String] {
        var problems: [String] = []
        if spans.isEmpty && noteLabels.isEmpty { problems.append("the schema has neither 'spans' nor 'noteLabels'") }
        problems += Self.repeated(spans.map(\.label)).map { "the span label '\($0)' is given twice" }
        problems += Self.repeated(spans.compactMap { $0.key.map(String.init) }).map {
            "the key '\($0)' is given to two labels"
        }
        for label in spans {
            if label.label.isEmpty { problems.append("a span label has an empty name") }
            if let key = label.key, !("A"..."Z").contains(key) {
                problems.append("the key '\(key)' of '\(label.label)' is not one of the capitals A to Z")
            }
        }
        problems += Self.repeated(noteLabels.map(\.name)).map { "the note label '\($0)' is given twice" }
        problems += noteLabels.filter { $0.values.isEmpty }.map { "the note label '\($0.name)' has no values" }
        problems += Self.repeated(attributes.map(\.name)).map { "the attribute '\($0)' is given twice" }
        problems += attributeProblems
        return problems
    }

    private static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        var twice: Set<String> = []
        return names.filter { !seen.insert($0).inserted && twice.insert($0).inserted }
    }
}

/// A label of spans.
public struct SpanLabel: Hashable, Sendable {
    /// Its name, as exported.
    public var label: String
    /// The capital that gives it; `nil` where none was free: then Space, the picker, gives it.
    public var key: Character?
    /// The name of a hue of the screen's palette; `nil` for the next free one.
    public var color: String?
    /// One line: what it is for.
    public var definition: String
    /// One line: an example.
    public var example: String
    /// Other names under which a model or a file knows it.
    public var aliases: [String]

    /// Makes a label.
    public init(
        label: String, key: Character? = nil, color: String? = nil, definition: String = "", example: String = "",
        aliases: [String] = []
    ) {
        self.label = label
        self.key = key
        self.color = color
        self.definition = definition
        self.example = example
        self.aliases = aliases
    }
}

extension SpanLabel: Codable {
    private enum CodingKeys: String, CodingKey { case label, key, color, definition, example, aliases }

    /// Reads a label of which only the name is needed.
    ///
    /// - Throws: `DecodingError` if `key` is not one character.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        label = try container.decode(String.self, forKey: .label)
        let key = try container.decodeIfPresent(String.self, forKey: .key)
        if let key, key.count != 1 {
            throw DecodingError.dataCorruptedError(
                forKey: .key, in: container, debugDescription: "the key '\(key)' of '\(label)' is not one character")
        }
        self.key = key?.first
        color = try container.decodeIfPresent(String.self, forKey: .color)
        definition = try container.decodeIfPresent(String.self, forKey: .definition) ?? ""
        example = try container.decodeIfPresent(String.self, forKey: .example) ?? ""
        aliases = try container.decodeIfPresent([String].self, forKey: .aliases) ?? []
    }

    /// Writes the label, leaving out what is empty.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(label, forKey: .label)
        try container.encodeIfPresent(key.map(String.init), forKey: .key)
        try container.encodeIfPresent(color, forKey: .color)
        if !definition.isEmpty { try container.encode(definition, forKey: .definition) }
        if !example.isEmpty { try container.encode(example, forKey: .example) }
        if !aliases.isEmpty { try container.encode(aliases, forKey: .aliases) }
    }
}

/// An attribute of spans, such as assertion: one value each.
public struct SpanAttribute: Hashable, Sendable, Codable {
    /// A value and the letter that gives it.
    public struct Value: Hashable, Sendable, Codable {
        /// The value, as exported.
        public var value: String
        /// The letter after `t`.
        public var key: String

        /// Names a value.
        public init(value: String, key: String) {
            self.value = value
            self.key = key
        }
    }
    /// Its name, as exported.
    public var name: String
    /// The values to choose from.
    public var values: [Value]
    /// What a span has that was given none.
    public var `default`: String?
    /// The labels whose spans have it; `nil` for all.
    public var labels: [String]?
    /// The folder of a sequence classifier that proposes a value, its target marked as `[entity] … [entity]`.
    public var model: String?

    /// Makes an attribute.
    public init(
        name: String, values: [Value], default standard: String? = nil, labels: [String]? = nil, model: String? = nil
    ) {
        self.name = name
        self.values = values
        self.default = standard
        self.labels = labels
        self.model = model
    }
}

/// A label of the whole note: one value, or any number.
public struct NoteLabel: Hashable, Sendable, Codable {
    /// How many values a note may have.
    public enum Choice: String, Hashable, Sendable, Codable {
        /// Exactly one.
        case one
        /// Any number.
        case many
    }
    /// Its name, as exported.
    public var name: String
    /// How many values a note may have.
    public var choose: Choice
    /// The values to choose from.
    public var values: [String]

    /// Makes a note label.
    public init(name: String, choose: Choice, values: [String]) {
        self.name = name
        self.choose = choose
        self.values = values
    }
}
