import ArgumentParser
import ClinicalText
import ReviewUI

/// `chartmark keys`: the key table of `review`, from the registry that dispatches them.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Print the keys of review.",
        discussion: "One table a context. The same registry makes the footer, the help and the palette of review.")

    @Flag(help: "Print Markdown tables, as in Documentation/Keys.md.")
    var markdown = false

    @Flag(help: "Print one JSON object a command and context.")
    var json = false

    @Option(help: ArgumentHelp("The keys as a keys.toml makes them, or what is wrong with it.", valueName: "file"))
    var with: String?

    func validate() throws {
        if markdown, json { throw ValidationError("--markdown and --json exclude each other") }
    }

    func run() throws {
        let registry = try KeyFiles.registry(with.map { [$0] } ?? [])
        for context in KeyContext.allCases {
            let groups = registry.commands(in: context)
            if json {
                for command in groups.flatMap(\.commands) { standardOutput(json: try line(command, in: context)) }
            } else {
                standardOutput(markdown ? "### \(context.title)\n" : context.title)
                if markdown { standardOutput("| keys | does |\n|---|---|") }
                for command in groups.flatMap(\.commands) { standardOutput(row(command, in: context)) }
                standardOutput("")
            }
        }
    }

    private func row(_ command: ReviewCommand, in context: KeyContext) -> String {
        let names = command.callNames(in: context)
        guard markdown else {
            let keys = names.joined(separator: " ")
            return "  \(keys)\(String(repeating: " ", count: max(1, 18 - keys.count)))\(command.help)"
        }
        // A pipe would end the cell; a back quote cannot stand between back quotes.
        let keys = names.map { "`\($0 == "|" ? "\\|" : $0)`" }.joined(separator: " ")
        return "| \(keys) | \(command.help) |"
    }

    private func line(_ command: ReviewCommand, in context: KeyContext) throws -> String {
        try JSONValue.line(
            JSONValue.object([
                "context": .string(context.rawValue), "command": .string(command.id), "title": .string(command.title),
                "keys": .array(command.keyNames(in: context).map { .string($0) }), "help": .string(command.help),
            ]))
    }
}
