import Annotation
import ReviewUI
import Screen
import Testing

@Suite("Work that takes its time")
struct ProgressTests {
    private func waiting() throws -> Session {
        var session = try #require(Session(["Pain.", "Fever."]))
        session.send(.suggestions(note: "note-1", .none))
        session.send(.started)
        #expect(session.effects == [.suggest(notes: ["note-1"])])
        return session
    }

    @Test("is shown as a bar with the share that is done, only for the open note and only while it lasts")
    func bar() throws {
        var session = try waiting()
        #expect(session.status.contains("looking for suggestions…"))
        session.send(.progress(Progress(note: "note-1", share: 0.43)))
        #expect(session.status.contains("████████░░░░░░░░░░░░ 43 % · Esc stops"), "\(session.status)")
        session.send(.progress(Progress(note: "note-2", share: 0.5)))
        #expect(!session.status.contains("█"))
        session.send(.progress(Progress(note: "note-1", share: 0.9)))
        session.send(.suggestions(note: "note-1", .ready([])))
        #expect(!session.status.contains("█"))
    }

    @Test("is stopped by Esc after what is typed was left, and taken up again by name")
    func stop() throws {
        var session = try waiting()
        session.send(.progress(Progress(note: "note-1", share: 0.1)))
        session.press("v<Esc>")
        #expect(session.effects.isEmpty)
        session.press("<Esc>")
        #expect(session.effects == [.stopSuggesting])
        #expect(session.notice.hasPrefix("stopped"))
        session.press("<Esc>")
        #expect(session.notice == "nothing to leave here; q leaves the program")
        session.press(":suggest<Enter>")
        #expect(session.effects == [.suggest(notes: ["note-1"])])
        #expect(session.status.contains("looking for suggestions…"))
    }

    @Test("is stopped by Ctrl-C, too, which does not leave")
    func interrupt() throws {
        var session = try waiting()
        session.send(.progress(Progress(note: "note-1", share: 0.1)))
        session.press("<C-c>")
        #expect(session.effects == [.stopSuggesting])
    }

    @Test("shares that make no sense are drawn as none or all", arguments: [Double.nan, -1, 2, .infinity])
    func nonsense(share: Double) throws {
        var session = try waiting()
        session.send(.progress(Progress(note: "note-1", share: share)))
        #expect(session.status.contains("Esc stops"))
    }

    @Test("cannot be asked for where suggestions are there")
    func notAgain() throws {
        var session = try #require(Session(["⟦S:Pain⟧."]))
        session.press(":suggest<Enter>")
        #expect(session.notice == "suggestions are there already")
    }
}

@Suite("Another keyboard")
struct KeyboardTests {
    @Test(
        "letters that no command is on are told apart from slips",
        arguments: [
            ("ａ", "“ａ” is full-width: switch the input method off, then press a"),
            ("Ｓ", "“Ｓ” is full-width: switch the input method off, then press S"),
            ("　", "that space is full-width: switch the input method off, then press Space"),
            ("ф", "“ф” is on no key here: is another keyboard layout on?"),
            ("é", "“é” is on no key here: is another keyboard layout on?"),
            ("안", "“안” is on no key here: is another keyboard layout on?"),
            ("y", "y does nothing here; ? shows all keys"),
        ])
    func hints(key: String, words: String) throws {
        var session = try #require(Session(["⟦S:Pain⟧."]))
        session.press(key)
        #expect(session.notice == words)
        #expect(session.effects.isEmpty && session.document.spans.isEmpty)
    }

    @Test("in a line they are text")
    func text() throws {
        var session = try #require(Session(["ａ."]))
        session.press("/ａ<Enter>")
        #expect(session.notice.hasPrefix("1 hit"))
    }
}
