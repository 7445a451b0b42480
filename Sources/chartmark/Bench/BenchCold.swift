import ArgumentParser
import ClinicalBERT
import ClinicalText
import FoundationEssentials

extension BenchCommand {
    /// From the start of the process to the spans of one note.
    struct Cold: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cold", abstract: "Time predict from the start of its process to the spans of one note.",
            discussion: "The model's files are in the system's cache after the first round, which is not counted.")

        @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir")) var model: String?
        @Option(help: "Characters of the note.") var characters: Int = 3_000
        @OptionGroup var numbers: PrecisionOption
        @OptionGroup var rounds: Rounds

        /// Longer than any model takes to load: what is waited for comes, or the program has failed.
        private static let patience = 120

        func run() throws {
            let note = try BenchNote(characters: characters)
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let named = model.map { ["--model", $0] } ?? []
            let arguments = [program, "predict", "--precision", numbers.precision.rawValue] + named + [note.note]
            var memory = 0.0
            try rounds.measure {
                let terminal = try PseudoTerminal(arguments, columns: 120, rows: 40)
                try terminal.wait(for: "\"spans\"", seconds: Self.patience)
                memory = max(memory, terminal.peakMegabytes)
            }
            standardOutput("peak_resident_megabytes=\(memory.rounded())")
        }
    }
}
