import Screen

/// Every command with its keys: one table, from which keys are dispatched and all key help is made.
public struct CommandRegistry: Sendable {
    /// The commands, in the order of the help.
    public let commands: [ReviewCommand]
    private let byKey: [KeyContext: [KeyPattern: Int]]

    /// The built-in commands on their default keys.
    public static let standard = CommandRegistry(
        [
            movingCommands, decidingCommands, fastCommands, selectingCommands, noteCommands, learningCommands,
            lookingCommands, comfortCommands, withinCommands, fastWithinCommands,
        ].flatMap { $0 })

    /// Makes a registry; of two commands on one key of a context the first has it (see ``conflicts``).
    init(_ commands: [ReviewCommand]) {
        self.commands = commands
        var byKey: [KeyContext: [KeyPattern: Int]] = [:]
        for (index, command) in commands.enumerated() {
            for (context, patterns) in command.bindings {
                for pattern in patterns where byKey[context]?[pattern] == nil {
                    byKey[context, default: [:]][pattern] = index
                }
            }
        }
        self.byKey = byKey
    }

    /// The command on a key, or on its kind of keys.
    func command(on key: Key, in context: KeyContext) -> ReviewCommand? {
        let table = byKey[context]
        let index = table?[.key(key)] ?? KeyPattern.kind(of: key).flatMap { table?[$0] }
        return index.map { commands[$0] }
    }

    /// The command on a key in the first of some contexts that has one.
    func command(on key: Key, in contexts: [KeyContext]) -> ReviewCommand? {
        contexts.lazy.compactMap { command(on: key, in: $0) }.first
    }

    /// Two commands on one key of one context, as sentences; empty in a sound table.
    public var conflicts: [String] {
        var owners: [KeyContext: [KeyPattern: String]] = [:]
        var found: [String] = []
        for command in commands {
            for (context, patterns) in command.bindings {
                for pattern in patterns {
                    if let other = owners[context]?[pattern] {
                        found.append("\(pattern.name) is both \(other) and \(command.id) in \(context.rawValue)")
                    }
                    owners[context, default: [:]][pattern] = command.id
                }
            }
        }
        return found
    }

    /// The commands of a context for the footer, most useful first.
    func footer(of context: KeyContext) -> [ReviewCommand] {
        commands
            .filter { $0.bindings[context] != nil && $0.footerRank != nil }
            .sorted { ($0.footerRank ?? 0) < ($1.footerRank ?? 0) }
    }

    /// The commands of a context, in the order of the help's groups.
    public func commands(in context: KeyContext) -> [(group: ReviewCommand.Group, commands: [ReviewCommand])] {
        ReviewCommand.Group.allCases.compactMap { group in
            let members = commands.filter { $0.group == group && $0.bindings[context] != nil }
            return members.isEmpty ? nil : (group, members)
        }
    }
}
