import ClinicalText

extension EventID: Codable {
    /// Reads a string.
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

/// The journal's form, the kind as the only member: `{"accepted":{"span":{…},"model":"…","score":0.9}}`,
/// `{"completed":{}}`.
extension Event: Codable {
    private enum Kind: String, CodingKey, CaseIterable {
        case created, accepted, rejected, edited, relabelled, deleted, attribute, noteLabel, comment, completed, skipped
        case reopened, undone, redone
    }

    private enum Key: String, CodingKey { case span, model, score, target, from, to, name, value, values, text }

    /// Reads an event.
    ///
    /// - Throws: `DecodingError` for an unknown kind, more or less than one kind, or a missing member.
    public init(from decoder: any Decoder) throws {
        let kinds = try decoder.container(keyedBy: Kind.self)
        guard let kind = kinds.allKeys.first, kinds.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an event has one member, one of "
                        + Kind.allCases.map(\.rawValue).joined(separator: ", ")))
        }
        let container = try kinds.nestedContainer(keyedBy: Key.self, forKey: kind)
        func suggestion() throws -> Suggestion {
            Suggestion(
                content: try container.decode(SpanContent.self, forKey: .span),
                model: try container.decode(String.self, forKey: .model),
                score: try container.decode(Double.self, forKey: .score))
        }
        func target() throws -> EventID { try container.decode(EventID.self, forKey: .target) }
        switch kind {
        case .created: self = .created(try container.decode(SpanContent.self, forKey: .span))
        case .accepted: self = .accepted(try suggestion())
        case .rejected: self = .rejected(try suggestion())
        case .edited:
            self = .edited(
                target: try target(), from: try container.decode(SpanContent.self, forKey: .from),
                to: try container.decode(SpanContent.self, forKey: .to))
        case .relabelled:
            self = .relabelled(
                target: try target(), from: try container.decode(String.self, forKey: .from),
                to: try container.decode(String.self, forKey: .to))
        case .deleted: self = .deleted(target: try target())
        case .attribute:
            self = .attribute(
                target: try target(), name: try container.decode(String.self, forKey: .name),
                value: try container.decode(String.self, forKey: .value))
        case .noteLabel:
            self = .noteLabel(
                name: try container.decode(String.self, forKey: .name),
                values: try container.decode([String].self, forKey: .values))
        case .comment:
            self = .comment(
                target: try container.decodeIfPresent(EventID.self, forKey: .target),
                text: try container.decode(String.self, forKey: .text))
        case .completed: self = .completed
        case .skipped: self = .skipped
        case .reopened: self = .reopened
        case .undone: self = .undone(target: try target())
        case .redone: self = .redone(target: try target())
        }
    }

    /// Writes the same form.
    public func encode(to encoder: any Encoder) throws {
        var kinds = encoder.container(keyedBy: Kind.self)
        func members(_ kind: Kind, target: EventID? = nil) throws -> KeyedEncodingContainer<Key> {
            var container = kinds.nestedContainer(keyedBy: Key.self, forKey: kind)
            try container.encodeIfPresent(target, forKey: .target)
            return container
        }
        func encode(_ kind: Kind, _ suggestion: Suggestion) throws {
            var container = try members(kind)
            try container.encode(suggestion.content, forKey: .span)
            try container.encode(suggestion.model, forKey: .model)
            try container.encode(suggestion.score, forKey: .score)
        }
        switch self {
        case .created(let content):
            var container = try members(.created)
            try container.encode(content, forKey: .span)
        case .accepted(let suggestion): try encode(.accepted, suggestion)
        case .rejected(let suggestion): try encode(.rejected, suggestion)
        case .edited(let target, let from, let to):
            var container = try members(.edited, target: target)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
        case .relabelled(let target, let from, let to):
            var container = try members(.relabelled, target: target)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
        case .deleted(let target): _ = try members(.deleted, target: target)
        case .attribute(let target, let name, let value):
            var container = try members(.attribute, target: target)
            try container.encode(name, forKey: .name)
            try container.encode(value, forKey: .value)
        case .noteLabel(let name, let values):
            var container = try members(.noteLabel)
            try container.encode(name, forKey: .name)
            try container.encode(values, forKey: .values)
        case .comment(let target, let text):
            var container = try members(.comment, target: target)
            try container.encode(text, forKey: .text)
        case .completed: _ = try members(.completed)
        case .skipped: _ = try members(.skipped)
        case .reopened: _ = try members(.reopened)
        case .undone(let target): _ = try members(.undone, target: target)
        case .redone(let target): _ = try members(.redone, target: target)
        }
    }
}
