extension Model {
    /// What calls a command, as sentences for the person name it: the first of its keys; where it has none, its name in the
    /// palette.
    ///
    /// Keys can be given to other commands (`keys.toml`), so that no sentence may name one by heart.
    package func key(_ command: String, in context: KeyContext = .note) -> String {
        registry.commands.first { $0.id == command }?.callNames(in: context).first ?? command
    }
}
