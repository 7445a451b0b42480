import ArgumentParser
import ClinicalText

extension BenchCommand {
    /// From the start of the process to the first frame, and to the first suggestions.
    struct Opening: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open", abstract: "Time review from the start of its process, through a pseudo-terminal.",
            discussion:
                "Prints the first frame, the first suggestions, peak memory, and last seconds= to the first frame.")

        @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir")) var model: String?
        @Option(help: "Characters of the note that is opened.") var characters: Int = 3_000
        @Option(help: "Spans that the note carries, half of them accepted; with 0 the model finds some.") var spans:
            Int = 0
        @OptionGroup var rounds: Rounds

        func run() throws {
            let note = try BenchNote(characters: characters, spans: spans)
            var frames: [Double] = []
            var suggestions: [Double] = []
            var memory = 0.0
            for _ in 0..<rounds.rounds {
                let arguments = try note.reviewArguments(model: model)
                let start = ContinuousClock.now
                let terminal = try PseudoTerminal(arguments, columns: 120, rows: 40)
                // The status line is the last but one row of a frame. (The last one ends in the corner, which curses
                // fills by an insertion that divides its last word.)
                try terminal.wait(for: "saved", seconds: 20)
                frames.append((ContinuousClock.now - start) / .seconds(1))
                try terminal.wait(for: "undecided", seconds: 600)
                suggestions.append((ContinuousClock.now - start) / .seconds(1))
                memory = max(memory, terminal.peakMegabytes)
            }
            standardOutput("first_suggestions=\(Rounds.median(suggestions))")
            standardOutput("peak_resident_megabytes=\(memory.rounded())")
            Rounds.report(frames)
        }
    }

    /// From a key to the frame that shows what it did.
    struct UI: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ui",
            abstract: "Time key to frame in a large note with many spans on a large screen, through a pseudo-terminal.",
            discussion: "Prints the 99th percentile, the time to saved, and last seconds=, the median of key to frame.")

        @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir")) var model: String?
        @Option(help: "Characters of the note.") var characters: Int = 1_000_000
        @Option(help: "Spans that the note carries, half of them accepted; with 0 the model finds some.")
        var spans: Int = 20_000
        @Option(help: "Keys pressed.") var keys: Int = 400

        /// Moves over tokens, rows, targets, sentences and screens, and decides in every way that single keys have.
        private static let pattern = [
            "l", "j", "w", "n", "a", "l", "k", "n", "x", "j", "b", "n", "S", "w", ")", "n", "]", "u", "3", "j", "v",
            "w", "M",
            "\u{12}", "\u{1B}[6~", "n", "a", "u", "n", "D", "d", "p", "$", "0", "\u{1B}[5~", "(",
        ]
        private static let deciding: Set = ["a", "x", "S", "]", "u", "M", "\u{12}", "D", "d"]
        /// A frame that has not gone on for this long is whole: its bytes come in one or two writes.
        private static let silence: Int32 = 3
        /// Twice the journal's longest wait before `fsync`, and room for a slow disk.
        private static let saveSilence: Int32 = 150

        func validate() throws {
            guard keys >= 1 else { throw ValidationError("--keys must be at least 1") }
        }

        func run() throws {
            let note = try BenchNote(characters: characters, spans: spans)
            let terminal = try PseudoTerminal(try note.reviewArguments(model: model), columns: 200, rows: 60)
            try terminal.wait(for: "undecided", seconds: 600)
            while terminal.read(within: 200) {}
            var frames: [Double] = []
            var saves: [Double] = []
            var slowestByKey: [String: Double] = [:]
            for index in 0..<keys {
                let key = Self.pattern[index % Self.pattern.count]
                let start = ContinuousClock.now
                terminal.type(key)
                guard terminal.read(within: 1_000) else { continue }
                var last = ContinuousClock.now
                while terminal.read(within: Self.silence) { last = ContinuousClock.now }
                let milliseconds = (last - start) / .milliseconds(1)
                frames.append(milliseconds)
                slowestByKey[key] = max(slowestByKey[key] ?? 0, milliseconds)
                if Self.deciding.contains(key) {
                    // `saved` comes when the disk has it; nothing else is drawn after a decision.
                    while terminal.read(within: Self.saveSilence) { last = ContinuousClock.now }
                    saves.append((last - start) / .milliseconds(1))
                }
            }
            frames.sort()
            guard let slowest = frames.last else { return }
            standardOutput("keys=\(frames.count) slowest_ms=\(slowest)")
            let slow = slowestByKey.sorted { $0.value > $1.value }.prefix(5)
            standardOutput(
                "slowest keys: " + slow.map { "\($0.key.debugDescription) \($0.value)" }.joined(separator: ", "))
            standardOutput("key_to_frame_p99_ms=\(frames[min(frames.count - 1, frames.count * 99 / 100)])")
            standardOutput("key_to_saved_median_ms=\(Rounds.median(saves))")
            standardOutput("peak_resident_megabytes=\(terminal.peakMegabytes.rounded())")
            standardOutput("seconds=\(Rounds.median(frames) / 1000)")
        }
    }
}
