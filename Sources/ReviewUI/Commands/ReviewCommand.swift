import Screen

/// Whether a command can be carried out now, and if not, why.
enum Availability: Hashable, Sendable {
    case available
    /// The reason, in words for the person.
    case unavailable(String)

    var isAvailable: Bool { self == .available }
}

/// A key press on its way to a command.
struct Invocation: Sendable {
    /// The key.
    let key: Key
    /// The number typed before it.
    let count: Int?

    /// How many times to do it.
    var times: Int { count ?? 1 }
}

/// One row of the command registry: what the footer, the help, the palette, `chartmark keys` and the dispatch read.
public struct ReviewCommand: Sendable {
    /// Headings of the help page, in its order.
    public enum Group: String, Sendable, CaseIterable {
        /// Accept, reject, label, edges.
        case deciding = "Deciding"
        /// Targets, tokens, rows, sentences.
        case moving = "Moving"
        /// Selecting and its steps.
        case selecting = "Selecting"
        /// Completing, skipping, undo, note labels, comments.
        case note = "The note"
        /// Search, lists, pages.
        case looking = "Looking things up"
        /// Keys of lists, pages, lines and questions.
        case within = "Lists, pages and questions"
    }

    /// Its name in key files.
    public let id: String
    /// A few words, for the footer and the palette.
    public let title: String
    /// One sentence, for the help.
    public let help: String
    /// Where the help lists it.
    public let group: Group
    /// The keys of each context it belongs to; none where it is only in the palette.
    public internal(set) var bindings: [KeyContext: [KeyPattern]]
    /// Its place in the footer, the smallest first; `nil` keeps it out.
    let footerRank: Int?
    /// Whether the palette can run it: not if it needs the key it was called by.
    let isInPalette: Bool
    let availability: @Sendable (Model) -> Availability
    let run: @Sendable (inout Model, Invocation) -> [Effect]

    init(
        _ id: String, _ title: String, _ help: String, group: Group, _ bindings: [KeyContext: [KeyPattern]],
        footer: Int? = nil, palette: Bool = true,
        when availability: @escaping @Sendable (Model) -> Availability = { _ in .available },
        run: @escaping @Sendable (inout Model, Invocation) -> [Effect]
    ) {
        self.id = id
        self.title = title
        self.help = help
        self.group = group
        self.bindings = bindings
        footerRank = footer
        isInPalette = palette && (bindings[.note] != nil || bindings[.selection] != nil)
        self.availability = availability
        self.run = run
    }

    /// What calls it in a context: its keys, or its name in the palette where it has none.
    public func callNames(in context: KeyContext) -> [String] {
        let names = keyNames(in: context)
        return names.isEmpty && isInPalette ? [":" + title] : names
    }

    /// Its keys in a context, by name.
    public func keyNames(in context: KeyContext) -> [String] { (bindings[context] ?? []).map(\.name) }
}

extension KeyPattern {
    /// A plain character.
    static func char(_ character: Character) -> KeyPattern { .key(.character(character)) }
    /// Control with a letter.
    static func ctrl(_ character: Character) -> KeyPattern { .key(.control(character)) }
}
