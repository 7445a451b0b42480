import ClinicalText
import ReviewUI
import Screen
import Testing

@Suite("Key files")
struct KeyFileTests {
    private func registry(_ texts: String...) throws -> CommandRegistry {
        var files: [KeyFile] = []
        for (index, text) in texts.enumerated() { files.append(try KeyFile(text, file: "keys\(index + 1).toml")) }
        return try CommandRegistry.standard.rebound(by: files)
    }

    private func keys(_ command: String, _ context: KeyContext, in registry: CommandRegistry) -> [String] {
        registry.commands.first { $0.id == command }?.keyNames(in: context) ?? ["no such command"]
    }

    @Test("give commands other keys, one or several or none; the rest keeps its own")
    func rebinding() throws {
        let made = try registry(
            """
            # for a left hand
            [note]
            accept = "y"          # yes
            reject = [ 'x', "Delete" ]
            skip = []
            next-target = ["Ctrl-N", "F2", "PageDown"]
            page-down = []

            [prompt]
            write = "F3"\r
            """)
        #expect(keys("accept", .note, in: made) == ["y"])
        #expect(keys("reject", .note, in: made) == ["x", "Delete"])
        #expect(keys("skip", .note, in: made) == [])
        #expect(keys("next-target", .note, in: made) == ["Ctrl-N", "F2", "PageDown"])
        #expect(keys("write", .prompt, in: made) == ["F3"])
        #expect(keys("undo", .note, in: made) == ["u", "Backspace"])
        #expect(keys("page-down", .selection, in: made) == ["PageDown", "Ctrl-F"])
        #expect(made.conflicts.isEmpty)
    }

    @Test("two commands may swap their keys, and a later file wins over an earlier one")
    func swapping() throws {
        let made = try registry("[note]\naccept = \"x\"\nreject = \"a\"\n", "[note]\naccept = \"y\"\n")
        #expect(keys("accept", .note, in: made) == ["y"])
        #expect(keys("reject", .note, in: made) == ["a"])
    }

    @Test("the bound keys are the ones that work, that the footer shows, and that the old key no longer does")
    func dispatch() throws {
        let made = try registry("[note]\naccept = \"y\"\n")
        var session = try #require(Session(["⟦S:Pain⟧ today."], registry: made))
        #expect(session.footer.hasPrefix(" y accept"))
        session.press("a")
        #expect(session.spans.isEmpty && session.notice == "a does nothing here; ? shows all keys")
        session.press("y")
        #expect(session.spans == ["Sign_symptom:Pain"])
    }

    @Test("the key that interrupts may be another one; pressed twice it leaves, and no other in between")
    func interrupting() throws {
        let made = try registry("[note]\ninterrupt = \"Ctrl-X\"\n")
        var session = try #require(Session(["⟦S:Pain⟧ today."], registry: made))
        session.press("<C-x>")
        #expect(session.notice == "Ctrl-X again leaves" && session.effects.isEmpty)
        session.press("l<C-x>")
        #expect(session.notice == "Ctrl-X again leaves" && session.effects.isEmpty)
        session.press("<C-x>")
        #expect(session.effects == [.quit])
    }

    @Test("sentences on the screen name the bound keys, and a command without a key by its name in the palette")
    func sentences() throws {
        let made = try registry(
            """
            [note]
            complete = "Ctrl-E"
            help = "F2"
            notes = []
            quit = "Ctrl-Q"

            [completeQuestion]
            question-accept-all = "y"
            """)
        var session = try #require(Session(["⟦S:Pain⟧ today."], registry: made))
        session.press("~")
        #expect(session.notice == "~ does nothing here; F2 shows all keys")
        session.press("<C-e>")
        #expect(session.status.hasPrefix(" 1 undecided: y accept all · x reject all · Enter go to the first"))
        session.press("y")
        #expect(session.notice == "every note is complete or skipped: :notes lists them, Ctrl-Q leaves")
    }

