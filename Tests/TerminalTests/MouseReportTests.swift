import Screen
import Terminal
import Testing

@Suite("Mouse reports")
struct MouseReportTests {
    private func decode(_ batches: String...) -> [Key] {
        var decoder = KeyDecoder()
        return batches.flatMap { decoder.decode($0.utf8.map(RawKey.byte)) }
    }

    @Test(
        "are read in their SGR form",
        arguments: [
            ("0;10;5M", MouseAction(.press, row: 4, column: 9)), ("0;10;5m", MouseAction(.release, row: 4, column: 9)),
            ("32;11;5M", MouseAction(.drag, row: 4, column: 10)), ("64;1;1M", MouseAction(.wheelUp, row: 0, column: 0)),
            ("65;300;250M", MouseAction(.wheelDown, row: 249, column: 299)),
            ("16;2;3M", MouseAction(.press, row: 2, column: 1)),
        ])
    func read(report: String, action: MouseAction) {
        #expect(decode("\u{1B}[<\(report)a") == [.mouse(action), .character("a")])
    }

    @Test(
        "of other buttons and nonsense mean nothing, and no part of them is a command",
        arguments: [
            "1;10;5M", "2;10;5M", "35;10;5M", "66;1;1M", "0;0;5M", "0;-1;5M", "0;10M", "M", "0;10;5;7M", ";;M",
            "99999999999999999999;1;1M",
        ])
    func nothing(report: String) { #expect(decode("\u{1B}[<\(report)a") == [.character("a")]) }

    @Test("may come in two parts: the M at their end would be a label")
    func parts() {
        #expect(
            decode("\u{1B}[<0;1", "0;5", "Mx") == [.mouse(MouseAction(.press, row: 4, column: 9)), .character("x")])
    }

    @Test("in their first form are swallowed whole, though their bytes are letters")
    func old() {
        #expect(decode("\u{1B}[M !!a") == [.character("a")])
        #expect(decode("\u{1B}[M ", "A", "Bx") == [.character("x")])
    }
}
