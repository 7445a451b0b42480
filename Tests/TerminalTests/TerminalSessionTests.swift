import Glibc
import Terminal
import Testing

@Suite("TerminalSession")
struct TerminalSessionTests {
    @Test("refuses an input that is no terminal", .enabled(if: isatty(STDIN_FILENO) == 0))
    func noTerminal() {
        #expect(throws: TerminalError.inputIsNoTerminal) { try TerminalSession() }
    }

    @Test("says what is wrong and what to do")
    func messages() {
        #expect(TerminalError.inputIsNoTerminal.description.hasPrefix("standard input is not a terminal"))
        #expect(TerminalError.outputIsNoTerminal.description.hasPrefix("standard output is not a terminal"))
        let unknown = TerminalError.unknownTerminal("nonsense").description
        #expect(unknown.contains("TERM=nonsense") && unknown.contains("try TERM=xterm-256color"))
        #expect(TerminalError.unknownTerminal("").description.hasPrefix("TERM is not set"))
    }
}
