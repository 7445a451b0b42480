import ClinicalText

/// A span that stands in a note: a person made it, or accepted it.
public struct EntitySpan: Hashable, Sendable, Identifiable {
    /// The id of the event that brought it in; edits keep it.
    public let id: EventID
    /// Where and what it is now.
    public var content: SpanContent
    /// What had been offered; `nil` for a span that a person made.
    public let offered: Suggestion?
    /// Attributes given to it, by name.
    public var attributes: [String: String]

    /// Makes a span.
    public init(id: EventID, content: SpanContent, offered: Suggestion? = nil, attributes: [String: String] = [:]) {
        self.id = id
        self.content = content
        self.offered = offered
        self.attributes = attributes
    }

    /// Whose it is, for the exports.
    public var source: SpanSource {
        // What an adjudicator took over was made by people.
        guard let offered, !offered.isFromAnnotators else { return .human }
        if !offered.content.marksTheSame(as: content) { return .corrected }
        return offered.model == Suggestion.importedModel ? .imported : .model
    }
}

extension Suggestion {
    /// The `model` of spans that came with the note's record and name none.
    public static let importedModel = "imported"
}

/// Who is answerable for a span.
public enum SpanSource: String, Hashable, Sendable, Codable {
    /// A model offered it and a person accepted it as it was.
    case model
    /// A person made it.
    case human
    /// A model offered it and a person changed it.
    case corrected
    /// It came with the note's record and a person accepted it.
    case imported
}

/// A suggestion that a person said no to.
public struct RejectedSpan: Hashable, Sendable, Identifiable {
    /// The id of the rejecting event.
    public let id: EventID
    /// What had been offered.
    public let offered: Suggestion

    /// Makes a rejection.
    public init(id: EventID, offered: Suggestion) {
        self.id = id
        self.offered = offered
    }
}

/// A remark on a span or on the whole note.
public struct Comment: Hashable, Sendable, Identifiable {
    /// The id of the event that wrote it.
    public let id: EventID
    /// The span it is about; `nil` for the note.
    public let target: EventID?
    /// What it says.
    public let text: String

    /// Makes a comment.
    public init(id: EventID, target: EventID?, text: String) {
        self.id = id
        self.target = target
        self.text = text
    }
}
