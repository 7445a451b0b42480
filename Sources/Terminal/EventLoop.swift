import Glibc
import Screen

/// Something that a screen program has to answer to.
public enum TerminalEvent<Message: Sendable>: Sendable {
    /// A key was pressed, or a text pasted.
    case key(Key)
    /// The terminal has another size.
    case resize(ScreenSize)
    /// Something arrived in the mailbox.
    case message(Message)
    /// The program was stopped (Ctrl-Z) and goes on; the screen is already drawn again.
    case resumed
    /// The terminal said what it writes on: the next frame is drawn in other colours.
    case groundKnown
    /// The time that was asked for is over, and nothing else happened.
    case tick
    /// SIGTERM, SIGHUP, SIGINT, or the terminal went away: finish what is being saved, close the session, leave.
    /// Asked again a second later, the process is killed.
    case terminate
}

extension TerminalEvent: Equatable where Message: Equatable {}

/// Waits, without using the processor, for keys, signals and messages.
public final class EventLoop<Message: Sendable> {
    private let source: any EventSource
    private let mailbox: Mailbox<Message>
    private var decoder = KeyDecoder()
    private var inputEnded = false
    private var emptyReads = 0

    /// A loop over a session's terminal and a mailbox.
    ///
    /// One a session; the session must be open as long as it is used.
    public convenience init(_ session: TerminalSession, mailbox: Mailbox<Message>) {
        self.init(source: session, mailbox: mailbox)
    }

    /// A loop over any source of keys.
    package init(source: any EventSource, mailbox: Mailbox<Message>) {
        self.source = source
        self.mailbox = mailbox
        source.setWake(mailbox.pipe.writeEnd)
    }

    deinit { source.setWake(-1) }

    /// Waits until something happens, and returns all of it: what was typed fast is handled before the next frame.
    ///
    /// - Parameter timeout: how long to wait before a ``TerminalEvent/tick``, rounded up to milliseconds; `nil` waits
    ///   for ever.
    /// - Returns: at least one event. Resizes come first, then keys, then messages, then a request to leave.
    public func nextEvents(timeout: Duration? = nil) -> [TerminalEvent<Message>] {
        let deadline = timeout.map { ContinuousClock.now.advanced(by: $0) }
        while true {
            let wait = deadline.map { Self.milliseconds($0 - ContinuousClock.now) }
            let hasInput = poll(milliseconds: wait ?? -1)
            let events = takeEvents(hasInput: hasInput)
            if !events.isEmpty { return events }
            if let deadline, ContinuousClock.now >= deadline { return [.tick] }
        }
    }

    private func takeEvents(hasInput: Bool) -> [TerminalEvent<Message>] {
        var events: [TerminalEvent<Message>] = []
        let sizeBefore = source.size
        let requests = source.takeRequests()
        if requests.contains(.suspend) {
            source.suspend()
        } else if requests.contains(.resume) {
            source.resume()
        }
        if requests.contains(.resize) { source.adoptSize() }
        if !requests.isDisjoint(with: [.suspend, .resume]) { events.append(.resumed) }
        if source.size != sizeBefore { events.append(.resize(source.size)) }

        if hasInput {
            events += readKeys().map { .key($0) }
            if let ground = decoder.takeGround() {
                source.adopt(ground)
                events.append(.groundKnown)
            }
        }
        events += mailbox.takeAll().map { .message($0) }
        if requests.contains(.terminate) || (inputEnded && hasInput) { events.append(.terminate) }
        return events
    }

    private func readKeys() -> [Key] {
        var raw: [RawKey] = []
        while let key = source.readRawKey() { raw.append(key) }
        // A terminal that is always ready and never has a byte is gone. Now and then nothing is there any more:
        // Ctrl-Z throws away what was typed before it.
        emptyReads = raw.isEmpty ? emptyReads + 1 : 0
        if emptyReads > Self.emptyReadLimit { inputEnded = true }
        return decoder.decode(raw)
    }

    private static var emptyReadLimit: Int { 100 }

    /// Waits for a key, a signal or a message; says whether there is input.
    private func poll(milliseconds: Int32) -> Bool {
        var descriptors = [
            pollfd(fd: mailbox.pipe.readEnd, events: Int16(POLLIN), revents: 0),
            // A negative one is passed over: a terminal that went away would be ready for ever.
            pollfd(fd: inputEnded ? -1 : source.inputDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard Glibc.poll(&descriptors, 2, milliseconds) > 0 else { return false }
        // Drained before the queue is emptied, so that a later post wakes again.
        if descriptors[0].revents != 0 { mailbox.pipe.drain() }
        if descriptors[1].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { inputEnded = true }
        return descriptors[1].revents != 0
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        // A month is as good as for ever, and fits.
        if seconds >= 2_000_000 { return 2_000_000_000 }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(0, Int32(seconds * 1000 + rest))
    }
}
