import ArgumentParser
import ClinicalText
import FoundationEssentials
import Glibc
import Journal
import Terminal

/// Opens notes in the terminal.
struct ReviewSubcommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Review notes in the terminal: accept or correct what the model marks, key by key.",
        discussion: """
            Every decision is a line in the project's journal the moment it is made. The project is --project, or a folder \
            beside the notes: <NOTES>.chartmark. In the terminal ? shows every key, q leaves.
            """)

    /// In which order notes are offered.
    enum Order: String, ExpressibleByArgument, CaseIterable {
        case file
        case uncertain
        case disagreement
        case random
    }

    @Option(help: ArgumentHelp("The project's folder. Default: beside the notes.", valueName: "dir"))
    var project: String?

    @Option(
        help: ArgumentHelp(
            "A Hugging Face checkpoint's folder. Default: the project's, $CHARTMARK_MODEL, the embedded one.",
            discussion: """
                Several may be given: models that mark spans are offered beside each other, a sequence classifier says how \
                likely each of the note's own labels is, a question answerer answers :ask.
                """, valueName: "dir"))
    var model: [String] = []

    @OptionGroup var casing: CasingOption

    @OptionGroup var numbers: PrecisionOption

    @Option(help: ArgumentHelp("Who decides. Default: $CHARTMARK_ANNOTATOR, $USER.", valueName: "name"))
    var annotator: String?

    @Option(help: ArgumentHelp("The label schema. Default: the project's, else the model's labels.", valueName: "file"))
    var schema: String?

    @Option(
        help: ArgumentHelp(
            "In which order notes are offered.",
            discussion: """
                uncertain: those that the model is least sure of first; disagreement: those that two models read most \
                differently. Both know the notes in the project's cache, and the rest is read meanwhile.
                """))
    var order: Order = .file

    @Option(
        help: ArgumentHelp(
            "What check --json printed: n and p open its findings one after another, in whatever note they are.",
            valueName: "file"))
    var queue: String?

    @Option(
        help: ArgumentHelp(
            "Train an adapter on the decisions after every so many completed notes, as r does; it asks before it is used.",
            valueName: "n"))
    var retrainEvery: Int?

    @Flag(help: "Show no suggestions, for gold that no model has coloured.")
    var blind = false

    @Flag(help: "Look only; nothing is written.")
    var readonly = false

    @Flag(help: "Enter the spans that the notes carry as accepted.")
    var acceptExisting = false

    @Flag(help: "Make a new project's files readable and writable by its folder's group.")
    var group = false

    @OptionGroup(title: "Screen") var screen: ScreenOptions

    @Argument(
        help: "A folder of .txt, a .txt file, or a .jsonl file. With --project and --queue: those of the project.")
    var notes: [String] = []

    func validate() throws {
        guard !notes.isEmpty || (queue != nil && project != nil) else {
            throw ValidationError("Missing expected argument '<notes> ...'")
        }
        if queue != nil, order != .file { throw ValidationError("--queue has an order of its own") }
        if let retrainEvery, retrainEvery < 1 { throw ValidationError("--retrain-every must be at least 1") }
        if acceptExisting, readonly { throw ValidationError("--accept-existing decides, and --readonly must not") }
        if blind, order == .uncertain || order == .disagreement {
            throw ValidationError("--order \(order.rawValue) needs the suggestions that --blind leaves out")
        }
        if acceptExisting, blind { throw ValidationError("--accept-existing shows what --blind hides") }
    }

    func run() throws {
        let setup = try ReviewSetup(self)
        // Before anything is written: where there is no terminal nothing can be decided.
        let terminal = try TerminalSession(screen.options)
        // Errors are said on the screen that the person came from.
        defer { terminal.close() }
        let folders = try setup.createFolders(for: self)
        let session: ReviewSession
        do {
            session = try ReviewSession(setup, warning: folders?.warning) { try setup.keepSettings(of: self) }
        } catch {
            folders?.removeEmpty()
            throw error
        }
        try session.run(on: terminal)
    }

    /// The name of the user that the process runs as, by the machine's own list; `$USER` is not set in most containers.
    ///
    /// Not by `getpwuid(3)`, which asks the system's name service through a socket.
    private static var loginName: String? {
        guard let bytes = try? NoteReader.bytes(of: "/etc/passwd") else { return nil }
        let user = String(getuid())
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[2] == user { return String(fields[0]) }
        }
        return nil
    }

    /// Who decides: the option, else the environment.
    ///
    /// - Throws: ``BadInput`` for a name that cannot name a file.
    func annotatorName() throws(BadInput) -> String {
        let environment = ProcessInfo.processInfo.environment
        let candidates = [
            (annotator, "--annotator"), (environment["CHARTMARK_ANNOTATOR"], "$CHARTMARK_ANNOTATOR"),
            (environment["USER"], "$USER"),
        ]
        for case (let name?, let source) in candidates where !name.isEmpty {
            try AnnotatorName.check(name, from: source)
            return name
        }
        if let name = Self.loginName {
            try AnnotatorName.check(name, from: "the system's user name")
            return name
        }
        throw BadInput(SourceLocation("--annotator"), "no name to decide under: give one, or set $CHARTMARK_ANNOTATOR")
    }
}
