import ClinicalText
import FoundationEssentials
import Glibc
import Journal
import Testing

/// A temporary folder with notes, a project and a home of its own, in which the real program is run as `kim`.
final class ReviewFolder {
    /// The package's root.
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    /// The program: beside these tests, else where a release build puts it.
    static let program: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/chartmark"
        return access(beside, X_OK) == 0 ? beside : "\(root)/.build/release/chartmark"
    }()

    let path: String
    let environment: [String: String]

    /// Relative to the folder, in which every command is run: messages stay short enough for a screen.
    let notes = "Notes"
    let project = "Project"
    static let annotator = "kim"

    /// Makes the folder.
    ///
    /// - Parameter samples: which of the sample notes to copy, by name without `.txt`.
    init(samples: [String] = [], notes: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/chartmark-\(UUID().uuidString.prefix(8))"
        environment = [
            "PATH": "/usr/bin:/bin", "HOME": "\(path)/home", "XDG_CONFIG_HOME": "\(path)/home/config",
            "XDG_CACHE_HOME": "\(path)/home/cache", "XDG_DATA_HOME": "\(path)/home/data", "TMUX_TMPDIR": "\(path)/home",
            "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SHELL": "/bin/sh",
        ]
        for folder in ["home", self.notes, project] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for name in ["schema.json", "guidelines.md"] {
            try write("\(project)/\(name)", Self.sample("Notes.chartmark/\(name)"))
        }
        for name in samples { try write("\(self.notes)/\(name).txt", Self.sample("Notes/\(name).txt")) }
        for (name, text) in notes { try write("\(self.notes)/\(name).txt", text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    // MARK: Files

    private static func sample(_ name: String) throws -> [UInt8] { try NoteReader.bytes(of: "\(root)/Samples/\(name)") }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// Puts a model's weights into a folder without copying them.
    func linkWeights(of model: String, into name: String) throws {
        try remove("\(name)/model.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/\(name)/model.safetensors", withDestinationPath: "\(model)/model.safetensors")
    }

    func bytes(_ name: String) throws -> [UInt8] { try NoteReader.bytes(of: "\(path)/\(name)") }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// The text of a note as it is on the disk.
    func noteText(_ id: String) throws -> NoteText { try NoteText(bytes: bytes("\(notes)/\(id).txt")) }

    /// Every file and folder, to see that nothing was written.
    var listing: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted() }

    var journal: String { "\(project)/journals/\(Self.annotator).jsonl" }

    /// Which process writes to the journal.
    var holder: pid_t? { Journal.holder(of: "\(path)/\(journal)")?.pid.map(pid_t.init) }

    // MARK: Commands

    /// Runs `chartmark` without a terminal.
    func run(_ arguments: String...) throws -> CommandRun { try run(arguments) }

    /// The same with arguments that were put together.
    func run(_ arguments: [String]) throws -> CommandRun {
        try CommandRun(Self.program, arguments, in: path, environment: environment)
    }

    /// The arguments of `review` on this folder's notes.
    func reviewArguments(_ options: [String] = [], notes: String? = nil) -> [String] {
        ["review", "--project", project, "--annotator", Self.annotator] + options + [notes ?? self.notes]
    }

    /// Opens a terminal with `chartmark review` in it.
    ///
    /// - Parameter variables: further variables of its environment; an empty value takes one away.
    func review(
        _ options: String..., columns: Int = 80, rows: Int = 24, notes: String? = nil, variables: [String] = []
    ) throws -> TerminalWindow {
        try window(command(options, notes: notes, variables: variables), columns: columns, rows: rows)
    }

    /// The shell's line that starts `review`.
    func command(_ options: [String] = [], notes: String? = nil, variables: [String] = []) -> String {
        let words = ["env", "TERM=tmux-256color"] + variables + [Self.program]
        return (words + reviewArguments(options, notes: notes)).map { "'\($0)'" }.joined(separator: " ")
    }

    /// Opens a terminal with any command of the shell in it.
    func window(_ command: String, columns: Int = 80, rows: Int = 24) throws -> TerminalWindow {
        try TerminalWindow(command, in: path, columns: columns, rows: rows, environment: environment)
    }

    /// Ends the session that writes to the journal, at once and without a word to it.
    func kill(_ window: TerminalWindow) throws {
        let process = try #require(holder, "nobody holds the journal")
        Glibc.kill(process, SIGKILL)
        #expect(try window.waitForExit().code == 128 + Int(SIGKILL))
    }

    /// Looks the project over with `chartmark check` and expects no problem.
    func expectSound(at place: Testing.SourceLocation = #_sourceLocation) throws {
        let check = try run("check", project)
        #expect(check.exitCode == 0, "\(check.output)\(check.errors)", sourceLocation: place)
    }
}
