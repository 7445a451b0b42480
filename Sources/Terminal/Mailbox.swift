import Synchronization

/// Messages on their way to the event loop, from any thread, in the order they were posted.
///
/// Not through `MainActor`: a main thread that waits in `poll` never runs its tasks.
public final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    let pipe: WakePipe

    /// An empty mailbox.
    ///
    /// - Throws: ``TerminalError/noPipe(_:)`` when the process has no descriptors left.
    public init() throws(TerminalError) {
        pipe = try WakePipe()
    }

    /// Puts a message in and wakes the event loop.
    ///
    /// Returns at once.
    public func post(_ message: Message) {
        let wasEmpty = waiting.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        // One byte a batch: the loop takes everything when it wakes.
        if wasEmpty { pipe.wake() }
    }

    /// Takes out all that waits, the oldest first.
    package func takeAll() -> [Message] {
        waiting.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
