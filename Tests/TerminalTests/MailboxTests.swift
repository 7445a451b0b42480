import Terminal
import Testing

@Suite("Mailbox")
struct MailboxTests {
    @Test("gives messages once, the oldest first")
    func order() throws {
        let mailbox = try Mailbox<String>()
        mailbox.post("a")
        mailbox.post("b")
        #expect(mailbox.takeAll() == ["a", "b"])
        #expect(mailbox.takeAll() == [])
    }

    @Test("loses nothing and keeps each sender's order when several threads post")
    func threads() async throws {
        let mailbox = try Mailbox<[Int]>()
        let senders = 8
        let each = 500
        var received: [[Int]] = []
        await withTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in 0..<each { mailbox.post([sender, number]) }
                }
            }
            received += mailbox.takeAll()
        }
        received += mailbox.takeAll()
        #expect(received.count == senders * each)
        for sender in 0..<senders {
            #expect(received.filter { $0[0] == sender }.map { $0[1] } == Array(0..<each))
        }
    }
}
