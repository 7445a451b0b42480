import Annotation
import ClinicalText

/// One line of a journal: an event, who made it true, when, and on which note.
public struct JournalLine: Hashable, Sendable, Codable {
    /// The version of the form that this program writes.
    public static let version = 1

    /// The version of the form this line is in.
    public var v: Int
    /// The line's place in its journal, counted from 1.
    public var seq: Int
    /// The event's id.
    public var id: EventID
    /// Shared by the events of one decision.
    public var batch: EventID
    /// When: UTC, to the millisecond, as `2026-11-22T02:08:46.120Z`.
    public var at: String
    /// Who decided.
    public var actor: String
    /// The note's id.
    public var note: String
    /// The note's SHA-256 at that time.
    public var digest: TextDigest
    /// What became true.
    public var event: Event

    /// Makes a line of the present version.
    public init(
        seq: Int, id: EventID, batch: EventID, at: String, actor: String, note: String, digest: TextDigest, event: Event
    ) {
        v = Self.version
        self.seq = seq
        self.id = id
        self.batch = batch
        self.at = at
        self.actor = actor
        self.note = note
        self.digest = digest
        self.event = event
    }

    /// Reads the form of this program's own lines; `nil` where `init(from:)` has to look.
    init?(_ json: OrderedJSON) {
        guard json["v"]?.int == Self.version, let seq = json["seq"]?.int, let id = json["id"]?.string,
            let batch = json["batch"]?.string, let at = json["at"]?.string, let actor = json["actor"]?.string,
            let note = json["note"]?.string, let digest = json["digest"]?.string.flatMap(TextDigest.init),
            let event = json["event"].flatMap(Event.init)
        else { return nil }
        self.init(
            seq: seq, id: EventID(id), batch: EventID(batch), at: at, actor: actor, note: note, digest: digest,
            event: event)
    }

    /// The event without the journal's stamp, for the fold.
    public var recorded: RecordedEvent { RecordedEvent(id: id, batch: batch, event: event) }
}

extension JournalLine {
    /// Writes a moment as `2026-11-22T02:08:46.120Z`.
    ///
    /// The calendar is counted in eras of 400 years (146,097 days), each starting on 1 March, so that the leap day comes
    /// last and needs no case of its own.
    ///
    /// - Parameter milliseconds: since 1970, UTC.
    public static func timestamp(_ milliseconds: UInt64) -> String {
        let seconds = milliseconds / 1000
        // 719,468 days lie between 1 March of the year 0 and 1970.
        let day = seconds / 86_400 + 719_468
        let era = day / 146_097
        let dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        func digits(_ value: UInt64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfMonth, 2))T"
            + "\(digits(seconds / 3600 % 24, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
            + ".\(digits(milliseconds % 1000, 3))Z"
    }
}