    @Test(
        "what cannot be is refused with its line",
        arguments: [
            ("[note]\naccpt = \"y\"", 2, "there is no command 'accpt'"),
            ("[note]\nwrite = \"y\"", 2, "write does nothing in [note]: it belongs to [prompt]"),
            ("[nte]\naccept = \"y\"", 1, "there is no context [nte]"),
            ("accept = \"y\"", 1, "a binding needs its context above it"),
            ("[note]\naccept = \"Ctrl-Shift-X\"", 2, "there is no key 'Ctrl-Shift-X'"),
            ("[note]\naccept = \"\"", 2, "there is no key ''"),
            ("[note]\naccept = y", 2, "a key stands in quotes"),
            ("[note]\naccept = \"y", 2, "the quote is not closed"),
            ("[note]\naccept = [\"y\"", 2, "the list of keys is not closed"),
            ("[note]\naccept = \"\\q\"", 2, "after a backslash"),
            ("[note]\naccept = \"y\" \"z\"", 2, "is too much on this line"),
            ("[note\naccept = \"y\"", 1, "the table's name is not closed"),
            ("[note]\naccept", 2, "a line is command = \"key\""),
            ("[note]\n\naccept = \"x\"", 3, "x is both accept and reject in [note]"),
            ("[note]\naccept = \"y\"\nskip = \"y\"", 3, "y is both accept and skip in [note]"),
            ("[note]\naccept = \"y\"\naccept = \"z\"", 3, "accept has its keys in [note] already, from line 2"),
            ("[note]\naccept = \"Q\"", 2, "Q is one of A–Z in [note], which label reads"),
            ("[note]\naccept = \"3\"", 2, "3 is one of 1–9 in [note], which count reads"),
            ("[panel]\nlist-down = \"j\"", 2, "j is one of a–z in [panel], which toggle-letter reads"),
            ("[note]\nlabel = \"y\"", 2, "label reads A–Z itself and cannot be bound: a label's capital"),
            ("[prompt]\nwrite = \"y\"", 2, "y is typed as text in [prompt]"),
            ("[note]\nquit = []\ninterrupt = []", 3, "nothing leaves [note] any more: give a key to one of quit"),
            ("[prompt]\ncancel = []\ninterrupt = []", 3, "nothing leaves [prompt] any more"),
            ("[completeQuestion]\ninterrupt = []\ncancel = []", 3, "nothing leaves [completeQuestion] any more"),
        ])
    func refused(text: String, line: Int, reason: String) throws {
        let error = #expect(throws: BadInput.self) { try self.registry(text) }
        #expect(error?.location == SourceLocation("keys1.toml", line: line))
        #expect(error?.reason.contains(reason) ?? false, "\(error?.reason ?? "accepted")")
    }

    @Test("a conflict between two files is the later file's")
    func twoFiles() throws {
        let error = #expect(throws: BadInput.self) {
            try self.registry("[note]\naccept = \"y\"\n", "\n\n[note]\nskip = \"y\"\n")
        }
        #expect(error?.description.hasPrefix("keys2.toml:4: ") ?? false)
    }

    @Test("every key's name is read back as the key")
    func names() {
        let all: [Key] = [
            .character("a"), .character(" "), .character("内"), .character("\""), .control("r"), .enter, .escape, .tab,
            .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .function(12),
        ]
        for key in all { #expect(Key(named: key.name) == key, "\(key.name)") }
    }

    @Test("a disabled key says why", arguments: ["No findings.", "⟦S:Pain⟧ today.", ""])
    func disabled(note: String) throws {
        for readOnly in [nil, "held by lee"] {
            let start = try #require(Session([note], readOnly: readOnly))
            var refused = 0
            for command in CommandRegistry.standard.commands where command.id != "cancel" {
                for name in command.keyNames(in: .note) {
                    guard let key = Key(named: name) else { continue }
                    var session = start
                    session.send(.key(key, at: 1))
                    guard session.model.notice?.isRefusal ?? false else { continue }
                    refused += 1
                    #expect(session.notice.count > 8 && session.effects.isEmpty, "\(command.id): \(session.notice)")
                }
            }
            #expect(refused > 5)
        }
    }
}
