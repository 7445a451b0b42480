import Glibc
import Screen
import Terminal
import Testing

/// A terminal made of a pipe.
private final class PipeTerminal: EventSource {
    let inputDescriptor: Int32
    private var typing: Int32
    private var wake: Int32 = -1
    var size = ScreenSize(columns: 80, rows: 24)
    var sizeOutside = ScreenSize(columns: 80, rows: 24)
    var requests: Requests = []
    var calls: [String] = []

    init() {
        var ends: (Int32, Int32) = (-1, -1)
        _ = withUnsafeMutableBytes(of: &ends) { $0.withMemoryRebound(to: Int32.self) { pipe($0.baseAddress) } }
        (inputDescriptor, typing) = ends
        _ = fcntl(inputDescriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(inputDescriptor)
        hangUp()
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(typing, bytes, bytes.count)
    }

    func hangUp() {
        if typing >= 0 { close(typing) }
        typing = -1
    }

    /// As a signal handler does.
    func ask(_ request: Requests) {
        requests.formUnion(request)
        var byte: UInt8 = 0
        _ = write(wake, &byte, 1)
    }

    func readRawKey() -> RawKey? {
        var byte: UInt8 = 0
        return read(inputDescriptor, &byte, 1) == 1 ? .byte(byte) : nil
    }
    func setWake(_ descriptor: Int32) { wake = descriptor }
    func takeRequests() -> Requests {
        defer { requests = [] }
        return requests
    }
    func adoptSize() {
        size = sizeOutside
        calls.append("adoptSize")
    }
    func adopt(_ ground: Ground) { calls.append("adopt \(ground)") }
    func suspend() {
        size = sizeOutside
        calls.append("suspend")
    }
    func resume() {
        size = sizeOutside
        calls.append("resume")
    }
}

@Suite("EventLoop")
struct EventLoopTests {
    private let terminal = PipeTerminal()
    private let mailbox: Mailbox<Int>
    private let loop: EventLoop<Int>

    init() throws {
        mailbox = try Mailbox<Int>()
        loop = EventLoop(source: terminal, mailbox: mailbox)
    }

    @Test("delivers all that was typed in one batch")
    func batch() {
        terminal.type("nnA\r")
        #expect(
            loop.nextEvents() == [.key(.character("n")), .key(.character("n")), .key(.character("A")), .key(.enter)])
    }

    @Test("delivers keys before messages")
    func order() {
        mailbox.post(1)
        mailbox.post(2)
        terminal.type("a")
        #expect(loop.nextEvents() == [.key(.character("a")), .message(1), .message(2)])
    }

    @Test("wakes for a message from another thread")
    func message() async {
        let mailbox = mailbox
        let sender = Task.detached { mailbox.post(7) }
        #expect(loop.nextEvents() == [.message(7)])
        await sender.value
    }

    @Test("wakes again for a message posted after the last batch")
    func again() {
        for number in 0..<100 {
            mailbox.post(number)
            #expect(loop.nextEvents() == [.message(number)])
        }
    }

    @Test("ticks when the time is over, and not before")
    func tick() {
        let start = ContinuousClock.now
        #expect(loop.nextEvents(timeout: .milliseconds(20)) == [.tick])
        #expect(ContinuousClock.now - start >= .milliseconds(20))
        #expect(loop.nextEvents(timeout: .zero) == [.tick])
        #expect(loop.nextEvents(timeout: .seconds(-5)) == [.tick])
    }

    @Test("does not tick while there is something to do")
    func noTick() {
        terminal.type("a")
        #expect(loop.nextEvents(timeout: .zero) == [.key(.character("a"))])
        terminal.type("b")
        #expect(loop.nextEvents(timeout: .seconds(Int64.max)) == [.key(.character("b"))])
    }

    @Test("waits on after a wake that brought nothing")
    func spurious() {
        terminal.ask([])
        #expect(loop.nextEvents(timeout: .milliseconds(20)) == [.tick])
    }

    @Test("says a new size once, before what was typed")
    func resize() {
        terminal.sizeOutside = ScreenSize(columns: 120, rows: 40)
        terminal.type("a")
        terminal.ask(.resize)
        #expect(loop.nextEvents() == [.resize(terminal.sizeOutside), .key(.character("a"))])
        terminal.ask(.resize)
        #expect(loop.nextEvents(timeout: .zero) == [.tick])
    }

    @Test("stops for Ctrl-Z and says that it goes on, and the size it finds")
    func suspend() {
        terminal.ask(.suspend)
        #expect(loop.nextEvents() == [.resumed])
        #expect(terminal.calls == ["suspend"])
        terminal.sizeOutside = ScreenSize(columns: 60, rows: 20)
        terminal.ask(.suspend)
        #expect(loop.nextEvents() == [.resumed, .resize(terminal.sizeOutside)])
    }

    @Test("takes the screen again after a stop from outside")
    func resumed() {
        terminal.ask(.resume)
        #expect(loop.nextEvents() == [.resumed])
        #expect(terminal.calls == ["resume"])
    }

    @Test("asks to leave after what came before")
    func terminate() {
        mailbox.post(1)
        terminal.type("a")
        terminal.ask(.terminate)
        #expect(loop.nextEvents() == [.key(.character("a")), .message(1), .terminate])
    }

    @Test("asks to leave once when the terminal goes away, and does not spin")
    func hangUp() {
        terminal.type("a")
        terminal.hangUp()
        #expect(loop.nextEvents() == [.key(.character("a")), .terminate])
        #expect(loop.nextEvents(timeout: .milliseconds(5)) == [.tick])
        mailbox.post(3)
        #expect(loop.nextEvents() == [.message(3)])
    }

    @Test("tells what the terminal writes on, after the keys beside the answer")
    func ground() {
        terminal.type("a\u{1B}]11;rgb:ffff/ffff/ffff\u{07}")
        #expect(loop.nextEvents() == [.key(.character("a")), .groundKnown])
        #expect(terminal.calls == ["adopt light"])
        terminal.type("b")
        #expect(loop.nextEvents() == [.key(.character("b"))])
    }

    @Test("keeps a character together whose bytes come in two batches")
    func split() {
        terminal.type("é")
        #expect(loop.nextEvents() == [.key(.character("é"))])
    }
}
