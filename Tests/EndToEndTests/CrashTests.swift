import FoundationEssentials
import Glibc
import Testing

@Suite("A crash") struct CrashTests {
    /// A file that takes a command a while, with words that must not be seen.
    private static let secret = "SECRETWORD Mueller"

    private func folder() throws -> ReviewFolder {
        let folder = try ReviewFolder()
        let line = #"{"text":"\#(String(repeating: Self.secret + " has chest pain. ", count: 40))","spans":[]}"#
        try folder.write("in.jsonl", (0..<20_000).map { _ in line }.joined(separator: "\n") + "\n")
        try folder.makeFolder("cwd")
        return folder
    }

    @Test(
        "of any command says which build, which signal and where, and nothing of a note; no core is left",
        arguments: [("check", SIGSEGV), ("stats", SIGABRT), ("export", SIGILL)])
    func report(command: String, signal: Int32) throws {
        let folder = try folder()
        let options =
            "--from labels" + (command == "export" ? " --format labels --output '\(folder.path)/out.jsonl'" : "")
        // The shell sends the signal once the command is at work: its standard input is a pipe that it has begun to read.
        let script = """
            ulimit -c unlimited; cd cwd; mkfifo ../ready
            '\(ReviewFolder.program)' \(command) \(options) ../ready 2> ../errors > ../output & process=$!
            { head -n 2000 ../in.jsonl; kill -\(signal) $process; cat ../in.jsonl; } > ../ready 2> /dev/null
            wait $process
            """
        try folder.write("crash.sh", script)
        let run = try CommandRun("/bin/sh", ["crash.sh"], in: folder.path, environment: folder.environment)
        let errors = try folder.text("errors")
        #expect(run.exitCode == 128 + signal, "\(run.errors)\(errors)")
        #expect(errors.contains("chartmark 0.1.0 stopped: it crashed"), "\(errors)")
        #expect(errors.contains("chartmark+0x"), "\(errors)")
        #expect(errors.contains(", build "), "\(errors)")
        #expect(!errors.contains("Registers") && !errors.contains("rax"), "\(errors)")
        // Neither as letters nor as the bytes of a dump.
        for words in ["SECRET", "Mueller", "53 45 43 52 45 54"] { #expect(!errors.contains(words), "\(errors)") }
        #expect(folder.listing.filter { $0.hasPrefix("cwd/") }.isEmpty)
    }

    @Test(
        "or any other signal that ends review gives the terminal back",
        .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"),
        arguments: [SIGSEGV, SIGABRT, SIGUSR1, SIGALRM, SIGXCPU, SIGVTALRM, SIGIO, SIGPWR, 34, 64])
    func terminal(signal: Int32) throws {
        let folder = try ReviewFolder(notes: ["a": "Chest pain since Monday."])
        // `stty` says what the program has left behind, before the shell puts it right.
        let window = try folder.window(folder.command(["--blind"]) + "; stty -a | tr ';' '\\n' | grep -o '[-]*echo ' ")
        try window.wait(for: "Chest pain since Monday.")
        kill(try #require(folder.holder), signal)
        let screen = try window.waitForExit().screen
        #expect(screen.contains("echo") && !screen.contains("-echo"), "\(screen)")
        #expect(!screen.title.hasPrefix(" a 1/1"), "the screen it came from is back\n\(screen)")
        #expect(try !window.mouseIsOn)
        #expect(!screen.contains("Mueller"))
    }
}
