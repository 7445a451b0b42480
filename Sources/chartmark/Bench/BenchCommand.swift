import ArgumentParser
import ClinicalBERT
import ClinicalText
import Tokenization

/// The benchmarks, each of which prints `seconds=<median>` last.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the engine and the screen on this machine.",
        subcommands: [
            Peak.self, Forward.self, Notes.self, Tokenize.self, Interchange.self, Cold.self, Opening.self, UI.self,
            Keys.self,
            OpenProject.self, Learning.self,
        ])

    /// Fixed batches through the encoder.
    struct Forward: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forward", abstract: "Time one batch of token sequences through encoder and head.")

        @OptionGroup var options: ModelOptions
        @OptionGroup var rounds: Rounds
        @Option(help: "Sequences.") var batch: Int = 1
        @Option(help: "Tokens of each.") var tokens: Int = 128
        @OptionGroup var numbers: PrecisionOption
        @Option(help: "What computes linear layers; openblas does in float32 alone.")
        var backend: LinearBackend = .packed

        func validate() throws {
            guard backend == .packed || numbers.precision == .float32 else {
                throw ValidationError("--backend openblas computes in float32 alone")
            }
            guard batch >= 1, tokens >= 1 else { throw ValidationError("--batch and --tokens must be at least 1") }
        }

        func run() throws {
            let model = try options.load(precision: numbers.precision, backend: backend)
            guard tokens <= model.configuration.maximumPositions else {
                throw ValidationError("the model takes at most \(model.configuration.maximumPositions) tokens")
            }
            let encodings = (0..<batch).map { row in
                // Ids that do not matter, spread over the table as a text's are.
                Encoding(
                    ids: (0..<tokens).map { Int32(($0 * 7919 + row * 104_729) % model.configuration.vocabularySize) })
            }
            let peak = PeakMeasure(numbers.precision)
            let before = peak.gigaflops(threads: options.threads)
            let seconds = rounds.time { _ = model.logits(for: encodings, threads: options.threads) }
            // The clock falls as a core grows hot: the peak is that of before and after.
            let most = (before + peak.gigaflops(threads: options.threads)) / 2
            let work = model.configuration.multiplications(sequences: batch, tokens: tokens) * 2 / 1e9
            let rate = work / Rounds.median(seconds)
            standardOutput("peak_resident_megabytes=\(ProcessMemory().peakMegabytes)")
            standardOutput(
                "gigaflops=\(rate.rounded(toPlaces: 1)) peak=\(most.rounded(toPlaces: 1)) share_of_peak=\((rate / most).rounded(toPlaces: 3))"
            )
            Rounds.report(seconds)
        }
    }

    /// Whole notes end to end.
    struct Notes: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "notes", abstract: "Time notes from text to the best label of each token.")

        @OptionGroup var options: ModelOptions
        @OptionGroup var rounds: Rounds
        @Option(help: "Use the first notes only.") var limit: Int = 40
        @Option(help: "Tokens of a window.") var maxLength: Int = 512
        @Option(help: "Tokens that windows share.") var stride: Int = 128
        @OptionGroup var numbers: PrecisionOption
        @Argument(help: "Notes: .jsonl, .txt or a folder.") var file: String

        func validate() throws {
            guard limit >= 1 else { throw ValidationError("--limit must be at least 1") }
        }

        func run() throws {
            let notes = Array(try NoteReader.read([file]).prefix(limit))
            let model = try options.load(precision: numbers.precision)
            let maximum = min(maxLength, model.maximumLength)
            do { _ = try model.tokenizer.windows(NoteText("a"), maximum: maximum, stride: stride) } catch {
                throw ValidationError("\(error)")
            }
            let characters = notes.reduce(0) { $0 + $1.text.scalarCount }
            standardOutput("\(notes.count) notes, \(characters) characters")
            try rounds.measure {
                let windows = try notes.flatMap {
                    try model.tokenizer.windows($0.text, maximum: maximum, stride: stride)
                }
                for output in model.logits(for: windows, threads: options.threads) ?? [] { _ = output.bestLabels() }
            }
        }
    }
}

/// How often something is measured.
struct Rounds: ParsableArguments {
    @Option(help: "Measured rounds, after one that is not counted; the median is printed.")
    var rounds: Int = 11

    func validate() throws {
        guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
    }

    /// Runs `work`, prints the median and the fastest round, and last `seconds=<median>`.
    func measure(_ work: () throws -> Void) rethrows { Rounds.report(try time(work)) }

    /// The seconds that each round of `work` took, after one that is not counted.
    func time(_ work: () throws -> Void) rethrows -> [Double] {
        try work()
        var seconds: [Double] = []
        for _ in 0..<rounds {
            let duration = try ContinuousClock().measure(work)
            seconds.append(duration / .seconds(1))
        }
        return seconds
    }

    /// The middle one of the measured values; 0 if there are none.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// Prints the summary of measured rounds.
    static func report(_ seconds: [Double]) {
        standardOutput("rounds=\(seconds.count) min=\(seconds.min() ?? 0)")
        standardOutput("seconds=\(median(seconds))")
    }
}
