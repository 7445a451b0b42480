import Annotation
import ClinicalText
import Dispatch
import Glibc
import Synchronization

/// Whether what was decided is on the disk.
public enum SaveState: Hashable, Sendable {
    /// All of it is.
    case saved
    /// All of it is with the operating system and survives this process, not yet a power cut.
    case saving
    /// Some of it is in memory only; the writer goes on trying.
    case failed(reason: String)
}

/// Appends events to one annotator's journal; made by ``Journal/open(_:annotator:group:onChange:)``.
///
/// `write(2)` happens inside ``append(_:batch:note:digest:at:)``, so that a process that is killed loses nothing; `fsync`
/// follows on a thread of the writer's own. When the disk is full, nothing half written stays, the events wait in memory,
/// and the writer tries again with each append, every second, and on ``retry()``.
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
        /// -1 once closed.
        var file: Int32
        var nextSeq: Int
        /// Batches that are not written yet, oldest first.
        var waiting: [[UInt8]] = []
        /// The length to cut the file back to before anything else is written to it.
        var cutTo: Int?
        var isUnsynced = false
        var isSyncPlanned = false
        var isRetryPlanned = false
        var shown = SaveState.saved
    }

    private let state: Mutex<State>
    private let calls: FileCalls
    private let onChange: @Sendable (SaveState) -> Void
    private let queue = DispatchQueue(label: "chartmark.journal")

    /// Takes over an open, locked journal.
    init(
        file: Int32, path: String, annotator: String, nextSeq: Int, calls: FileCalls,
        onChange: @escaping @Sendable (SaveState) -> Void
    ) {
        self.path = path
        self.annotator = annotator
        self.calls = calls
        self.onChange = onChange
        state = Mutex(State(file: file, nextSeq: nextSeq))
    }

    deinit { state.withLock { closeFile(&$0) } }

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
        let at = JournalLine.timestamp(milliseconds)
        return try state.withLock { (state) throws(BadInput) in
            var bytes: [UInt8] = []
            for (index, event) in events.enumerated() {
                let line = JournalLine(
                    seq: state.nextSeq &+ index, id: event.id, batch: batch, at: at, actor: annotator, note: note,
                    digest: digest, event: event.event)
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
            if !bytes.isEmpty { state.waiting.append(bytes) }
            flush(&state)
            return events.map { RecordedEvent(id: $0.id, batch: batch, event: $0.event) }
        }
    }

    /// Tries again to write what waits in memory.
    public func retry() {
        state.withLock { state in
            flush(&state)
            if state.isUnsynced { planSync(&state) }
        }
    }

    /// Writes and syncs what is left, and gives the journal free.
    ///
    /// A second call changes nothing.
    ///
    /// - Returns: `saved`, or why some of it is not.
    @discardableResult
    public func close() -> SaveState {
        queue.sync {
            state.withLock { flush(&$0) }
            sync()
            return state.withLock { state in
                closeFile(&state)
                return state.shown
            }
        }
    }

    private func closeFile(_ state: inout State) {
        guard state.file >= 0 else { return }
        JournalLock.release(path: path)
        Glibc.close(state.file)
        state.file = -1
    }

    /// Writes each waiting batch, in order, until one fails.
    private func flush(_ state: inout State) {
        guard state.file >= 0, !state.waiting.isEmpty else { return }
        do throws(SystemError) {
            try cut(&state)
            while let batch = state.waiting.first {
                var status = stat()
                guard fstat(state.file, &status) == 0 else { throw SystemError.last }
                state.cutTo = status.st_size
                try calls.writeAll(batch, to: state.file)
                state.cutTo = nil
                state.waiting.removeFirst()
                state.isUnsynced = true
            }
            show(.saving, &state)
            planSync(&state)
        } catch {
            fail(error, &state)
        }
    }

    /// Takes back what a failed write left.
    private func cut(_ state: inout State) throws(SystemError) {
        guard let length = state.cutTo else { return }
        try calls.truncate(state.file, length)
        state.cutTo = nil
    }

    /// Waits for the disk, on the writer's own thread and without holding up an append.
    private func sync() {
        let file: Int32? = state.withLock { state in
            state.isSyncPlanned = false
            guard state.file >= 0, state.isUnsynced else { return nil }
            state.isUnsynced = false
            return state.file
        }
        guard let file else { return }
        do {
            try calls.sync(file)
            state.withLock { if !$0.isUnsynced, $0.waiting.isEmpty { show(.saved, &$0) } }
        } catch {
            state.withLock { state in
                state.isUnsynced = true
                fail(error, &state)
            }
        }
    }

    private func planSync(_ state: inout State) {
        guard !state.isSyncPlanned else { return }
        state.isSyncPlanned = true
        queue.asyncAfter(deadline: .now() + Self.syncDelay) { [weak self] in self?.sync() }
    }

    private func fail(_ error: SystemError, _ state: inout State) {
        try? cut(&state)
        show(.failed(reason: "\(path): \(error)"), &state)
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
