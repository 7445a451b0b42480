import ClinicalText

/// The id of an event, and of the span that it brought in: a ULID.
public struct EventID: Hashable, Comparable, Sendable {
    /// 26 characters of Crockford's base 32 (other programs' ids are kept as they are).
    public let value: String

    /// Takes an id as it stands.
    public init(_ value: String) { self.value = value }

    /// Orders as strings, which for ULIDs is the order in time.
    public static func < (left: EventID, right: EventID) -> Bool { left.value < right.value }
}

/// A fact about a note that a person made true; what a line of the journal holds under `event`.
public enum Event: Hashable, Sendable {
    /// A person marked a span.
    case created(SpanContent)
    /// A person accepted what was offered.
    case accepted(Suggestion)
    /// A person rejected what was offered, undecided or accepted before.
    case rejected(Suggestion)
    /// A person moved a span's edges.
    case edited(target: EventID, from: SpanContent, to: SpanContent)
    /// A person gave a span another label.
    case relabelled(target: EventID, from: String, to: String)
    /// A person removed a span of their own.
    case deleted(target: EventID)
    /// A person gave a span an attribute's value.
    case attribute(target: EventID, name: String, value: String)
    /// A person chose the values of a label of the whole note; none clears it.
    case noteLabel(name: String, values: [String])
    /// A person wrote a remark on a span, or on the note.
    case comment(target: EventID?, text: String)
    /// The note is finished.
    case completed
    /// The note is left out of training.
    case skipped
    /// A finished or skipped note is open again.
    case reopened
    /// An event, or a whole batch, does not count any more.
    case undone(target: EventID)
    /// It counts again.
    case redone(target: EventID)
}

/// An event with its id, before the journal stamps it with time and person.
public struct IdentifiedEvent: Hashable, Sendable {
    /// The event's id.
    public let id: EventID
    /// What became true.
    public let event: Event

    /// Names an event.
    public init(id: EventID, event: Event) {
        self.id = id
        self.event = event
    }
}

/// An event as the journal keeps it for one note.
public struct RecordedEvent: Hashable, Sendable {
    /// The event's id.
    public let id: EventID
    /// What was decided with one key shares a batch, and is undone whole.
    public let batch: EventID
    /// What became true.
    public let event: Event

    /// Makes a recorded event.
    public init(id: EventID, batch: EventID, event: Event) {
        self.id = id
        self.batch = batch
        self.event = event
    }
}
