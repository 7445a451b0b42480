import ClinicalText
import Screen

extension CommandRegistry {
    /// The same commands on the keys that key files give them; what no file names keeps its own.
    ///
    /// - Parameter files: later ones win over earlier ones.
    /// - Throws: ``BadInput`` with `file:line` for an unknown command, a command in a context that is not its own, two commands
    ///   on one key of a context, a key that the context reads as text, label or count, and a context without a way out.
    public func rebound(by files: [KeyFile]) throws(BadInput) -> CommandRegistry {
        var commands = commands
        var places = Places()
        for file in files {
            var seen: [KeyContext: [String: SourceLocation]] = [:]
            for binding in file.bindings {
                let index = try self.index(of: binding, in: commands)
                if let first = seen[binding.context]?[binding.command] {
                    throw BadInput(
                        binding.location,
                        "\(binding.command) has its keys in [\(binding.context.rawValue)] already, from line \(first.line ?? 0)"
                    )
                }
                seen[binding.context, default: [:]][binding.command] = binding.location
                places.add(binding)
                try checkReadable(binding)
                commands[index].bindings[binding.context] = binding.keys.map { .key($0) }
            }
        }
        try Self.checkConflicts(commands, places)
        try Self.checkExits(commands, places)
        return CommandRegistry(commands)
    }

    private func index(of binding: KeyFile.Binding, in commands: [ReviewCommand]) throws(BadInput) -> Int {
        let context = binding.context.rawValue
        guard let index = commands.firstIndex(where: { $0.id == binding.command }) else {
            throw BadInput(
                binding.location,
                "there is no command '\(binding.command)': chartmark keys --json lists them with their contexts")
        }
        let command = commands[index]
        guard let own = command.bindings[binding.context] else {
            let others = KeyContext.allCases.filter { command.bindings[$0] != nil }.map { "[\($0.rawValue)]" }
            throw BadInput(
                binding.location,
                "\(command.id) does nothing in [\(context)]: it belongs to \(others.joined(separator: ", "))")
        }
        if let kind = own.first(where: \.isKind) {
            throw BadInput(
                binding.location,
                "\(command.id) reads \(kind.name) itself and cannot be bound"
                    + (kind == .capital ? ": a label's capital is its 'key' in schema.json" : ""))
        }
        return index
    }

    /// Refuses keys that a context takes for something else: letters where text is typed, capitals where they are labels.
    private func checkReadable(_ binding: KeyFile.Binding) throws(BadInput) {
        for key in binding.keys {
            let place = "[\(binding.context.rawValue)]"
            if binding.context.takesText, case .character = key {
                throw BadInput(
                    binding.location, "\(key.name) is typed as text in \(place): give a key without a character")
            }
            guard let kind = KeyPattern.kind(of: key) else { continue }
            let reader = commands.first { $0.bindings[binding.context]?.contains(kind) ?? false }
            if let reader {
                throw BadInput(
                    binding.location, "\(key.name) is one of \(kind.name) in \(place), which \(reader.id) reads")
            }
        }
    }

    private static func checkConflicts(
        _ commands: [ReviewCommand], _ places: Places
    ) throws(BadInput) {
        for context in KeyContext.allCases {
            var owners: [KeyPattern: String] = [:]
            for command in commands {
                for pattern in command.bindings[context] ?? [] {
                    guard let other = owners.updateValue(command.id, forKey: pattern) else { continue }
                    guard let place = places.last(of: [other, command.id], in: context) else { continue }
                    throw BadInput(
                        place,
                        "\(pattern.name) is both \(other) and \(command.id) in [\(context.rawValue)]: give one another key"
                    )
                }
            }
        }
    }

    private static func checkExits(
        _ commands: [ReviewCommand], _ places: Places
    ) throws(BadInput) {
        for context in KeyContext.allCases {
            let exits = context.exits
            let hasExit = commands.contains { exits.contains($0.id) && !($0.bindings[context] ?? []).isEmpty }
            guard !exits.isEmpty, !hasExit, let place = places.last(of: exits, in: context) else { continue }
            throw BadInput(
                place,
                "nothing leaves [\(context.rawValue)] any more: give a key to one of \(exits.joined(separator: ", "))")
        }
    }
}

/// Where files bound commands, in the order they were read.
private struct Places {
    private var known: [KeyContext: [String: (order: Int, location: SourceLocation)]] = [:]
    private var count = 0

    mutating func add(_ binding: KeyFile.Binding) {
        count += 1
        known[binding.context, default: [:]][binding.command] = (count, binding.location)
    }

    /// The line read last that binds one of some commands: the slip among them.
    ///
    /// A command that no file names has its keys from the start.
    func last(of commands: [String], in context: KeyContext) -> SourceLocation? {
        commands.compactMap { known[context]?[$0] }.max { $0.order < $1.order }?.location
    }
}

extension KeyContext {
    /// Whether characters are typed here.
    var takesText: Bool { self == .list || self == .prompt }

    /// The commands that leave it; none for one whose keys lie over another's.
    var exits: [String] {
        switch self {
        case .note: ["quit", "interrupt"]
        case .adjudication: []
        case .reader: ["cancel", "close", "interrupt"]
        default: ["cancel", "interrupt"]
        }
    }
}

extension KeyPattern {
    /// Whether it stands for many keys, which its command reads itself.
    var isKind: Bool {
        if case .key = self { return false }
        return true
    }
}
