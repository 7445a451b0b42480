import Testing

@Suite("A journal that something happened to", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct DamagedJournalTests {
    /// A folder with a journal of two spans of one's own: no model is needed for that.
    private func folderWithJournal() throws -> ReviewFolder {
        let folder = try ReviewFolder(notes: ["a": "Denies chest pain and fever."])
        let window = try folder.review("--blind")
        try window.wait(for: "“Denies”  no span here")
        try window.press("S")
        try window.wait(for: "yours")
        try window.press("w", "B")
        try window.wait(for: "Biological_structure “chest”")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        return folder
    }

    @Test("sets a torn last line aside and says so")
    func torn() throws {
        let folder = try folderWithJournal()
        let whole = try folder.text(folder.journal)
        let half = String(whole.split(separator: "\n").last?.prefix(60) ?? "")
        try folder.write(folder.journal, whole + half)
        let check = try folder.run("check", folder.project)
        #expect(check.exitCode == 1)
        #expect(check.output.contains("\(folder.journal):3:"), "\(check.output)")

        let window = try folder.review("--blind", variables: [])
        try window.wait(for: "set aside")
        try window.press("w")
        try window.wait(for: "“chest”")
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        #expect(try folder.text(folder.journal) == whole)
        #expect(try folder.text(folder.journal + ".torn") == half + "\n")
        try folder.expectSound()
    }

    @Test("stops at a bad line in the middle with file and line, and changes nothing")
    func badLine() throws {
        let folder = try folderWithJournal()
        var lines = try folder.text(folder.journal).split(separator: "\n").map(String.init)
        lines.insert(#"{"v":1,"seq":"#, at: 1)
        try folder.write(folder.journal, lines.joined(separator: "\n") + "\n")
        let before = try folder.bytes(folder.journal)
        let listing = folder.listing

        let window = try folder.review("--blind", columns: 200)
        let (code, screen) = try window.waitForExit()
        #expect(code == 1)
        #expect(screen.contains("\(folder.journal):2: a bad line"), "\(screen)")
        for command in ["check", "export"] {
            let options = command == "export" ? ["--format", "labels", "--output", "out"] : []
            let run = try CommandRun(
                ReviewFolder.program, [command] + options + [folder.project], in: folder.path,
                environment: folder.environment)
            #expect(run.exitCode == 1)
            #expect((run.output + run.errors).contains("\(folder.journal):2:"), "\(run.output)\(run.errors)")
        }
        #expect(try folder.bytes(folder.journal) == before)
        // What is kept in cache/ may come and go.
        func lasting(_ files: [String]) -> [String] {
            files.filter { !$0.hasPrefix("home") && !$0.hasPrefix("Project/cache/") }
        }
        #expect(lasting(folder.listing) == lasting(listing))
    }

    @Test("is read-only to a second session, which names the first")
    func held() throws {
        let folder = try folderWithJournal()
        let first = try folder.review("--blind", columns: 120)
        try first.wait(for: "yours")
        let process = try #require(folder.holder)
        let before = try folder.bytes(folder.journal)

        let second = try folder.review("--blind", columns: 120)
        try second.wait(for: "READ-ONLY")
        try second.press("d")
        try second.wait("who holds it") { $0.status.contains("read-only: process \(process) (kim) is writing") }
        try second.press("q")
        #expect(try second.waitForExit().code == 0)
        #expect(try folder.bytes(folder.journal) == before)

        try first.press("d")
        try first.wait(for: "deleted: Sign_symptom")
        try first.press("q")
        #expect(try first.waitForExit().code == 0)
        try folder.expectSound()
    }
}
