import ArgumentParser
import ClinicalText
import Tokenization

extension BenchCommand {
    /// Notes to token ids and offsets, on one thread.
    struct Tokenize: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tokenize", abstract: "Time notes from text to token ids and offsets, on one thread.")

        @Option(help: "A Hugging Face checkpoint's folder; the embedded model's by default.") var model: String?
        @OptionGroup var casing: CasingOption
        @OptionGroup var rounds: Rounds
        @Argument(help: "Notes: .jsonl, .txt or a folder.") var file: String

        func run() throws {
            guard let folder = model ?? ModelLocation.standard else {
                throw ValidationError("name a checkpoint with --model")
            }
            let texts = try NoteReader.read([file]).map(\.text)
            var tokenizer = try Tokenizer(checkpoint: folder, cased: casing.cased)
            casing.warn(of: tokenizer)
            var loading: [Double] = []
            for _ in 0..<rounds.rounds {
                let duration = try ContinuousClock().measure {
                    tokenizer = try Tokenizer(checkpoint: folder, cased: casing.cased)
                }
                loading.append(duration / .seconds(1))
            }
            let bytes = texts.reduce(0) { $0 + $1.utf8.count }
            var tokens = 0
            let seconds = rounds.time {
                tokens = 0
                for text in texts { tokens += tokenizer.encode(text).count }
            }
            let median = Rounds.median(seconds)
            standardOutput("\(texts.count) notes, \(bytes) bytes, \(tokens) tokens")
            standardOutput("load=\(Rounds.median(loading))")
            standardOutput("MB/s=\(Double(bytes) / median / 1e6) tokens/s=\(Double(tokens) / median)")
            Rounds.report(seconds)
        }
    }
}
