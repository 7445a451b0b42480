import ReviewUI
import Screen
import Testing

@Suite("Command registry")
struct CommandRegistryTests {
    private let registry = CommandRegistry.standard

    @Test("no key stands for two commands in one context")
    func conflicts() { #expect(registry.conflicts.isEmpty) }

    @Test("ids are given once, every command has words for it")
    func ids() {
        #expect(Set(registry.commands.map(\.id)).count == registry.commands.count)
        for command in registry.commands {
            #expect(!command.title.isEmpty && command.help.hasSuffix("."), "\(command.id)")
            #expect(!command.bindings.isEmpty, "\(command.id)")
        }
    }

    @Test("every key of the design's table is there")
    func designKeys() {
        let names = Set(
            registry.commands.flatMap { $0.keyNames(in: .note) })
        let design =
            "n p Tab Shift-Tab a x f * & , e A–Z Space h j k l ← ↓ ↑ → b w 0 $ ( ) v c [ { } ] d s t + = i m / ? : g o u Ctrl-R Backspace Enter . r q Esc Ctrl-C"
        for name in design.split(separator: " ") { #expect(names.contains(String(name)), "\(name)") }
        let selecting = Set(registry.commands.flatMap { $0.keyNames(in: .selection) })
        for name in "h j k l b w 0 $ ( ) c [ { } ] A–Z Space t Esc".split(separator: " ") {
            #expect(selecting.contains(String(name)), "\(name)")
        }
    }

    @Test("sections and folds have keys, pages about labels and the session are run by name")
    func comfort() throws {
        let keys = [("next-section", ">"), ("previous-section", "<"), ("fold", "z"), ("fold-all", "-")]
        for (id, key) in keys + [("legend", ":legend"), ("statistics", ":statistics"), ("mouse", ":mouse")] {
            let command = try #require(registry.commands.first { $0.id == id })
            #expect(command.callNames(in: .note) == [key])
        }
    }

    @Test("every context can be left")
    func exits() {
        for context in KeyContext.allCases {
            let names = registry.commands.flatMap { $0.keyNames(in: context) }
            #expect(names.contains("Esc") && names.contains("Ctrl-C"), "\(context)")
        }
    }

    @Test("in an adjudication the digits take readings, before they are counts")
    func adjudication() {
        #expect(registry.commands.contains { $0.keyNames(in: .adjudication) == ["1–9"] && $0.id == "take-reading" })
    }

    @Test("the footer shows enabled keys only and fits its row", arguments: [40, 80, 120, 200])
    func footer(columns: Int) throws {
        var session = try #require(Session(["⟦S:Pain⟧ today."], size: ScreenSize(columns: columns, rows: 24)))
        #expect(session.footer.hasPrefix(" a accept  x reject"))
        #expect(session.footer.hasSuffix("? help"))
        if columns >= 80 { #expect(session.footer.contains("Enter complete")) }
        session.press("l")
        #expect(!session.footer.contains("accept  "))
    }
}
