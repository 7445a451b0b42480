import Annotation
import ClinicalText
import Dispatch
import Storage
import Synchronization

/// Appends events to one annotator's journal; made by ``Journal/open(_:annotator:group:index:onChange:)``.
///
/// `write(2)` happens inside ``append(_:batch:note:digest:at:)``, so that a process that is killed loses nothing; `fsync`
/// follows on a thread of the writer's own. When the disk is full, nothing half written stays, the events wait in memory,
/// and the writer tries again with each append, every second, and on ``retry()``. After a failed `fsync` everything since
/// the last good one is written again. When the journal is taken away, what it held goes to a file beside it.
public final class JournalWriter: Sendable {
    /// The journal's file.
    public let path: String
    /// Whose it is.
    public let annotator: String

    /// A later batch joins the one whose `fsync` is waited for, so that quick keys cost one.
    private static let syncDelay = DispatchTimeInterval.milliseconds(50)
    /// Soon enough for a person who has just made room, too rare to be felt.
    private static let retryDelay = DispatchTimeInterval.seconds(1)

    private struct State {
        /// `nil` once closed.
        var lock: JournalLock?
        var log: SessionLog
        var nextSeq: Int
        var isSyncPlanned = false
        var isRetryPlanned = false
        var shown: SaveState
    }

    private let state: Mutex<State>
    private let onChange: @Sendable (SaveState) -> Void
    private let queue = DispatchQueue(label: "chartmark.journal")

    /// Takes over an open, locked journal.
    init(
        _ file: JournalFile, lock: JournalLock, annotator: String, nextSeq: Int,
        onChange: @escaping @Sendable (SaveState) -> Void
    ) {
        path = file.path
        self.annotator = annotator
        self.onChange = onChange
        let log = SessionLog(file, syncedBefore: lock.syncedBefore, calls: .current)
        // What an earlier session wrote may be with the operating system only.
        state = Mutex(State(lock: lock, log: log, nextSeq: nextSeq, shown: log.isOnDisk ? .saved : .saving))
        state.withLock { if !$0.log.isOnDisk { planSync(&$0, after: .nanoseconds(0)) } }
    }

    /// Whether everything is on the disk.
    public var saveState: SaveState { state.withLock { $0.shown } }

    /// Writes the events of one decision, in one write.
    ///
    /// A failure to write is not thrown: the events are kept and ``SaveState/failed(reason:)`` is shown.
    ///
    /// - Parameters:
    ///   - events: what became true, in order.
    ///   - batch: the decision's id.
    ///   - note: the note's id.
    ///   - digest: the note's SHA-256.
    ///   - milliseconds: now, since 1970.
    /// - Returns: the events as they fold into a document.
    /// - Throws: ``BadInput`` if an event cannot be written as JSON (a score that is no number); none is kept then.
    @discardableResult
    public func append(
        _ events: [IdentifiedEvent], batch: EventID, note: String, digest: TextDigest, at milliseconds: UInt64
    ) throws(BadInput) -> [RecordedEvent] {
        try append([NoteEvents(note: note, digest: digest, events: events)], batch: batch, at: milliseconds)
    }

    /// Writes the events of one decision on several notes, in one write: after a crash all of them are there or none.
    ///
    /// - Returns: the events as they fold into documents, in order.
    /// - Throws: ``BadInput`` if an event cannot be written as JSON; none is kept then.
    @discardableResult
    public func append(
        _ parts: [NoteEvents], batch: EventID, at milliseconds: UInt64
    ) throws(BadInput) -> [RecordedEvent] {
        let at = JournalLine.timestamp(milliseconds)
        let events = parts.flatMap { part in part.events.map { (part, $0) } }
        return try state.withLock { (state) throws(BadInput) in
            var bytes: [UInt8] = []
            for (index, (part, event)) in events.enumerated() {
                let line = JournalLine(
                    seq: state.nextSeq &+ index, id: event.id, batch: batch, at: at, actor: annotator, note: part.note,
                    digest: part.digest, event: event.event)
                do {
                    bytes += try JSONValue.line(line).utf8
                } catch {
                    throw BadInput(SourceLocation(path), "an event cannot be written as JSON: \(error)")
                }
                if index < events.count - 1 { bytes.append(JournalReader.continues) }
                bytes.append(UInt8(ascii: "\n"))
            }
            // A number that an edited journal took to the end of its range goes on at the other: order is that of the lines.
            state.nextSeq &+= events.count
            if !bytes.isEmpty { state.log.add(bytes) }
            flush(&state)
            return events.map { RecordedEvent(id: $1.id, batch: batch, event: $1.event) }
        }
    }

