import Glibc

/// A program that was run to its end without a terminal: standard input is empty, the outputs are kept.
struct CommandRun {
    /// The system refused to start a program.
    struct CannotStart: Error, CustomStringConvertible {
        let program: String
        let code: Int32

        var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
    }

    let output: String
    let errors: String
    /// As a shell says it: 128 and the signal for a program that was killed.
    let exitCode: Int32

    /// Runs `program` in `folder` and waits for it.
    init(_ program: String, _ arguments: [String], in folder: String, environment: [String: String]) throws {
        let output = try Pipe()
        let errors = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
        let process = try Self.start(program, arguments, in: folder, environment: environment, actions: &actions)
        output.closeWriting()
        errors.closeWriting()
        Self.readBoth(output, errors)
        self.output = String(decoding: output.bytes, as: UTF8.self)
        self.errors = String(decoding: errors.bytes, as: UTF8.self)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        exitCode = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Starts `program` with the given standard files.
    ///
    /// - Returns: its process id.
    static func start(
        _ program: String, _ arguments: [String], in folder: String, environment: [String: String],
        actions: inout posix_spawn_file_actions_t
    ) throws(CannotStart) -> pid_t {
        // The shell changes the folder: not every system's `posix_spawn` can.
        let words = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, program] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        // The threads of a test may block signals, and a shell that does not hear of its children's end waits for ever.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, setsSignalMask)
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw CannotStart(program: program, code: code) }
        return process
    }

    /// `POSIX_SPAWN_SETSIGMASK` of `spawn.h`, which Swift does not import.
    private static let setsSignalMask: Int16 = 0x08

    /// Two ends of a socket that programs started by other tests do not inherit.
    static func socketPair() throws(CannotStart) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw CannotStart(program: "a socket", code: errno) }
        return ends
    }

    /// Reads two pipes to their ends, whichever has something first, so that neither blocks the program.
    private static func readBoth(_ first: Pipe, _ second: Pipe) {
        var open = [first, second]
        while !open.isEmpty {
            var waits = open.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
            if poll(&waits, nfds_t(waits.count), -1) < 0 { continue }
            open = zip(open, waits).filter { $1.revents == 0 || $0.readSome() }.map(\.0)
        }
    }
}

/// What a program writes to.
private final class Pipe {
    let reading: Int32
    private(set) var writing: Int32
    private(set) var bytes: [UInt8] = []

    init() throws(CommandRun.CannotStart) {
        let ends = try CommandRun.socketPair()
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        closeWriting()
        close(reading)
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// Takes what is there.
    ///
    /// - Returns: whether more may come.
    func readSome() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(reading, &chunk, chunk.count)
        if count < 0 { return errno == EINTR }
        bytes += chunk.prefix(count)
        return count > 0
    }
}
