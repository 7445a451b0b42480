import Glibc
import Support
import Testing

/// Kills at moments drawn from a seed, and what a fold that is not the program's own finds afterwards.
///
/// `CHARTMARK_KILLS` says how many (a few in every run, thousands where there is time), `CHARTMARK_SEED` which ones.
@Suite("A session that is killed again and again", .disabled(if: TerminalWindow.isMissing, "\(TerminalWindow.missing)"))
struct KillLoopTests {
    private static let spans = 240
    private static let kills = Amount.of("CHARTMARK_KILLS", usual: 40)

    /// One note whose words are all suggested.
    private static var record: String {
        let words = (0..<spans).map { "pain\(1_000 + $0)" }
        let carried = (0..<spans).map { #"{"start":\#($0 * 9),"end":\#($0 * 9 + 8),"label":"Sign_symptom"}"# }
        return #"{"id":"n","text":"\#(words.joined(separator: " "))","spans":[\#(carried.joined(separator: ","))]}"#
            + "\n"
    }

    /// Keys, and how many spans are decided after each of them.
    private static func keys(from decided: Int, _ random: inout SeededRandom) -> (keys: String, after: [Int]) {
        var after = [decided]
        var keys = ""
        for _ in 0..<Int.random(in: 1...24, using: &random) {
            let now = after[after.count - 1]
            let undoes = now > spans - 60 || (now > 0 && Int.random(in: 0..<3, using: &random) == 0)
            keys += undoes ? "u" : Bool.random(using: &random) ? "a" : "x"
            after.append(undoes ? now - 1 : now + 1)
        }
        return (keys, after)
    }

    private func fold(_ folder: ReviewFolder) throws -> (decided: Int, batches: Int) {
        let fold = try IndependentFold(try folder.bytes(folder.journal))
        #expect(fold.torn == 0, "the session that is open has set a torn end aside")
        #expect(fold.lines.map(\.seq) == Array(1...max(1, fold.lines.count)).prefix(fold.lines.count).map { $0 })
        let note = fold.notes["n"] ?? IndependentFold.Note()
        return (note.spans.count + note.rejected.count, fold.batches.count)
    }

    @Test("has what the screen had shown each time, and a prefix of what was typed")
    func prefix() throws {
        var random = SeededRandom(Amount.seed)
        let folder = try ReviewFolder()
        try folder.write("in.jsonl", Self.record)
        // In one terminal. What was typed and not read goes to the shell, not to the next session.
        let command = folder.command(notes: "in.jsonl")
        let window = try folder.window(
            "while \(command); [ $? -eq 137 ]; do stty sane; printf '\\033cnext?'; read -r _; done", columns: 100,
            rows: 20)
        var last: pid_t = 0
        func nextSession() throws -> (process: pid_t, screen: ScreenText) {
            let before = last
            let screen = try window.wait("a new session") { screen in
                guard let holder = folder.holder, holder != before else { return false }
                return screen.undecided != nil && screen.title.contains("undecided")
            }
            last = try #require(folder.holder)
            return (last, screen)
        }
        var (process, screen) = try nextSession()
        var (decided, batches) = (0, 0)
        for kill in 1...Self.kills {
            #expect(
                screen.undecided == Self.spans - decided, "kill \(kill): the new session shows what the journal has")
            let (keys, after) = Self.keys(from: decided, &random)
            try window.type(keys)
            var shown = try window.screen()
            for _ in 0..<Int.random(in: 0...3, using: &random) { shown = try window.screen() }
            Glibc.kill(process, SIGKILL)
            try window.wait(for: "next?")
            try window.press("Enter")
            (process, screen) = try nextSession()
            let (found, made) = try fold(folder)
            let done = made - batches
            try #require(after.indices.contains(done), "kill \(kill): \(done) steps of \(after.count - 1) keys")
            #expect(after[done] == found, "kill \(kill): not a prefix of “\(keys)”")
            if let undecided = shown.undecided, shown.title.contains("undecided") {
                #expect(
                    after[...done].contains(Self.spans - undecided),
                    "kill \(kill): \(Self.spans - undecided) decisions were shown, \(found) are left of “\(keys)”")
            }
            (decided, batches) = (found, made)
        }
        try window.press("q")
        #expect(try window.waitForExit().code == 0)
        let journal = try IndependentFold(try folder.bytes(folder.journal))
        let labels = try IndependentFold.notes(ofLabels: try folder.bytes("\(folder.project)/labels.jsonl"))
        #expect(labels == journal.notes.filter(\.value.hasDecisions))
        try folder.expectSound()
    }

    @Test("has a step in many notes whole or not at all, its undo too")
    func oneStep() throws {
        var random = SeededRandom(Amount.seed)
        let count = 300
        for round in 0..<max(4, Self.kills / 10) {
            let folder = try ReviewFolder()
            let records = (0..<count).map {
                #"{"id":"n\#(1_000 + $0)","text":"aspirin given.","spans":[{"start":0,"end":7,"label":"Medication"}]}"#
            }
            try folder.write("in.jsonl", records.joined(separator: "\n") + "\n")
            let window = try folder.review(columns: 100, rows: 20, notes: "in.jsonl")
            try window.wait("the first suggestion") { $0.undecided == 1 }
            try window.press("a")
            try window.wait("accepted") { $0.undecided == 0 }
            try window.press("&")
            try window.wait(for: "299")
            try window.press("Enter")
            let undoes = round.isMultiple(of: 2)
            if undoes {
                try window.wait(for: "in 299 notes")
                try window.press("u")
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) { _ = try window.screen() }
            try folder.kill(window)
            let fold = try IndependentFold(try folder.bytes(folder.journal))
            let notes = Dictionary(grouping: fold.lines, by: \.batch).mapValues { Set($0.map(\.note)).count }
            #expect(notes.values.allSatisfy { $0 == 1 || $0 == count - 1 }, "round \(round): \(notes.values.sorted())")
            #expect(notes.count <= (undoes ? 3 : 2))
        }
    }
}