    /// Tries again to write what waits in memory.
    public func retry() {
        state.withLock { state in
            flush(&state)
            if !state.log.isOnDisk { planSync(&state) }
        }
    }

    /// Writes and syncs what is left, and gives the journal free.
    ///
    /// A second call changes nothing.
    ///
    /// - Returns: ``SaveState/saved``, or why some of it is not, or where it is instead.
    @discardableResult
    public func close() -> SaveState {
        queue.sync {
            state.withLock { flush(&$0) }
            sync()
            return state.withLock { state in
                state.lock?.release(keepingWord: state.log.hasFailedSync)
                state.lock = nil
                return state.shown
            }
        }
    }

    /// Writes each waiting batch, in order, until one fails.
    private func flush(_ state: inout State) {
        guard state.lock != nil else { return }
        do throws(SystemError) {
            try state.log.write()
            guard !state.log.isOnDisk else { return }
            // After a failed sync only a good one says otherwise.
            if !state.log.hasFailedSync { show(.saving, &state) }
            planSync(&state)
        } catch {
            fail(error, &state)
        }
    }

    /// Waits for the disk, on the writer's own thread and without holding up an append.
    private func sync() {
        let step: SessionLog.SyncStep? = state.withLock { state in
            state.isSyncPlanned = false
            guard state.lock != nil else { return nil }
            do throws(SystemError) {
                return try state.log.beginSync()
            } catch {
                fail(error, &state)
                return nil
            }
        }
        guard let step else { return }
        do {
            try step.run()
            state.withLock { state in
                if state.log.hasFailedSync { state.lock?.remember(synced: nil) }
                state.log.endSync(step)
                // Looked at once more: what was synced may no longer be what is there.
                if state.log.isDisplaced { flush(&state) }
                if state.log.isOnDisk { show(state.log.settled, &state) } else { planSync(&state) }
            }
        } catch {
            state.withLock { state in
                state.log.failSync(step)
                state.lock?.remember(synced: state.log.syncedAfterFailure)
                fail(error, &state)
            }
        }
    }

    private func planSync(_ state: inout State, after delay: DispatchTimeInterval = JournalWriter.syncDelay) {
        guard !state.isSyncPlanned else { return }
        state.isSyncPlanned = true
        queue.asyncAfter(deadline: .now() + delay) { [weak self] in self?.sync() }
    }

    private func fail(_ error: SystemError, _ state: inout State) {
        show(.failed(reason: "\(state.log.path): \(error)"), &state)
        guard !state.isRetryPlanned else { return }
        state.isRetryPlanned = true
        queue.asyncAfter(deadline: .now() + Self.retryDelay) { [weak self] in
            self?.state.withLock { $0.isRetryPlanned = false }
            self?.retry()
        }
    }

    private func show(_ new: SaveState, _ state: inout State) {
        guard state.shown != new else { return }
        state.shown = new
        onChange(new)
    }
}

/// What one decision says of a note.
public struct NoteEvents: Sendable {
    /// The note's id.
    public let note: String
    /// The note's SHA-256.
    public let digest: TextDigest
    /// What became true, in order.
    public let events: [IdentifiedEvent]

    /// Takes the parts.
    public init(note: String, digest: TextDigest, events: [IdentifiedEvent]) {
        self.note = note
        self.digest = digest
        self.events = events
    }
}
