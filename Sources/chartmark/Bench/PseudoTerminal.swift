import ClinicalText
import FoundationEssentials
import Glibc

/// A program run on a terminal of our own, as a person's terminal would: bytes in, bytes out, a size.
final class PseudoTerminal {
    private let master: Int32
    /// `POSIX_SPAWN_SETSID` of `spawn.h`, which Swift does not import.
    private static let newSession: Int16 = 0x80
    private let process: pid_t
    /// Everything the program has written so far.
    private(set) var output: [UInt8] = []

    /// Starts `arguments[0]` with a terminal of this size as its input, output and controlling terminal.
    ///
    /// - Throws: ``BadInput`` if the system has no pseudo-terminal or process to give.
    init(_ arguments: [String], columns: Int, rows: Int) throws(BadInput) {
        func refused(_ what: String) -> BadInput {
            BadInput(SourceLocation(arguments.first ?? ""), "\(what): \(String(cString: strerror(errno)))")
        }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        var master: Int32 = -1
        var slave: Int32 = -1
        guard openpty(&master, &slave, nil, nil, &size) == 0, let name = ttyname(slave).map({ String(cString: $0) })
        else {
            throw refused("no pseudo-terminal")
        }
        defer { close(slave) }
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        self.master = master

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes its controlling one.
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)
        let environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm-256color"]) { $1 }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, arguments.first ?? "", &actions, &attributes, &argv, &envp) == 0 else {
            throw refused("the program cannot be started")
        }
        self.process = process
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(master)
    }

    /// Types.
    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Reads what comes within `milliseconds`, and returns whether anything did.
    @discardableResult
    func read(within milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(master, &chunk, chunk.count)
        guard count > 0 else { return false }
        output += chunk[..<count]
        return true
    }

    /// Reads until `text` has been written since the byte `start`.
    ///
    /// - Throws: ``BadInput`` if it does not come within `seconds`.
    func wait(for text: String, since start: Int = 0, seconds: Int = 120) throws(BadInput) {
        let deadline = ContinuousClock.now + .seconds(seconds)
        let wanted = Array(text.utf8)
        while !output[start...].contains(wanted) {
            guard ContinuousClock.now < deadline else {
                throw BadInput(SourceLocation("bench"), "'\(text)' did not come to the screen within \(seconds) s")
            }
            read(within: 100)
        }
    }

    /// Peak resident memory in megabytes.
    var peakMegabytes: Double { ProcessMemory(of: "\(process)").peakMegabytes }
}

extension ArraySlice<UInt8> {
    /// Whether `pattern` stands anywhere in it.
    fileprivate func contains(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first, count >= pattern.count else { return pattern.isEmpty }
        return (startIndex...(endIndex - pattern.count)).contains { index in
            self[index] == first && self[index..<index + pattern.count].elementsEqual(pattern)
        }
    }
}
