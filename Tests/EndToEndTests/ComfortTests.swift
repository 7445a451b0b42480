import Testing

@Suite("Comfort in a terminal", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct ComfortTests {
    @Test("sections fold and open, and statistics are on the screen and in the last line")
    func sectionsAndStatistics() throws {
        let folder = try ReviewFolder(samples: ["01-discharge-summary", "07-nursing-note"])
        let window = try folder.review("--blind")
        try window.wait(for: "HISTORY OF PRESENT ILLNESS")
        try window.press("-")
        try window.wait("folds") {
            $0.contains("sections are folded") && $0.contains("▸ ") && !$0.contains("71-year-old")
        }
        try window.press("/")
        try window.type("furosemide")
        try window.press("Enter")
        try window.wait("the section to open") { $0.contains("71-year-old") }
        try window.press("Escape")
        try window.press("M")
        try window.wait(for: "yours")
        try window.press("Enter")
        try window.wait(for: "01-discharge-summary: complete")
        try window.type(":statistics")
        try window.press("Enter")
        try window.wait("the statistics") { $0.contains("1 finished, 1 of 2 open") && $0.contains("Medication") }
        try window.press("Escape", "q")
        let (code, farewell) = try window.waitForExit()
        #expect(code == 0)
        #expect(farewell.contains("1 note finished, 1 span decided in "), "\(farewell)")
        #expect(farewell.contains(" left for 1 note"), "\(farewell)")
    }

    @Test("--ascii draws nothing else, and what is labelled is the note's own text")
    func ascii() throws {
        let folder = try ReviewFolder(notes: ["a": "Fièvre à 39 °C, “grippe”; 腹痛."])
        let window = try folder.review("--blind", "--ascii")
        let screen = try window.wait(for: "Fievre a 39 oC, \"grippe\"; ????.")
        #expect(screen.lines.allSatisfy { $0.allSatisfy(\.isASCII) }, "\(screen)")
        try window.press("S")
        let labelled = try window.wait(for: "yours")
        #expect(labelled.lines.allSatisfy { $0.allSatisfy(\.isASCII) }, "\(labelled)")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal).contains(#""text":"Fièvre""#))
    }

    @Test("colours are exact where COLORTERM says so, and darker ink is used on a light ground")
    func colours() throws {
        func codes(_ options: [String], _ variables: [String]) throws -> [Int] {
            let folder = try ReviewFolder(notes: ["a": "Chest pain."])
            let window = try folder.window(
                folder.command(["--blind"] + options, variables: variables), columns: 120, rows: 40)
            try window.wait(for: "Sign_symptom")
            try window.press("S")
            try window.wait(for: "yours")
            let styled = try window.styledScreen()
            try window.press("q")
            #expect(try window.waitForExit().code == 0)
            return ScreenText.attributes(in: styled)
        }
        // The legend's ink of a label that is sky, of the palette's 256, exactly, and on a light ground.
        #expect(try codes([], ["COLORTERM="]).contains([38, 5, 74]))
        #expect(try codes([], ["COLORTERM=truecolor"]).contains([38, 2, 0x56, 0xB4, 0xE9]))
        #expect(try codes(["--ground", "light"], ["COLORTERM="]).contains([38, 5, 27]))
        #expect(try codes([], ["COLORTERM=", "COLORFGBG=0;15"]).contains([38, 5, 27]))
        #expect(try codes([], ["COLORTERM=truecolor", "COLORFGBG=0;15"]).contains([38, 2, 0x02, 0x73, 0xDA]))
    }
}
