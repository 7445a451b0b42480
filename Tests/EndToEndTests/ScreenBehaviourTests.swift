import Testing

@Suite("The screen", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct ScreenBehaviourTests {
    private static let notes = [
        "a": "Chest pain since Monday. Troponin 0.04 ng/mL, ECG normal. Started aspirin 81 mg daily."
    ]

    @Test("is drawn anew at the terminal's new size, and asks for more where it is too small")
    func resize() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.review("--blind")
        func fills(_ columns: Int, _ rows: Int) throws {
            try window.wait("a screen of \(columns)×\(rows)") {
                $0.lines.count == rows && $0.title.hasSuffix("kim") && $0.title.count == columns - 1
                    && $0.lines.last?.hasSuffix("? help") == true && $0.status.contains("saved")
            }
        }
        try fills(80, 24)
        try window.resize(columns: 120, rows: 40)
        try fills(120, 40)
        try window.wait(for: "Diagnostic_procedure")
        try window.resize(columns: 20, rows: 5)
        let small = try window.wait(for: "enlarge to 40×")
        #expect(!small.contains("Chest pain"), "\(small)")
        try window.resize(columns: 80, rows: 24)
        try fills(80, 24)
        try window.wait(for: "Chest pain since Monday.")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
    }

    @Test("goes away on Ctrl-Z and comes back on fg")
    func suspend() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let window = try folder.window("PS1='shell> ' /bin/sh -i")
        try window.wait(for: "shell>")
        try window.type(folder.command(["--blind"]))
        try window.press("Enter")
        try window.wait("the note") { $0.title.hasPrefix(" a 1/1") && $0.contains("Chest pain since Monday.") }
        try window.press("S")
        try window.wait(for: "yours")
        try window.press("C-z")
        let away = try window.wait("the shell") { $0.contains("Stopped") && !$0.title.hasPrefix(" a 1/1") }
        #expect(!away.contains("yours"), "\(away)")
        try window.type("echo sum $((20 + 22))")
        try window.press("Enter")
        let echoed = try window.wait(for: "sum 42")
        #expect(echoed.contains("echo sum"), "the terminal does not echo what is typed\n\(echoed)")
        try window.type("fg")
        try window.press("Enter")
        try window.wait("the note again") { $0.title.hasPrefix(" a 1/1") && $0.contains("yours") }
        try window.press("w")
        try window.wait("a key to work") { $0.span.contains("“pain”") }
        try window.press("q")
        try window.wait(for: "1 decision saved")
    }

    @Test("is left cleanly while the engine is at work", arguments: 1...3)
    func leaving(round: Int) throws {
        let folder = try ReviewFolder(samples: ["09-psychiatric-interview"])
        let window = try folder.review()
        try window.wait("the engine to begin") { $0.title.contains("suggestions coming") }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
    }

    @Test("has no colour where NO_COLOR is set, and the marks still differ")
    func noColor() throws {
        func attributes(_ variables: [String]) throws -> Set<Int> {
            let folder = try ReviewFolder(notes: Self.notes)
            let window = try folder.review(columns: 120, rows: 40, variables: variables)
            try window.wait("suggestions") { $0.title.contains("undecided") }
            try window.press("a")
            try window.wait("a decision and suggestions") {
                $0.title.contains("undecided") && $0.lines.last?.contains("undo") == true
            }
            let styled = try window.styledScreen()
            try window.press("q")
            #expect(try window.waitForExit().code == 0)
            return Set(ScreenText.attributes(in: styled))
        }
        func isColour(_ code: Int) -> Bool {
            (30...38).contains(code) || (40...48).contains(code) || (90...107).contains(code)
        }
        let plain = try attributes(["NO_COLOR=1"])
        #expect(!plain.contains(where: isColour), "\(plain)")
        let underline = 4
        let reverse = 7
        #expect(plain.isSuperset(of: [underline, reverse]), "\(plain)")
        #expect(try attributes([]).contains(where: isColour))
    }

    @Test("shows control characters of a note harmlessly")
    func controlCharacters() throws {
        let folder = try ReviewFolder(notes: [
            "a": "Pain \u{1B}[31mred\u{07} and \u{0}nul \u{1B}]0;owned\u{07}\u{9B}2Jend \u{202E}fever."
        ])
        let window = try folder.review("--blind")
        let screen = try window.wait("the note's end") { $0.contains("fever") }
        #expect(screen.contains("Pain ") && screen.contains("[31mred"), "\(screen)")
        #expect(screen.title.hasPrefix(" a 1/1"), "\(screen)")
        #expect(!(try window.styledScreen()).contains("\u{1B}[31mred"))
        // The last word is labelled with its true offsets.
        try window.press("$", "b", "S")
        try window.wait(for: "yours")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal).contains(#""text":"fever""#))
        try folder.expectSound()
    }

    @Test("is refused by a terminal of an unknown kind, and nothing is written")
    func unknownTerminal() throws {
        let folder = try ReviewFolder(notes: Self.notes)
        let before = folder.listing.filter { !$0.hasPrefix("home") }
        let window = try folder.review("--blind", columns: 120, variables: ["TERM=nonsense"])
        let (code, screen) = try window.waitForExit()
        #expect(code == 1)
        #expect(screen.contains("TERM=nonsense is not a terminal this machine knows"), "\(screen)")
        #expect(folder.listing.filter { !$0.hasPrefix("home") } == before)
    }
}
