import ArgumentParser
import ClinicalBERT
import ClinicalText

/// Prints what a model's head puts out, for comparison with other engines.
struct LogitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Print a model's raw outputs for each record.",
        discussion: """
            A row for each token (special ones included) of a token classifier, one row for a sequence classifier. Texts \
            are cut off at the model's maximum.
            """)

    @OptionGroup var options: ModelOptions

    @Option(help: ArgumentHelp("Cut texts off at this many tokens.", valueName: "n"))
    var maxLength: Int?

    @Argument(help: "A .jsonl file, a .txt file or a folder; - for JSON lines on standard input.")
    var file: String = NoteReader.standardInput

    private struct Rows: Encodable {
        let id: String
        let logits: [[Float]]
    }

    private struct Row: Encodable {
        let id: String
        let logits: [Float]
    }

    func run() throws {
        let notes = try NoteReader.read([file])
        let model = try options.load()
        let maximum = min(maxLength ?? model.maximumLength, model.maximumLength)
        for note in notes {
            let encoding =
                if let pair = note.fields["pair"]?.stringValue {
                    model.tokenizer.encode(note.text, pair: NoteText(pair), truncatedTo: maximum)
                } else {
                    model.tokenizer.encode(note.text, truncatedTo: maximum)
                }
            guard let output = model.logits(for: [encoding], threads: options.threads)?.first else { continue }
            if case .tokenClassification = model.configuration.task {
                let rows = (0..<output.rows).map { Array(output[$0]) }
                standardOutput(try JSONValue.line(Rows(id: note.id, logits: rows)))
            } else {
                standardOutput(try JSONValue.line(Row(id: note.id, logits: output.values)))
            }
        }
    }
}
