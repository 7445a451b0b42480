import FoundationEssentials
import Glibc

/// A terminal of a fixed size in a tmux server of its own, with one program in it.
///
/// tmux is spoken to in its control mode, in which it says when the program has drawn something: a test waits for that,
/// never for a span of time.
final class TerminalWindow {
    /// What was waited for did not come.
    struct Missing: Error, CustomStringConvertible {
        let what: String
        let screen: ScreenText?

        var description: String { "waited in vain for \(what)\n\(screen.map(\.description) ?? "(no screen)")" }
    }

    /// How long the screen may stay without what is waited for: far more than a busy machine needs.
    private static let patience = Duration.seconds(60)

    /// Where tmux is; `nil` on a machine without it.
    static let program: String? = {
        let usual: [String] = ["/usr/bin/tmux", "/bin/tmux", "/usr/local/bin/tmux"]
        return usual.first { (path: String) -> Bool in access(path, X_OK) == 0 }
    }()

    static var isMissing: Bool { program == nil }

    /// Why tests are skipped without it.
    static let missing = "tmux is not installed (Debian: apt install tmux)"

    private let lines: LineSocket
    private let client: pid_t

    /// Opens a terminal and runs `command` in it through a shell.
    ///
    /// When the command ends, `exit status N` is shown and the terminal stays.
    init(
        _ command: String, in folder: String, columns: Int, rows: Int, environment: [String: String]
    ) throws {
        guard let program = Self.program else { throw Missing(what: "tmux", screen: nil) }
        let server = ["-u", "-L", "chartmark-\(UUID().uuidString)", "-f", "/dev/null"]
        // A program that was killed leaves the terminal as it had it.
        let kept = command + "; code=$?; stty sane; printf '\\r\\n\\033[Kexit status %s\\n' $code; read -r _"
        let started = try CommandRun(
            program,
            server + [
                "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", kept, ";", "set-option", "-g", "status",
                "off", ";",
                "set-option", "-g", "window-size", "manual",
            ], in: folder, environment: environment)
        guard started.exitCode == 0 else { throw Missing(what: "tmux to start: \(started.errors)", screen: nil) }

        let ends = try CommandRun.socketPair()
        defer { close(ends[1]) }
        lines = LineSocket(ends[0])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        client = try CommandRun.start(
            program, server + ["-C", "attach-session"], in: folder, environment: environment, actions: &actions)
        // The server ends with this client, also when the test crashes.
        try tell("set-option -g destroy-unattached on")
    }

    deinit {
        lines.send("kill-server")
        // The server waits for this client, and the client for the end of its input.
        lines.end()
        var status: Int32 = 0
        while waitpid(client, &status, 0) < 0, errno == EINTR {}
    }

    // MARK: Keys

    /// Presses keys by tmux's names: `a`, `Enter`, `C-r`, `Escape`, `BTab`.
    func press(_ keys: String...) throws {
        try tell("send-keys -- " + keys.map(Self.quoted).joined(separator: " "))
    }

    /// Types text, letter by letter.
    func type(_ text: String) throws { try tell("send-keys -l -- " + Self.quoted(text)) }

    /// Sends bytes as a terminal does: what the mouse did, a bracketed paste.
    func send(_ bytes: String) throws {
        try tell("send-keys -H " + bytes.utf8.map { String($0, radix: 16) }.joined(separator: " "))
    }

    /// Changes the terminal's size.
    func resize(columns: Int, rows: Int) throws { try tell("resize-window -x \(columns) -y \(rows)") }

    // MARK: Screen

    /// What the terminal shows now.
    func screen() throws -> ScreenText { ScreenText(lines: try tell("capture-pane -p")) }

    /// The same with the sequences that set colours and attributes.
    func styledScreen() throws -> String { try tell("capture-pane -p -e").joined(separator: "\n") }

    /// Whether the program asked for the mouse, in its SGR form.
    var mouseIsOn: Bool {
        get throws {
            let flags =
                try tell("display-message -p '#{mouse_button_flag}#{mouse_sgr_flag}#{mouse_any_flag}'").first ?? ""
            return flags.contains("1")
        }
    }

    /// Waits until the screen holds some words.
    @discardableResult
    func wait(for words: String) throws -> ScreenText { try wait("“\(words)”") { $0.contains(words) } }

    /// Waits until the screen is as it should be.
    @discardableResult
    func wait(_ what: String, until holds: (ScreenText) throws -> Bool) throws -> ScreenText {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let screen = try screen()
            if try holds(screen) { return screen }
            repeat {
                guard let line = lines.next(until: deadline) else { throw Missing(what: what, screen: screen) }
                if line.hasPrefix("%output") { break }
            } while true
        }
    }

    /// Waits for the program's end.
    ///
    /// - Returns: its exit code as the shell says it, and the last screen.
    func waitForExit() throws -> (code: Int, screen: ScreenText) {
        let screen = try wait(for: "exit status ")
        let word = screen.lines.last { $0.hasPrefix("exit status ") }?.split(separator: " ").last
        return (word.flatMap { Int($0) } ?? -1, screen)
    }

    // MARK: tmux

    /// Gives tmux a command.
    ///
    /// - Returns: the lines it answers.
    @discardableResult
    private func tell(_ command: String) throws -> [String] {
        let deadline = ContinuousClock.now + Self.patience
        lines.send(command)
        var answer: [String]?
        while let line = lines.next(until: deadline) {
            if var got = answer {
                if line.hasPrefix("%end ") { return got }
                if line.hasPrefix("%error ") { throw Missing(what: "tmux to \(command): \(got.joined())", screen: nil) }
                got.append(line)
                answer = got
            } else if line.hasPrefix("%begin "), line.hasSuffix(" 1") {
                // A flag of 1: the answer to a command of this client, rather than to its being attached.
                answer = []
            }
        }
        throw Missing(what: "tmux to \(command)", screen: nil)
    }

    /// A word as tmux's parser takes it whole.
    private static func quoted(_ word: String) -> String {
        var result = "\""
        for character in word {
            if "\\\"$".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result + "\""
    }
}

/// A socket on which lines come and go.
private final class LineSocket {
    private let file: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ file: Int32) { self.file = file }

    deinit { close(file) }

    /// Says that no more will be sent.
    func end() { _ = shutdown(file, Int32(SHUT_WR)) }

    func send(_ line: String) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            // No signal where tmux has gone: the answer that does not come tells.
            let count = bytes.withUnsafeBytes {
                Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next line, or `nil` when the deadline passed or the other side has gone.
    func next(until deadline: ContinuousClock.Instant) -> String? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return String(decoding: buffer[start..<end], as: UTF8.self)
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            guard readSome(until: deadline) else { return nil }
        }
    }

    private func readSome(until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var wait = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, Int32(clamping: left.components.seconds * 1000 + 1))
            guard ready > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer += chunk.prefix(count)
            return true
        }
    }
}
